"""Gain: the same recording, quieter. No label moves.

It only attenuates: a boost could leave [-1, 1], and what then clips is another perturbation.

Source: textbook; 20 dB are a factor of 10 in amplitude. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl

LEVELS_DB = (-3.0, -6.0, -12.0, -24.0)  # from a nudge of the fader to a whisper
LIMITS_DB = (-120.0, 0.0)  # down to what 20 bits can hold


def quieter(audio: Audio, level_db: float, _: np.random.Generator) -> Audio:
    """Scale the samples by `level_db` decibels."""
    return replace(audio, samples=audio.samples * np.float32(10.0 ** (level_db / 20.0)), channels=None)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="gain",
            version="1",
            unit="dB",
            levels=LEVELS_DB,
            limits=LIMITS_DB,
            neutral=0.0,
            apply=quieter,
            license="Apache-2.0",
            source="textbook",
            summary="The same recording, quieter.",
        )
    ]
