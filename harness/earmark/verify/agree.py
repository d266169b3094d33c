"""Whether two answers to one question are the same, as far as two machines can agree."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from earmark.extract.embeddings import GRID_S
from earmark.recount import Row
from earmark.recount.rows import label_of
from earmark.target import Label, Target, Timeline, portable

NUMBER_TOLERANCE = 1e-3
"""Of numbers and tempi, absolute or relative, whichever is more."""
OUTPUT_TOLERANCE = 5e-3
"""Of the probe's outputs, absolute and relative. Track vectors that move by 1e-5 of their size, as they may between
machines, moved outputs on the études by up to 3.4e-4 and numbers by 6.5e-5 (log-mel, musicnn-msd): both bounds are more
than ten times that."""
EDGE_TOLERANCE_S = GRID_S + 1e-6
"""Of boundaries: one frame of the grid that they are found on, and its rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Whether one answer came out, and the words for it where it did not."""

    agrees: bool
    said: str = ""


def agreement(target: Target, claimed: Row | None, found: Row | None) -> Agreement:
    """Compare what a result claims with what came out; None: there is no such answer."""
    if claimed is None or found is None:
        return Agreement(agrees=False, said="not asked here" if found is None else "no answer claimed")
    claimed_truth, truth = (portable(label_of(target, row.reference, where=row.track)) for row in (claimed, found))
    if claimed_truth != truth or claimed.group != found.group:
        return Agreement(agrees=False, said=f"the label claimed is {claimed.reference}, here {found.reference}")
    one, other = (label_of(target, row.estimated, where=row.track) for row in (claimed, found))
    if not SAME.get(target.form, _equal)(one, other):
        return Agreement(agrees=False, said=f"claimed {_short(claimed.estimated)}, came out {_short(found.estimated)}")
    return _outputs(claimed, found)


def _outputs(claimed: Row, found: Row) -> Agreement:
    """Compare the probe's outputs where both have them."""
    if claimed.outputs is None or found.outputs is None:
        return Agreement(agrees=True)
    one, other = np.array(claimed.outputs), np.array(found.outputs)
    if one.shape == other.shape and np.allclose(one, other, rtol=OUTPUT_TOLERANCE, atol=OUTPUT_TOLERANCE):
        return Agreement(agrees=True)
    off = f"by up to {np.abs(one - other).max():.3g}" if one.shape == other.shape else "in their number"
    return Agreement(agrees=False, said=f"the same answer, but the probe's outputs differ {off}")


def _equal(one: Label, other: Label) -> bool:
    return one == other


def _same_classes(one: Label, other: Label) -> bool:
    return isinstance(one, tuple) and isinstance(other, tuple) and set(one) == set(other)


def _close(one: Label, other: Label) -> bool:
    return math.isclose(float(str(one)), float(str(other)), rel_tol=NUMBER_TOLERANCE, abs_tol=NUMBER_TOLERANCE)


def _same_sections(one: Label, other: Label) -> bool:
    return (
        isinstance(one, Timeline)
        and isinstance(other, Timeline)
        and one.labels == other.labels
        and np.allclose(one.edges_s, other.edges_s, rtol=0, atol=EDGE_TOLERANCE_S)
    )


SAME: Mapping[str, Callable[[Label, Label], bool]] = MappingProxyType(
    {"classes": _same_classes, "tempo": _close, "number": _close, "timeline": _same_sections}
)
"""By form of answer; all others are names, which are equal or not."""
LONGEST = 60


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
