"""Excerpt position: ten seconds from further and further into the recording.

Of a recording that ends before, the excerpt is its last ten seconds, or all of it where it has no ten: a few samples
that a late start leaves would say nothing of how a model hears music. Its sections are then not known, because a label
does not say where the recording ends. Otherwise they are those of the excerpt; no other label moves.

Source: textbook. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.perturbation import moves
from earmark.target import Label

LEVELS_S = (0.0, 4.0, 8.0, 12.0, 16.0)  # the shortest étude (26 s) and the 30 s of most public previews hold them all
LATEST_S = 3600.0
LENGTH_S = 10.0


def excerpt(audio: Audio, start_s: float, _: np.random.Generator) -> Audio:
    """Return ten seconds from `start_s` on, or the last ten: [10 × rate], or [samples] of a shorter recording."""
    length = round(LENGTH_S * audio.rate)
    start = min(round(start_s * audio.rate), max(0, len(audio.samples) - length))
    return replace(audio, samples=audio.samples[start : start + length], channels=None)


def excerpted(sections: Label, start_s: float) -> Label | None:
    """The sections of the excerpt; None where they end before it does, so that it may lie elsewhere."""
    timeline = moves.cut(sections, start_s, start_s + LENGTH_S)
    ends_before = timeline is None or timeline.edges_s[-1] < LENGTH_S - moves.SHORTEST_S
    return None if start_s and ends_before else timeline


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="excerpt-position",
            version="1",
            unit="s from the start",
            levels=LEVELS_S,
            limits=(0.0, LATEST_S),
            apply=excerpt,
            moves={"timeline": excerpted},
            license="Apache-2.0",
            source="textbook",
            summary="Ten seconds from further and further into the recording.",
        )
    ]
