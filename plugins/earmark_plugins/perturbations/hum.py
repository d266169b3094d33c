"""Hum: the mains at 50 Hz with nine harmonics, as from a bad ground, at a signal-to-noise ratio. No label moves.

The k-th harmonic has 1/k of the amplitude of the first, up to 500 Hz, so every recording carries all ten; their phases
are drawn for each track. 50 Hz lies a third of a semitone above the note G1: what takes it for a bass note hears a key.
The ratio is of mean powers over the whole recording.

Source: a model of our own of mains hum. Licence: Apache-2.0, as the rest of earmark.
"""

import numpy as np
import numpy.typing as npt

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples
from earmark_plugins.snr import LADDER_DB, LIMITS_DB, with_noise

MAINS_HZ = 50
HARMONICS = 10


def humming(audio: Audio, snr_db: float, random: np.random.Generator) -> Audio:
    """Add mains hum `snr_db` below the recording."""
    second = one_second(audio.rate, random.uniform(0.0, 2.0 * np.pi, HARMONICS))
    return with_noise(audio, np.resize(second, len(audio.samples)), snr_db)


def one_second(rate: int, phases: npt.NDArray[np.float64]) -> Samples:
    """Return a second of hum [rate], which repeats: every harmonic has whole periods in it."""
    turns = MAINS_HZ * np.arange(rate) / rate
    second = np.zeros(rate)
    for harmonic, phase in enumerate(phases, 1):
        second += np.sin(2.0 * np.pi * harmonic * turns + phase) / harmonic
    return second.astype(np.float32)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="hum",
            version="1",
            unit="dB SNR",
            levels=LADDER_DB,
            limits=LIMITS_DB,
            apply=humming,
            license="Apache-2.0",
            source="a model of our own of mains hum",
            summary="Mains hum at 50 Hz and its harmonics under the recording.",
        )
    ]
