"""One perturbation's axis: where its levels stand, and from mild on the left to severe on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from earmark.result.robust.record import ConditionRecord

DECADE = 10.0
EDGE = 0.06
"""Of the axis: free on either side."""
GAP, LETTER = 0.035, 0.033
"""Of the axis: between two tick labels at least, and what a letter takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The conditions of one perturbation, from mild to severe."""

    conditions: tuple[ConditionRecord, ...]

    @property
    def name(self) -> str:
        """The perturbation."""
        return self.conditions[0].perturbation

    @property
    def unit(self) -> str:
        """Of the levels; empty where they have names."""
        first = self.conditions[0]
        return first.spelled.removeprefix(_spelled(first)).strip()

    @property
    def apart(self) -> bool:
        """Whether the levels stand apart as points: named ones, and a single one."""
        return not self.unit or len(self.conditions) == 1

    @property
    def logarithmic(self) -> bool:
        """Whether the levels span a decade or more."""
        levels = [one.level for one in self.conditions]
        return not self.apart and min(levels) > 0 and max(levels) / min(levels) >= DECADE

    @property
    def neutral(self) -> float | None:
        """The level that changes nothing, where the axis has a place for it."""
        level = self.conditions[0].neutral
        misplaced = level is None or self.apart or (self.logarithmic and level <= 0)
        return None if misplaced else level

    @property
    def places(self) -> dict[str, float]:
        """Where each condition stands on the axis, by name, from left to right as numbers go."""
        if self.apart:
            return {one.name: float(place) for place, one in enumerate(self.conditions)}
        return {one.name: one.level for one in sorted(self.conditions, key=lambda one: one.level)}

    def furnish(self, axes: Axes) -> None:
        """Title, scale, limits and ticks; a ladder that only descends runs from right to left."""
        axes.set_title(self.name, fontsize=8, loc="left", fontweight="bold")
        if self.logarithmic:
            axes.set_xscale("log")
        axes.minorticks_off()
        ticks = self._ticks()
        axes.set_xticks(list(ticks), list(ticks.values()), fontsize=6.5)
        axes.set_xlim(*self._limits())
        axes.set_xlabel(self.unit, fontsize=7, labelpad=1.5)

    def _limits(self) -> tuple[float, float]:
        if self.apart:
            return -0.5, len(self.conditions) - 0.5
        low, high = self._ends()
        if self.logarithmic:
            low, high = low * (low / high) ** EDGE, high * (high / low) ** EDGE
        else:
            low, high = low - EDGE * (high - low), high + EDGE * (high - low)
        levels = [one.level for one in self.conditions]
        return (high, low) if all(a > b for a, b in pairwise(levels)) else (low, high)

    def _ends(self) -> tuple[float, float]:
        known = [one.level for one in self.conditions] + [x for x in [self.neutral] if x is not None]
        return min(known), max(known)

    def _ticks(self) -> dict[float, str]:
        """Labels by place: the ends first, then the neutral level, then what there is room for."""
        if self.apart:
            return {self.places[one.name]: _wrapped(one, self.unit) for one in self.conditions}
        wanted = [*self._ends(), *([self.neutral] if self.neutral is not None else []), *self.places.values()]
        kept: dict[float, str] = {}
        for level in dict.fromkeys(wanted):
            if all(self._room(level, other) for other in kept):
                kept[level] = short(level)
        return kept

    def _room(self, one: float, other: float) -> bool:
        low, high = self._ends()
        far = log(one / other) / log(high / low) if self.logarithmic else (one - other) / (high - low)
        return abs(far) >= GAP + LETTER * (len(short(one)) + len(short(other))) / 2


def panels(conditions: Sequence[ConditionRecord]) -> list[Panel]:
    """One panel a perturbation, in the given order: that of `in_order`."""
    return [Panel(conditions=tuple(group)) for _, group in groupby(conditions, key=lambda one: one.perturbation)]


def _spelled(one: ConditionRecord) -> str:
    return one.name.removeprefix(f"{one.perturbation}:")


def _wrapped(one: ConditionRecord, unit: str) -> str:
    return short(one.level) if unit else one.spelled.replace(" ", "\n").replace("-", "-\n")


def short(level: float) -> str:
    """A level in few letters: 16k, 0.71, −6."""
    size = abs(level)
    text = f"{size / 1000:.3g}k" if size >= 1000 else f"{size:.2g}" if size < 10 else f"{size:.3g}"
    return f"−{text}" if level < 0 else text
