"""What breaks first when the audio is changed, and what a change of a score may be called."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.result.standout import above_chance

if TYPE_CHECKING:
    from earmark.result.robust.record import ConditionRecord, ConditionScore, TaskRobustness
    from earmark.result.score import Score

HALF = 0.5
"""Of what clean audio gives above chance: who loses less has not fallen to chance, however wide the interval."""
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A clear loss of one task, above chance on clean audio, under one condition."""

    reading: str
    condition: str
    rung: int
    above: float
    """What the same tracks give above chance on clean audio."""
    share: float
    """Of that, what is lost."""
    fallen: bool
    """Whether the score's interval reaches chance, and at least HALF is lost."""


def direction(score: Score) -> int:
    """1 where more is better, -1 where less is."""
    return 1 if score.higher_is_better else -1


def verdict(found: ConditionScore) -> int | None:
    """1 clearly better than on clean audio, -1 clearly worse, 0 not to be told apart; None without an interval."""
    change = found.change
    if change is None or change.low is None or change.high is None:
        return None
    return direction(found.score) * ((change.low > 0) - (change.high < 0))


def worst_of(found: Sequence[ConditionScore]) -> str:
    """The condition of the worst score, of equals the first; empty where there is no score."""
    scored = [(direction(f.score) * f.score.value, f.condition) for f in found if f.score.value is not None]
    return min(scored, key=lambda one: one[0])[1] if scored else ""


def reading(task: TaskRobustness) -> str:
    """The task, with its probe where that is not the usual one."""
    return f"{task.task} (MLP)" if task.probe == "mlp" else task.task


def starts_above(task: TaskRobustness) -> bool | None:
    """Whether the task is above chance on clean audio; None where there is no interval or no chance."""
    return above_chance(task.clean, task.clean.model_copy(update={"value": task.chance}))


def floor(task: TaskRobustness, found: ConditionScore) -> float | None:
    """What there is to beat under that condition without hearing anything; None where neither chance is known.

    Where the label moves, the constant answer of clean audio may be worth less than it was; then what it was counts,
    for that is still to be had by whoever knows how the label moves.
    """
    known = [chance for chance in (task.chance, found.chance) if chance is not None]
    return max(known, key=lambda chance: direction(found.score) * chance) if known else None


def above(task: TaskRobustness, found: ConditionScore) -> float | None:
    """What the tracks of that condition give above chance on clean audio; None where that is unknown or nothing."""
    value, change, least = found.score.value, found.change.value if found.change else None, floor(task, found)
    if value is None or change is None or least is None:
        return None
    height = direction(found.score) * (value - change - least)
    return height if height > 0 else None


def kept(task: TaskRobustness, found: ConditionScore) -> float | None:
    """Share of what clean audio gives above chance that is left: 1 all, 0 chance, below 0 worse; None if unknown."""
    height = above(task, found)
    if height is None or found.change is None or found.change.value is None:
        return None
    return 1 + direction(found.score) * found.change.value / height


def breaks_first(
    conditions: Sequence[ConditionRecord], tasks: Sequence[TaskRobustness], few: Collection[tuple[str, str]] = ()
) -> str:
    """Say in one sentence which task falls to chance at the mildest step, or else what loses most.

    `few` are task and probe of those with too few test groups for a trustworthy interval: nothing is said of them.

    A task falls to chance where it is above chance on clean audio, is clearly worse under the condition, loses at
    least HALF of what it has above chance, and the interval of its score reaches chance. Steps are places on the
    ladders, so that the third of one perturbation compares with the third of another.
    """
    judged = [task for task in tasks if starts_above(task) is not None and (task.task, task.probe) not in few]
    if not judged:
        return "Nothing can be said of what breaks: no task has an interval to trust and a chance to compare with."
    low = [reading(task) for task in judged if starts_above(task) is False]
    if len(low) == len(judged):
        return "No task is above chance before anything is changed, so nothing can break."
    untold = [reading(task) for task in tasks if (task.task, task.probe) in few]
    return f"{_main_clause(list(_losses(conditions, judged)))}{_low_clause(low)}{_few_clause(untold)}."


def _losses(conditions: Sequence[ConditionRecord], tasks: Sequence[TaskRobustness]) -> Iterator[Loss]:
    known = {condition.name: condition for condition in conditions}
    for task in tasks:
        for found in task.conditions if starts_above(task) else ():
            height, left = above(task, found), kept(task, found)
            if verdict(found) != -1 or height is None or left is None:
                continue
            about, share = known[found.condition], 1 - left
            yield Loss(
                reading=reading(task), condition=f"{about.perturbation} {about.spelled}", rung=about.rung,
                above=height, share=share, fallen=share >= HALF and _reaches(found.score, floor(task, found)),
            )  # fmt: skip


def _reaches(score: Score, chance: float | None) -> bool:
    """Whether the worse end of the interval is no better than chance."""
    end = score.low if score.higher_is_better else score.high
    return end is not None and chance is not None and direction(score) * (end - chance) <= 0


def _main_clause(losses: list[Loss]) -> str:
    if not losses:
        return "Nothing breaks: no loss is larger than chance could make it"
    fallen = [loss for loss in losses if loss.fallen]
    if fallen:
        return _fall_clause(fallen)
    most = max(losses, key=lambda loss: loss.share)
    lost = f"{most.share * most.above:.2f} of its {most.above:.2f} above chance"
    return f"Nothing falls to chance; {most.reading} loses most: {lost} at {most.condition}"


def _fall_clause(fallen: list[Loss]) -> str:
    """Name the tasks that fall at the lowest rung, each where it loses most, the greatest loss first."""
    first = min(loss.rung for loss in fallen)
    at_first = sorted((loss for loss in fallen if loss.rung == first), key=lambda loss: -loss.share)
    by_task = {loss.reading: loss for loss in reversed(at_first)}  # so that the greatest loss of each task stays
    ordered = sorted(by_task.values(), key=lambda loss: -loss.share)
    places: dict[str, list[str]] = {}
    for loss in ordered[:NAMED]:
        places.setdefault(loss.condition, []).append(loss.reading)
    (place, names), *others = places.items()
    head = f"{listed(names)} {'fall' if len(names) > 1 else 'falls'} to chance at {place}"
    return ", ".join([head, *(f"{listed(names)} at {place}" for place, names in others)]) + _rest(len(ordered) - NAMED)


def _rest(more: int) -> str:
    if more < 1:
        return ""
    return f" ({more} more {'tasks do' if more > 1 else 'task does'} at as mild a step)"


def _low_clause(names: list[str]) -> str:
    if not names:
        return ""
    return f"; {listed(names)} {'is' if len(names) == 1 else 'are'} not above chance before anything is changed"


def _few_clause(names: list[str]) -> str:
    if not names:
        return ""
    return f"; of {listed(names)}, with so few test groups, nothing can be said"


def listed(names: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
