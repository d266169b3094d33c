"""What is left of each task when the audio is changed, as the page draws it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from earmark.result.robust.panel import Panel
from earmark.result.robust.panel import short as tick
from earmark.result.robust.record import ConditionRecord, ConditionScore, Robustness, TaskRobustness
from earmark.result.robust.table import in_order
from earmark.result.robust.verdict import kept, starts_above, verdict

Short = Callable[[float | None], float | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """All conditions that any model was tried under, by perturbation, each with its place on the axis."""

    conditions: tuple[ConditionRecord, ...]
    apart: frozenset[str]
    """Perturbations whose levels are no ladder: named ones, and a single one."""
    units: Mapping[str, str]
    """Of the levels of each perturbation; empty where they have names."""
    places: tuple[int, ...]
    """Clean audio stands at 0, milder nearer to it; where levels lie on both sides of neutral, the lower ones at
    places below 0."""

    @classmethod
    def of(cls, found: Iterable[Robustness | None]) -> "Ladder":
        """Over the robustness results of all models; a condition is one perturbation's version at one level."""
        known = {_key(one): one for robustness in found if robustness for one in robustness.conditions}
        groups = [list(g) for _, g in groupby(in_order(list(known.values())), key=lambda one: one.perturbation)]
        panels = [Panel(conditions=tuple(group)) for group in groups]
        placed = [one for group in groups for one in _placed(group)]
        return cls(
            conditions=tuple(one for one, _ in placed),
            places=tuple(place for _, place in placed),
            apart=frozenset(panel.name for panel in panels if panel.apart),
            units={panel.name: panel.unit for panel in panels},
        )

    def encoded(self) -> list[dict[str, Any]]:
        """As JSON; versions are told where one name has several."""
        return [
            {
                "name": one.name, "perturbation": one.perturbation, "level": self._spelled(one), "place": place,
                "apart": one.perturbation in self.apart, "unit": self.units[one.perturbation],
                "tick": tick(one.level) if self.units[one.perturbation] else one.spelled,
            }
            for one, place in zip(self.conditions, self.places, strict=True)
        ]  # fmt: skip

    def _spelled(self, one: ConditionRecord) -> str:
        versions = {other.version for other in self.conditions if other.name == one.name}
        return f"{one.spelled} (version {one.version})" if len(versions) > 1 else one.spelled


def _key(one: ConditionRecord) -> tuple[str, str]:
    return one.name, one.version


def _placed(group: list[ConditionRecord]) -> list[tuple[ConditionRecord, int]]:
    """The conditions of one perturbation from left to right, counted from clean audio."""
    neutral = group[0].neutral
    below = [one for one in group if neutral is not None and one.level < neutral]
    if not below or len(below) == len(group):
        return [(one, place + 1) for place, one in enumerate(group)]
    above = [one for one in group if one not in below]
    left = sorted(below, key=lambda one: one.level)
    right = sorted(above, key=lambda one: one.level)
    return [(one, i - len(left)) for i, one in enumerate(left)] + [(one, i + 1) for i, one in enumerate(right)]


def encode_robustness(found: Robustness | None, ladder: Ladder, tasks: Sequence[str], short: Short) -> Any:
    """By task and condition what became of the score, and of each condition the drift; None of what was not tried."""
    if found is None:
        return None
    by_key = {_key(one): one for one in found.conditions}
    tried = [by_key.get(_key(one)) for one in ladder.conditions]
    by_task = {task.task: task for task in found.tasks}
    return {
        "drift": [[short(one.drift.cosine), short(one.drift.found)] if one else None for one in tried],
        "tasks": [_task(by_task.get(name), tried, short) for name in tasks],
    }


def _task(task: TaskRobustness | None, tried: Sequence[ConditionRecord | None], short: Short) -> Any:
    if task is None:
        return None
    scores = {score.condition: score for score in task.conditions}
    return [_condition(task, scores.get(one.name) if one else None, short) for one in tried]


def _condition(task: TaskRobustness, found: ConditionScore | None, short: Short) -> Any:
    """Share kept, score, change with its ends, verdict; no share of a task that clean audio leaves at chance."""
    if found is None:
        return None
    change = [found.change.value, found.change.low, found.change.high] if found.change else [None] * 3
    share = kept(task, found) if starts_above(task) else None
    return [*map(short, [share, found.score.value, *change]), verdict(found)]
