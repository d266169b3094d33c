"""Pitch shift: the same music, higher or lower, at the same tempo.

The key moves by as many semitones, and is not known after a shift between two keys; every other label stays.

The recording is stretched and then resampled to its old length: every tone is within 0.1 cents of where it belongs and
onsets fall within 2.5 ms. (The library's own transposition is a little faster, but detunes tones below 300 Hz by up
to 26 cents, each by another amount.) Timbre moves with the pitch, as on a record that plays faster.

Source: Signalsmith Stretch by Geraint Luff, https://signalsmith-audio.co.uk/code/stretch/, through python-stretch
(both MIT), and the SoX resampler. Licence of this file: Apache-2.0.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.perturbation import moves
from earmark_plugins.perturbations.time_stretch import fit, stretch

LEVELS_SEMITONES = (-1.0, 1.0, -2.0, 2.0, -3.0, 3.0, -4.0, 4.0)  # further away it sounds like another recording
WIDEST_SEMITONES = 24.0
OCTAVE_SEMITONES = 12


def pitch_shift(audio: Audio, semitones: float, chance: np.random.Generator) -> Audio:
    """Raise the pitch by `semitones`: [samples]. What would come to lie above half the rate is gone."""
    import soxr  # noqa: PLC0415 - listing commands resample nothing

    if not semitones:
        return replace(audio, channels=None)
    length, higher = len(audio.samples), 2.0 ** (semitones / OCTAVE_SEMITONES)
    longer = stretch(audio.samples, max(1, round(length * higher)), audio.rate, chance)
    shifted = soxr.resample(longer, higher, 1.0, quality="HQ")
    return replace(audio, samples=fit(shifted, length), channels=None)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="pitch-shift",
            version="1",
            unit="semitones",
            levels=LEVELS_SEMITONES,
            limits=(-WIDEST_SEMITONES, WIDEST_SEMITONES),
            neutral=0.0,
            apply=pitch_shift,
            moves={"key": moves.transposed},
            license="Apache-2.0; python-stretch: MIT",
            source="https://signalsmith-audio.co.uk/code/stretch/",
            summary="The same music, higher or lower, at the same tempo.",
        )
    ]
