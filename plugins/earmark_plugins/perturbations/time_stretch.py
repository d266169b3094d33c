"""Time stretch: the same music, faster or slower, at the same pitch.

The tempo is multiplied by the speed and the edges of sections move; every other label stays.

Signalsmith's stretch keeps tones and clicks clean up to a factor of two and blurs beyond it, so that a larger factor is
reached in equal steps of at most two. Tones keep their pitch within 0.1 cents and onsets fall within 2 ms of where they
belong; there is no delay. Noise comes out up to 1.3 dB quieter on the ladder, for its windows add up out of step: that
is left as it is. The last 30 ms fade, where a recording stops in the middle of a sound.

Source: Signalsmith Stretch by Geraint Luff, https://signalsmith-audio.co.uk/code/stretch/, through python-stretch
(both MIT). Licence of this file: Apache-2.0.
"""

import math
from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples
from earmark.perturbation import moves

LEVELS = (0.97, 1.03, 0.9, 1.1, 0.8, 1.25, 2**-0.5, 2**0.5)  # from a DJ's nudge to the steps of Won et al. 2020
SLOWEST, FASTEST = 0.25, 4.0
CLEAN = 2.0  # the largest factor at which the library keeps the phases of all partials
LARGEST_SEED = 2**31


def time_stretch(audio: Audio, speed: float, chance: np.random.Generator) -> Audio:
    """Play `speed` times as fast: [round(samples / speed)]."""
    length = max(1, round(len(audio.samples) / speed))
    return replace(audio, samples=stretch(audio.samples, length, audio.rate, chance), channels=None)


def stretch(samples: Samples, length: int, rate: int, chance: np.random.Generator) -> Samples:
    """Stretch samples at `rate` Hz to [length] without a change of pitch."""
    if length == len(samples):
        return samples
    seed = int(chance.integers(LARGEST_SEED))  # of the phases that the library draws where it slows down most
    steps = max(1, math.ceil(round(abs(math.log(length / len(samples), CLEAN)), 3)))
    for size in np.geomspace(len(samples), length, steps + 1)[1:]:
        samples = _stretch_cleanly(samples, max(1, round(size)), rate, seed)
    return samples


def _stretch_cleanly(samples: Samples, length: int, rate: int, seed: int) -> Samples:
    """Stretch by a factor of at most CLEAN."""
    from python_stretch.Signalsmith import Stretch  # noqa: PLC0415 - listing commands stretch nothing

    stretcher = Stretch(seed)  # a new one each time: it keeps the state of its chance
    stretcher.preset(1, rate)
    stretcher.setTimeFactor(len(samples) / length)
    return fit(np.asarray(stretcher.process(samples[np.newaxis]), dtype=np.float32)[0], length)


def fit(samples: Samples, length: int) -> Samples:
    """Cut or zero-pad to [length]: the sample or two by which a library's rounding in float32 differs from ours."""
    return np.pad(samples[:length], (0, max(0, length - len(samples))))


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="time-stretch",
            version="1",
            unit="× speed",
            levels=LEVELS,
            limits=(SLOWEST, FASTEST),
            neutral=1.0,
            apply=time_stretch,
            moves={"tempo": moves.faster, "timeline": moves.sooner},
            license="Apache-2.0; python-stretch: MIT",
            source="https://signalsmith-audio.co.uk/code/stretch/",
            summary="The same music, faster or slower, at the same pitch.",
        )
    ]
