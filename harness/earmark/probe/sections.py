"""Labels for the sections between boundaries: sections that sound alike share one.

A section is the mean of its frames, standardised in its track; two groups of sections merge while their mean cosine
is above ALIKE (average linkage). The threshold is fixed and ours: centred means of unlike sections point apart
(the mean cosine of k kinds that last equally long is -1 / (k - 1)), repeated ones in one direction.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from earmark.probe.novelty import Floats, Frames, directions, standardised
from earmark.target import Timeline

ALIKE = 0.3  # in between: noise pulls the cosine of alike sections down from 1


def section_timeline(frames: Frames, boundaries_s: Sequence[float], *, step_s: float, duration_s: float) -> Timeline:
    """Cut 0..duration_s at the boundaries and label the sections by their frames [n, dim]: "A", "B" and so on.

    The boundaries rise and lie strictly between 0 and `duration_s`.
    """
    edges_s = (0.0, *(float(b) for b in boundaries_s), float(duration_s))
    cuts = np.round(np.array(edges_s[1:-1]) / step_s).astype(np.intp)
    return Timeline(edges_s=edges_s, labels=section_labels(frames, cuts))


def section_labels(frames: Frames, cuts: npt.NDArray[np.intp]) -> tuple[str, ...]:
    """Name the sections of frames [n, dim] between the cuts [sections - 1], in order of first appearance."""
    values = standardised(frames)
    parts = np.split(values, np.clip(cuts, 0, len(values)))
    means = np.stack([part.mean(axis=0) if len(part) else np.zeros(values.shape[1]) for part in parts])
    return tuple(_letters(kind) for kind in _kinds(directions(means)))


def _kinds(unit: Floats) -> list[int]:
    """Number the kinds of directions [sections, dim], the first to appear 0."""
    if len(unit) == 1:
        return [0]
    distance = np.clip(1.0 - unit @ unit.T, 0.0, 2.0)
    tree = linkage(squareform(distance, checks=False), method="average")
    found: list[int] = fcluster(tree, 1.0 - ALIKE, criterion="distance").tolist()
    order = list(dict.fromkeys(found))
    return [order.index(kind) for kind in found]


def _letters(kind: int) -> str:
    """Spell 0, 1, ... as A to Z, then AA, AB, ... ."""
    before, last = divmod(kind, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)
