"""Who is to blame for what failed: the classes and the tracks that lost most, comparison by comparison."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from earmark.compare.culprits import loss_of
from earmark.compare.record import ClassChange, Compared, Comparison, TrackChange
from earmark.gate.record import Judged
from earmark.recount import Reading

MOST = 5
"""Classes, and tracks, of one comparison."""
Change = TypeVar("Change", ClassChange, TrackChange)


def blamed(
    judged: Sequence[Judged], comparison: Comparison | None
) -> tuple[tuple[ClassChange, ...], tuple[TrackChange, ...]]:
    """Of each comparison that failed for being worse, who lost most, in the order of the comparisons."""
    worse = [reading_of(one) for one in judged if one.reason == "worse"]
    if comparison is None or not worse:
        return (), ()
    lost = [one for one in comparison.classes if loss_of(one) > 0]
    return tuple(_first(lost, worse)), tuple(_first(comparison.tracks, worse))


def _first(changes: Sequence[Change], readings: Iterable[Reading]) -> Iterator[Change]:
    """The first of each reading: those that lost most stand first already."""
    for reading in readings:
        yield from islice((one for one in changes if reading_of(one) == reading), MOST)


def reading_of(found: Judged | Compared | ClassChange | TrackChange) -> Reading:
    """Which reading it speaks of."""
    return Reading(found.task, found.probe, found.condition)
