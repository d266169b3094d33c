"""The neighbourhood in sentences: how the space is filled, and which targets are entangled in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from earmark.result.standout import above_chance
from earmark.result.table import number

if TYPE_CHECKING:
    from earmark.result.neighbours.record import Hubness, Leak, Leakage, Neighbourhood
    from earmark.result.score import Score

MOST_LEAKS = 5
"""So many of the strongest leaks are named."""


def shape_lines(found: Neighbourhood, dim: int) -> list[str]:
    """How many dimensions the tracks fill of `dim`, how alike random pairs are, and whether there are hubs."""
    shape = found.shape
    dimension = shape.intrinsic_dimension
    lines = [
        f"Intrinsic dimension {_short(dimension.value)}{_interval(dimension)} of {dim};"
        f" about {_short(shape.participation_ratio)} principal directions hold the variance.",
        f"Random pairs have a mean cosine of {number(shape.mean_cosine)} (0: all directions alike, 1: a single one).",
    ]
    return lines + [_hub_line(hubness, found.queries) for hubness in shape.hubness]


def _hub_line(hubness: Hubness, tracks: int) -> str:
    return (
        f"Hubs by {hubness.distance}: how often a track is among the {hubness.k} nearest has skewness"
        f" {_short(hubness.skewness)}; for one it is {hubness.most} of {tracks}, for {hubness.orphans:.1%} never."
    )


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _interval(score: Score) -> str:
    return "" if score.low is None else f" (95 % {_short(score.low)} – {_short(score.high)})"


def leak_lines(leakage: Leakage | None) -> list[str]:
    """The strongest leaks beyond random directions, what is kept apart, and what cannot be asked."""
    if leakage is None:
        return []
    off = [cell for cell in readable(leakage) if cell.span != cell.target]
    leaks = sorted((c for c in off if beyond_random(c)), key=_excess, reverse=True)
    apart = sorted((c for c in off if _below_random(c)), key=_excess)
    lines = [
        _named("Found inside another's directions, beyond what random ones know", leaks),
        _named("Kept out of them, below what random ones know", apart),
        _unread(leakage),
    ]
    if off and not leaks:
        lines.insert(0, "No target is found inside the directions of another beyond what random ones know.")
    return [line for line in lines if line]


def known(leakage: Leakage) -> tuple[str, ...]:
    """The targets that the whole embedding clearly knows: the others have no span worth the name."""
    from earmark.result.score import Score  # noqa: PLC0415 - the records stay out of listing commands

    pairs = zip(leakage.targets, leakage.whole, leakage.chance, strict=True)
    return tuple(n for n, whole, chance in pairs if above_chance(whole, Score(metric=whole.metric, value=chance)))


def readable(leakage: Leakage) -> list[Leak]:
    """The cells whose span and target the whole embedding clearly knows, row by row."""
    names = known(leakage)
    return [cell for cell in leakage.cells if cell.span in names and cell.target in names]


def _excess(cell: Leak) -> float:
    return (cell.kept or 0.0) - (cell.random_kept or 0.0)


def beyond_random(cell: Leak) -> bool:
    """The whole interval lies on the better side of what random directions know."""
    return bool(above_chance(cell.score, cell.score.model_copy(update={"value": cell.random})))


def _below_random(cell: Leak) -> bool:
    score, random = cell.score, cell.random
    if score.low is None or score.high is None or random is None:
        return False
    return score.high < random if score.higher_is_better else score.low > random


def _named(start: str, cells: Iterable[Leak]) -> str:
    some = list(cells)
    named = [f"{c.target} in {c.span} {_kept(c.kept)} (random {_kept(c.random_kept)})" for c in some[:MOST_LEAKS]]
    more = f" and {len(some) - MOST_LEAKS} more" if len(some) > MOST_LEAKS else ""
    return f"{start}: {', '.join(named)}{more}." if named else ""


def _kept(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}"


def _unread(leakage: Leakage) -> str:
    names = known(leakage)
    lost = [name for name in leakage.targets if name not in names]
    return f"Not asked, for the whole embedding is not clearly above chance: {', '.join(lost)}." if lost else ""
