"""Excerpt length: only the first seconds of the recording.

The sections are cut where the excerpt ends; no other label moves. A recording that is shorter stays as it is.

Source: textbook. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.perturbation import moves
from earmark.target import Label

LEVELS_S = (20.0, 10.0, 5.0, 3.0, 1.0)  # down to what a listener needs to tell a genre
SHORTEST_S, LONGEST_S = 0.1, 3600.0


def begin(audio: Audio, length_s: float, _: np.random.Generator) -> Audio:
    """Return the first `length_s` seconds: [length × rate], or [samples] of a shorter recording."""
    return replace(audio, samples=audio.samples[: max(1, round(length_s * audio.rate))], channels=None)


def begun(sections: Label, length_s: float) -> Label | None:
    """The sections of the excerpt; None where the first one starts after it."""
    return moves.cut(sections, 0.0, length_s)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="excerpt-length",
            version="1",
            unit="s",
            levels=LEVELS_S,
            limits=(SHORTEST_S, LONGEST_S),
            apply=begin,
            moves={"timeline": begun},
            license="Apache-2.0",
            source="textbook",
            summary="Only the first seconds of the recording.",
        )
    ]
