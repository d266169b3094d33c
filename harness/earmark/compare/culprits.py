"""What is to blame for a difference: classes, kinds of error, and tracks."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from earmark.compare.common import Pair
from earmark.compare.judged import Draw
from earmark.compare.paired import paired
from earmark.compare.parts import marks_of_part, parts_of
from earmark.compare.points import points_of, said_of, spelled
from earmark.compare.record import ClassChange, Compared, TrackChange
from earmark.protocol.scoring import finite

Where = Callable[[str, str], str]
"""``where(dataset, track)``: the path of a recording, or nothing."""
MOST_TRACKS = 10
"""Of one reading."""
LEAST_LOSS = 1e-6
"""Smaller ones are rounding of the probe's outputs."""


def class_changes(pairs: Iterable[Pair], draw: Draw) -> list[ClassChange]:
    """What became of every class, the greatest loss first; intervals and p are of each alone, without correction."""
    found = [change for pair in pairs for change in _class_changes(pair, draw)]
    return sorted(found, key=lambda change: (-loss_of(change), change.task, change.name))


def loss_of(change: ClassChange | Compared) -> float:
    """By how much NEW is worse, whichever way is better; below 0 where it is better, 0 where nothing is known."""
    return (change.difference.value or 0.0) * (-1 if change.higher_is_better else 1)


def _class_changes(pair: Pair, draw: Draw) -> Iterator[ClassChange]:
    asked, weights = pair.reading, draw.weights(pair.old.groups)
    for part in parts_of(pair.old):
        everywhere = len(part.tracks) == weights.shape[1]
        counted = weights if everywhere else weights[:, list(part.tracks)]  # not copied where all count
        old, new = (marks_of_part(part, side, counted) for side in pair.sides)
        yield ClassChange(
            task=asked.task, probe=asked.probe, condition=asked.condition, name=part.name, measure=part.measure,
            higher_is_better=part.metric.higher_is_better, tracks=_positives(pair, part.name, len(part.tracks)),
            old=finite(old[0]), new=finite(new[0]), difference=paired(part.metric, old, new, counted),
        )  # fmt: skip


def _positives(pair: Pair, name: str, tracks: int) -> int:
    """Of a class beside others only the tracks that have it are counted, though all are ranked."""
    if pair.old.target.form != "classes":
        return tracks
    return sum(name in label for label in pair.old.labels if isinstance(label, tuple))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loss:
    """What one track lost in one reading."""

    pair: Pair
    place: int
    loss: float

    @property
    def track(self) -> str:
        return self.pair.old.tracks[self.place]


def track_changes(pairs: Sequence[Pair], where: Where) -> list[TrackChange]:
    """Up to MOST_TRACKS tracks of each reading that lost most; of equals first who lost in more readings."""
    losses = {pair.reading: list(_losses(pair)) for pair in pairs}
    how_often = Counter(loss.track for some in losses.values() for loss in some)
    kept: dict[str, list[_Loss]] = defaultdict(list)
    for some in losses.values():
        ordered = sorted(some, key=lambda loss: (-round(loss.loss, 6), -how_often[loss.track], loss.track))
        for loss in ordered[:MOST_TRACKS]:
            kept[loss.track].append(loss)
    every = [loss for some in kept.values() for loss in some]
    every.sort(key=lambda loss: (-round(loss.loss, 6), -how_often[loss.track], loss.track))
    return [_told(loss, where) for loss in every]


def _losses(pair: Pair) -> Iterator[_Loss]:
    lost = points_of(pair.old) - points_of(pair.new)
    for place in np.flatnonzero(lost > LEAST_LOSS):
        yield _Loss(pair=pair, place=int(place), loss=float(lost[place]))


def _told(loss: _Loss, where: Where) -> TrackChange:
    pair, place = loss.pair, loss.place
    asked, target = pair.reading, pair.old.target
    return TrackChange(
        task=asked.task, probe=asked.probe, condition=asked.condition, track=loss.track,
        path=where(pair.dataset, loss.track), reference=spelled(target, pair.old.labels[place]),
        old=said_of(pair.old, place), new=said_of(pair.new, place), loss=loss.loss,
    )  # fmt: skip
