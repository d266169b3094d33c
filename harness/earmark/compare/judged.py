"""Each reading of both results beside the other: difference, Holm's correction, power and verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from earmark.compare.common import Pair
from earmark.compare.paired import Spread, difference_by, spread_of
from earmark.compare.power import POWER, groups_needed, power
from earmark.compare.record import Compared, Verdict
from earmark.metric import Metric, Scores, Weights, group_weights
from earmark.protocol.scoring import finite, score_of
from earmark.result import Difference, Score
from earmark.result.standout import LEVEL, holm


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """How groups are drawn. Only the last draw is kept: tasks mostly share their tracks, and all would not fit."""

    resamples: int
    seed: int
    drawn: dict[tuple[str, ...], Weights] = field(default_factory=dict)

    def weights(self, groups: tuple[str, ...]) -> Weights:
        """How often each track counts in each resample: [1 + resamples, tracks]."""
        if groups not in self.drawn:
            self.drawn.clear()
            self.drawn[groups] = group_weights(groups, self.resamples, self.seed)
        return self.drawn[groups]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """The difference on one reading, before any correction; without the resamples, which are large."""

    pair: Pair
    old: Score
    new: Score
    difference: Difference
    spread: Spread


Tell = Callable[[float, float, str], None]
"""Told how many of how many are done, and what they are."""


def quietly(done: float, total: float, unit: str) -> None:
    """Tell nobody."""


def judge(pairs: Sequence[Pair], draw: Draw, smallest: float, tell: Tell = quietly) -> list[Compared]:
    """Compare each pair; Holm's correction is over all of them."""
    measured = []
    for done, pair in enumerate(pairs, start=1):
        measured.append(_measured(pair, draw.weights(pair.old.groups)))
        tell(done, len(pairs), "comparisons")
    return decide(measured, smallest)


def _measured(pair: Pair, weights: Weights) -> Measured:
    old, new = (side.marks(pair.metric, weights) for side in pair.sides)
    return measure(pair, old, new, weights)


def measure(pair: Pair, old: Scores, new: Scores, weights: Weights) -> Measured:
    """The difference of a pair, from the scores of both [1 + resamples] over the same resamples."""
    metric, spread = pair.metric, spread_of(old, new, weights)
    return Measured(
        pair=pair, old=score_of(metric, old, weights), new=score_of(metric, new, weights),
        difference=difference_by(spread, metric, old, new), spread=spread,
    )  # fmt: skip


def decide(measured: Sequence[Measured], smallest: float) -> list[Compared]:
    """The verdict on each, after Holm's correction over all of them."""
    known = [one.difference.p for one in measured if one.difference.p is not None]
    adjusted, level = iter(holm(known)), LEVEL / max(1, len(known))
    return [_compared(one, None if one.difference.p is None else next(adjusted), level, smallest) for one in measured]


def _compared(one: Measured, adjusted: float | None, level: float, smallest: float) -> Compared:
    """Power and need are those of Holm's first step, at `level`: what a single difference would have to pass."""
    asked, metric, tracks = one.pair.reading, one.pair.metric, len(one.pair.old.tracks)
    chance = None if adjusted is None else power(smallest, one.spread, level)
    needed = groups_needed(smallest, one.spread, level) if chance is not None and chance < POWER else None
    return Compared(
        task=asked.task, family=one.pair.old.target.family, probe=asked.probe, condition=asked.condition,
        metric=metric.name, higher_is_better=metric.higher_is_better,
        tracks=tracks, groups=one.spread.groups,
        old=one.old, new=one.new, difference=one.difference,
        error=finite(one.spread.error), degrees=finite(one.spread.degrees),
        p_adjusted=adjusted, verdict=_verdict(metric, one.difference, adjusted, chance),
        smallest=smallest, power=chance, groups_needed=needed,
        tracks_needed=None if needed is None else round(needed * tracks / one.spread.groups),
    )  # fmt: skip


def _verdict(metric: Metric, difference: Difference, adjusted: float | None, chance: float | None) -> Verdict:
    if adjusted is None or chance is None or difference.value is None:
        return "not enough data"
    if adjusted < LEVEL:
        return "better" if (difference.value > 0) == metric.higher_is_better else "worse"
    return "no difference shown" if chance >= POWER else "not enough data"
