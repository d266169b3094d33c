"""Pitch shift by librosa's phase vocoder, for comparison with old numbers: as Won et al. 2020 did it, at 16 kHz.

What comes back has a rate of 16 kHz, so that nothing above 8 kHz remains. Onsets are smeared over a window of 128 ms,
and music comes out 3 to 4 dB quieter, which is left as it is: `pitch-shift` is the better one.

The key moves by as many semitones, and is not known after a shift between two keys; every other label stays.

Source: Won, Ferraro, Bogdanov and Serra, "Evaluation of CNN-based automatic music tagging models", SMC 2020
(arXiv:2006.00751); librosa (ISC). Licence of this file: Apache-2.0.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.perturbation import moves
from earmark_plugins.perturbations.time_stretch_vocoder import RATE, windowful

LEVELS_SEMITONES = (-1.0, 1.0)  # the paper's
WIDEST_SEMITONES = 24.0


def pitch_shift(audio: Audio, semitones: float, _: np.random.Generator) -> Audio:
    """Raise the pitch by `semitones`, at 16 kHz: [samples]; 0 changes nothing, not even the rate."""
    from librosa.effects import pitch_shift as vocode  # noqa: PLC0415 - listing commands shift nothing

    if not semitones:
        return replace(audio, channels=None)
    samples, length = windowful(audio)
    return Audio(samples=vocode(samples, sr=RATE, n_steps=semitones)[:length], rate=RATE)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="pitch-shift-vocoder",
            version="1",
            unit="semitones",
            levels=LEVELS_SEMITONES,
            limits=(-WIDEST_SEMITONES, WIDEST_SEMITONES),
            neutral=0.0,
            apply=pitch_shift,
            moves={"key": moves.transposed},
            license="Apache-2.0; librosa: ISC",
            source="https://arxiv.org/abs/2006.00751",
            summary="Higher or lower by a phase vocoder at 16 kHz, as in 2020.",
        )
    ]
