"""Does everything that a robustness result says follow from the answers under each condition?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from earmark.errors import EarmarkError
from earmark.metric import Scores, Weights
from earmark.perturbation import Condition
from earmark.protocol.scoring import change_of, score_of
from earmark.recount import Answered, Reading
from earmark.registry import find_conditions
from earmark.result import Named, TaskResult
from earmark.result.robust.record import ConditionScore, Robustness, TaskRobustness
from earmark.result.robust.verdict import breaks_first, worst_of
from earmark.result.table import FEW_GROUPS
from earmark.robust.conditions import rungs_of
from earmark.robust.equivariance import equivariance_of
from earmark.submit.case import Case, Check, differences
from earmark.submit.constants import behind, scored
from earmark.target import Label, portable

THEME = "robustness"
MOST_ASKED, LONGEST_ASKED = 200, 2_000
"""Words, and characters of them all: each may name hundreds of conditions."""


def _robustness(case: Case) -> Robustness:
    if case.result.robustness is None:
        raise EarmarkError("It holds no robustness.")
    return case.result.robustness


def _conditions(case: Case) -> tuple[Condition, ...]:
    """The conditions that its words name, as they are registered; raises EarmarkError."""
    return find_conditions(_robustness(case).asked)[0]


def condition_problems(case: Case) -> Iterator[str]:
    """The conditions are those that its words name here, in the registered versions and levels."""
    held = _robustness(case)
    if (length := sum(map(len, held.asked))) > LONGEST_ASKED or len(held.asked) > MOST_ASKED:
        yield f"Its perturbations are named by {len(held.asked)} words of {length:,} characters: name presets."
        return
    conditions, presets = find_conditions(held.asked)
    named = [Named(name=preset.name, version=preset.version).model_dump() for preset in presets]
    yield from differences([one.model_dump() for one in held.presets], named, "Presets")
    tests, rungs = sum(data.tracks.get("test", 0) for data in case.result.datasets), rungs_of(conditions)
    wanted = [_described(condition, rungs[condition.name], tests) for condition in conditions]
    claimed = [c.model_dump(include=set(_described(conditions[0], 0, 0))) for c in held.conditions]
    if [one["name"] for one in claimed] != [one["name"] for one in wanted]:
        yield (
            f"Its conditions are not those that {' '.join(held.asked)[:100]!r} names here "
            f"({', '.join(one['name'] for one in wanted)[:300]}): run again with this version of earmark."
        )
        return
    yield from differences(claimed, wanted, "Conditions")


def _described(condition: Condition, rung: int, tracks: int) -> dict[str, Any]:
    """A condition as its record has it, without what only the embeddings tell."""
    perturbation = condition.perturbation
    return {
        "name": condition.name,
        "perturbation": perturbation.name,
        "version": perturbation.version,
        "level": float(condition.level),
        "spelled": perturbation.say(condition.level),
        "rung": rung,
        "neutral": None if perturbation.neutral is None else float(perturbation.neutral),
        "source": perturbation.source,
        "tracks": tracks,
    }


def truth_problems(case: Case) -> Iterator[str]:
    """Under each condition every task is answered about the tracks whose label is known then, beside that label."""
    for task in case.result.tasks:
        clean = case.clean(task)
        for condition in _conditions(case):
            wanted = _asked(_moved(case, task, clean, condition))
            heard = case.answered.get(Reading(task.task, task.probe, condition.name))
            found = _asked(zip(heard.tracks, heard.groups, heard.labels, strict=True)) if heard else []
            where = f"Task {task.task!r} under {condition.name!r}"
            if [one[:2] for one in found] != [one[:2] for one in wanted]:
                yield f"{where}: {len(found)} tracks are answered, not just the {len(wanted)} that are asked then."
            elif found != wanted:
                track = next(one[0] for one, other in zip(found, wanted, strict=True) if one != other)
                yield f"{where}: what it gives as true of track {track!r} is not what {condition} makes of its label."
            elif heard and len(heard.answers) != len(clean.answers):
                yield f"{where}: it is answered by {len(heard.answers)} seeds."


def _asked(rows: Iterable[tuple[str, str, Label]]) -> list[tuple[str, str, Any]]:
    """Track, group, and label as every machine has it."""
    return [(track, group, portable(label)) for track, group, label in rows]


def _moved(case: Case, task: TaskResult, clean: Answered, condition: Condition) -> list[tuple[str, str, Label]]:
    target = case.target(task)
    moved = (
        (track, group, condition.moved(target, label))
        for track, group, label in zip(clean.tracks, clean.groups, clean.labels, strict=True)
    )
    return [(track, group, label) for track, group, label in moved if label is not None]


def change_problems(case: Case) -> Iterator[str]:
    """Scores, changes, chance, whether answers follow, the worst condition and the sentence are computed again."""
    held = _robustness(case)
    found = [_recount(case, task, number) for number, task in enumerate(case.result.tasks)]
    if len(found) != len(held.tasks):
        yield f"Its robustness speaks of {len(held.tasks)} tasks, but the result has {len(found)}."
        return
    for claimed, right in zip(held.tasks, found, strict=True):
        yield from differences(claimed.model_dump(mode="json"), right.model_dump(mode="json"), f"Task {right.task!r}")
    few = {(task.task, task.probe) for task in case.result.tasks if task.groups < FEW_GROUPS}
    sentence = breaks_first(held.conditions, found, few)
    if sentence != held.sentence:
        yield f"Its sentence on what breaks first is {held.sentence[:200]!r}, but it should read {sentence!r}."


def _recount(case: Case, task: TaskResult, number: int) -> TaskRobustness:
    """One task under every condition, from its answers alone."""
    clean, held = case.clean(task), _robustness(case).tasks
    claimed = {one.condition: one.chance for one in held[number].conditions} if number < len(held) else {}
    weighed: dict[tuple[str, ...], tuple[Weights, Scores]] = {}  # most conditions leave the same tracks
    found = []
    for condition in _conditions(case):
        heard = case.answered.get(Reading(task.task, task.probe, condition.name))
        if heard is not None:
            if heard.tracks not in weighed:
                before = clean.only(heard.tracks)
                weights = before.weights(case.result.resamples, case.result.seed)
                weighed[heard.tracks] = weights, before.marks(clean.metrics[0], weights)
            under = _under(condition, heard, clean.only(heard.tracks), weighed[heard.tracks])
            chance = _chance(clean, task.chance[0].value, heard.labels, claimed.get(condition.name))
            found.append(under.model_copy(update={"chance": chance}))
    return TaskRobustness(
        task=task.task, family=task.family, probe=task.probe, clean=task.main, chance=task.chance[0].value,
        conditions=tuple(found), worst=worst_of(found),
    )  # fmt: skip


def _under(condition: Condition, heard: Answered, before: Answered, weighed: tuple[Weights, Scores]) -> ConditionScore:
    (weights, old), metric = weighed, heard.metrics[0]
    marks, moves = heard.marks(metric, weights), heard.labels != before.labels
    unmoved = replace(heard, labels=before.labels).marks(metric, weights) if moves else None
    return ConditionScore(
        condition=condition.name,
        tracks=len(heard.tracks),
        score=score_of(metric, marks, weights),
        change=change_of(metric, marks, old, weights),
        chance=None,
        unmoved=None if unmoved is None else score_of(metric, unmoved, weights),
        equivariance=equivariance_of(heard.target, condition, before.answers[0], heard.answers[0]) if moves else None,
    )


def _chance(clean: Answered, chance: float | None, labels: Sequence[Label], claimed: float | None) -> float | None:
    """What the constant answer of clean audio scores under other labels; of several that it may be, the claimed."""
    metric = clean.metrics[0]
    constants = behind(clean.target, metric, clean.labels, chance)
    values = [scored(clean.target, metric, labels, constant) for constant in constants]
    return min(values, key=lambda value: abs((value or 0.0) - (claimed or 0.0)), default=None)


CHECKS = (
    Check(name="conditions", theme=THEME, proves="the registered perturbations, levels and presets",
          examine=condition_problems, needs=("data",), robust=True),
    Check(name="truth", theme=THEME, proves="labels are moved as each condition moves them", examine=truth_problems,
          needs=("answers", "conditions"), robust=True),
    Check(name="changes", theme=THEME, proves="computed again from the predictions, they are equal",
          examine=change_problems, needs=("truth", "scores", "chance", "counts"), robust=True),
)  # fmt: skip
