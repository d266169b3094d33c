"""Time stretch by librosa's phase vocoder, for comparison with old numbers: as Won et al. 2020 did it, at 16 kHz.

What comes back has a rate of 16 kHz, so that nothing above 8 kHz remains. Onsets are smeared over a window of 128 ms,
and music comes out 3 to 4 dB quieter, which is left as it is: `time-stretch` is the better one.

The tempo is multiplied by the speed and the edges of sections move; every other label stays.

Source: Won, Ferraro, Bogdanov and Serra, "Evaluation of CNN-based automatic music tagging models", SMC 2020
(arXiv:2006.00751); librosa (ISC). Licence of this file: Apache-2.0.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples, resample
from earmark.perturbation import moves

LEVELS = (2**-0.5, 2**0.5)  # the paper's
SLOWEST, FASTEST = 0.25, 4.0
RATE = 16_000  # Hz, of the models in the paper
WINDOW = 2048  # samples, librosa's: it warns of audio that is shorter


def time_stretch(audio: Audio, speed: float, _: np.random.Generator) -> Audio:
    """Play `speed` times as fast, at 16 kHz: [round(samples / speed)]; 1 changes nothing, not even the rate."""
    from librosa.effects import time_stretch as vocode  # noqa: PLC0415 - listing commands stretch nothing

    if speed == 1.0:
        return replace(audio, channels=None)
    samples, length = windowful(audio)
    return Audio(samples=vocode(samples, rate=speed)[: max(1, round(length / speed))], rate=RATE)


def windowful(audio: Audio) -> tuple[Samples, int]:
    """Return the samples at 16 kHz, zero-padded to a window where they are fewer, and how many they were (or 1)."""
    samples = resample(audio, RATE).samples
    return np.pad(samples, (0, max(0, WINDOW - len(samples)))), max(1, len(samples))


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="time-stretch-vocoder",
            version="1",
            unit="× speed",
            levels=LEVELS,
            limits=(SLOWEST, FASTEST),
            neutral=1.0,
            apply=time_stretch,
            moves={"tempo": moves.faster, "timeline": moves.sooner},
            license="Apache-2.0; librosa: ISC",
            source="https://arxiv.org/abs/2006.00751",
            summary="Faster or slower by a phase vocoder at 16 kHz, as in 2020.",
        )
    ]
