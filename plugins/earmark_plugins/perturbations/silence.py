"""Silence: digital silence before and after the recording, as in a file that was cut carelessly.

The edges of sections move, and the silence is a section at either end; no other label moves.

Source: textbook. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.perturbation import moves

LEVELS_S = (0.5, 2.0, 5.0, 10.0)  # from the gap between two tracks to two thirds of silence around 10 s of music
LONGEST_S = 600.0


def surround(audio: Audio, silence_s: float, _: np.random.Generator) -> Audio:
    """Put `silence_s` of zeros before the samples and as many after: [samples + 2 × silence]."""
    return replace(audio, samples=np.pad(audio.samples, round(silence_s * audio.rate)), channels=None)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="silence",
            version="1",
            unit="s before and after",
            levels=LEVELS_S,
            limits=(0.0, LONGEST_S),
            neutral=0.0,
            apply=surround,
            moves={"timeline": moves.padded},
            license="Apache-2.0",
            source="textbook",
            summary="Digital silence before and after the recording.",
        )
    ]
