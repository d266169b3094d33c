"""Reverberation: the recording in a room whose sound dies away at a stated pace. No label moves.

The room answers an impulse with the impulse itself, at time zero, and right after it with white noise that falls by
60 dB in the level's time, evenly at all frequencies, where it is cut. The noise holds as much energy as the direct
sound (a direct-to-reverberant ratio of 0 dB), so the sum is about 3 dB louder. It is a noise of random signs: white as
Gaussian noise is, but its energy decays exactly, so the level is the reverberation time that Schroeder's integration
finds. Along the levels a track keeps its room, which only gets more reverberant: the signs are the same. The length
is kept; what would sound after the end is cut off.

Source: exponentially decaying noise as a room's response: Moorer: About This Reverberation Business, Computer Music
Journal 3(2), 1979; its measure: Schroeder: New Method of Measuring Reverberation Time, JASA 37, 1965.
Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from earmark import Audio, Perturbation, hookimpl

LEVELS_S = (0.2, 0.5, 1.0, 2.0, 4.0)  # from a furnished room to a cathedral
LIMITS_S = (0.05, 20.0)
DIRECT_TO_REVERBERANT_DB = 0.0


def reverberated(audio: Audio, rt60_s: float, random: np.random.Generator) -> Audio:
    """Add the answer of a room with a reverberation time of `rt60_s` seconds."""
    from scipy.signal import oaconvolve  # noqa: PLC0415 - listing commands need no scipy

    tail = late_response(audio.rate, rt60_s, random)[: len(audio.samples)]
    wet = oaconvolve(audio.samples.astype(np.float64), tail)[: len(audio.samples)]
    return replace(audio, samples=(audio.samples + wet).astype(np.float32), channels=None)


def late_response(rate: int, rt60_s: float, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return what follows the direct sound, whose energy is one: [rt60_s · rate] from time zero, where it is zero."""
    samples = max(2, round(rt60_s * rate))
    signs = 2.0 * random.integers(0, 2, samples, dtype=np.int8) - 1.0
    tail = signs * 10.0 ** (-3.0 * np.arange(samples) / (rt60_s * rate))
    tail[0] = 0.0
    energy = 10.0 ** (-DIRECT_TO_REVERBERANT_DB / 10.0)
    tail *= np.sqrt(energy / np.sum(tail**2))
    return tail


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="reverb",
            version="1",
            unit="s RT60",
            levels=LEVELS_S,
            limits=LIMITS_S,
            apply=reverberated,
            license="Apache-2.0",
            source="Moorer 1979; Schroeder 1965",
            summary="A room whose sound takes that long to die away by 60 dB.",
        )
    ]
