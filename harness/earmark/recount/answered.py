"""What one reading of one task answered about the test tracks: enough to compute its scores again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from earmark.answer import ANSWERS, metrics_of
from earmark.errors import ResultError
from earmark.metric import Metric, Scores, Weights, group_weights
from earmark.protocol.predictions import spell
from earmark.protocol.scoring import finite, marks_of, reference_of
from earmark.recount.rows import Row, label_of, outputs_array, rows_of
from earmark.registry import installed
from earmark.result import Result, TaskResult
from earmark.target import KEYS, Label, Target


class Reading(NamedTuple):
    """One task, read by one probe, under one condition; empty: clean audio."""

    task: str
    probe: str
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """What one reading answered about the test tracks, beside what is true of them."""

    reading: Reading
    target: Target
    tracks: tuple[str, ...]
    groups: tuple[str, ...]
    labels: tuple[Label, ...]
    """What is true, as the result says."""
    answers: tuple[tuple[Label, ...], ...]
    """By seed: what was answered about each track, as a label."""
    estimated: tuple[Any, ...]
    """By seed: the same in the form that the metrics compare with."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What the target is scored by; the first is the main one."""
        return metrics_of(self.target)

    def weights(self, resamples: int, seed: int) -> Weights:
        """How often each track counts in each resample of the groups: [1 + resamples, tracks]."""
        return group_weights(self.groups, resamples, seed)

    def marks(self, metric: Metric, weights: Weights) -> Scores:
        """The scores of all resamples, averaged over the seeds: [1 + resamples]."""
        return marks_of(metric, reference_of(self.target, list(self.labels)), self.estimated, weights)

    def score(self, metric: Metric) -> float | None:
        """On the tracks as they are, averaged over the seeds; None where they give none."""
        every = self.weights(1, 0)[:1]  # the first row counts each track once
        return finite(float(self.marks(metric, every)[0]))

    def only(self, tracks: Sequence[str]) -> "Answered":
        """The same of these tracks alone, in their order; raises KeyError for one that was not asked about."""
        place = {track: i for i, track in enumerate(self.tracks)}
        places = [place[track] for track in tracks]
        return replace(
            self,
            tracks=tuple(tracks),
            groups=tuple(self.groups[i] for i in places),
            labels=tuple(self.labels[i] for i in places),
            answers=tuple(tuple(said[i] for i in places) for said in self.answers),
            estimated=tuple([e[i] for i in places] if isinstance(e, list) else e[places] for e in self.estimated),
        )


def answered(result: Result) -> dict[Reading, Answered]:
    """Every reading of a result by task, probe and condition, in the order of the table.

    Raises ResultError where the predictions are not at hand, speak of a task that the result does not have, give a
    track twice or in some seeds only, or hold what is no answer.
    """
    tasks: dict[tuple[str, str], TaskResult] = {(task.task, task.probe): task for task in result.tasks}
    found: dict[Reading, list[Row]] = defaultdict(list)
    for row in rows_of(result.predictions_frame()):
        found[Reading(row.task, row.probe, row.condition)].append(row)
    for task, probe, _ in found:
        if (task, probe) not in tasks:
            raise ResultError(f"The predictions speak of task {task!r} by {probe!r}, which the result does not have.")
    return {reading: _answered(reading, tasks[reading[:2]], rows) for reading, rows in found.items()}


def target_of(task: TaskResult) -> Target:
    """What was asked: as the data set that is registered says, or else as far as the result tells (without years)."""
    known = installed().datasets.get(task.dataset)
    for target in known.targets if known else ():
        if target.name == task.target and (target.family, target.form, target.classes) == (
            task.family, task.form, task.classes,
        ):  # fmt: skip
            return target
    return Target(name=task.target, family=task.family, form=task.form, classes=task.classes)


def _answered(reading: Reading, task: TaskResult, rows: list[Row]) -> Answered:
    target, seeds = target_of(task), _by_seed(reading, rows)
    first = seeds[0]
    where = f"Task {reading.task!r} in the predictions"
    labels = tuple(label_of(target, row.reference, where=f"{where}, track {row.track!r}") for row in first)
    said = [
        tuple(label_of(target, row.estimated, where=f"{where}, track {row.track!r}") for row in some) for some in seeds
    ]
    return Answered(
        reading=reading,
        target=target,
        tracks=tuple(row.track for row in first),
        groups=tuple(row.group for row in first),
        labels=labels,
        answers=tuple(said),
        estimated=tuple(_estimated(target, some, answers) for some, answers in zip(seeds, said, strict=True)),
    )


def _by_seed(reading: Reading, rows: list[Row]) -> list[list[Row]]:
    """The rows of each seed from 0 on, which must speak of the same tracks in the same order; raises ResultError."""
    seeds: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        seeds[row.seed].append(row)
    asked = [[(row.track, row.group, row.reference) for row in seeds[seed]] for seed in sorted(seeds)]
    if sorted(seeds) != list(range(len(seeds))) or any(some != asked[0] for some in asked):
        raise ResultError(f"Task {reading.task!r}: the seeds in the predictions do not speak of the same tracks.")
    if len({track for track, _, _ in asked[0]}) < len(asked[0]):
        raise ResultError(f"Task {reading.task!r}: the predictions give a track twice.")
    return [seeds[seed] for seed in sorted(seeds)]


def _estimated(target: Target, rows: list[Row], answers: Sequence[Label]) -> Any:
    """Answers in the form that the metrics compare with; raises ResultError where outputs say something else."""
    outputs = None if target.form == "timeline" else outputs_array(rows)
    if outputs is None:
        return _from_labels(target, answers)
    estimated = _decoded(target, rows, outputs)
    for row, answer, estimate in zip(rows, answers, estimated, strict=True):
        if spell(target, estimate) != answer:
            raise ResultError(
                f"Task {row.task!r}, track {row.track!r}: the probe's outputs say "
                f"{spell(target, estimate)!r}, but the predictions {answer!r}."
            )
    return estimated


def _decoded(target: Target, rows: list[Row], outputs: Any) -> Any:
    width = ANSWERS[target.form].encode(target, [label_of(target, rows[0].reference, where=rows[0].track)]).shape[1]
    if outputs.shape[1] != width:
        raise ResultError(f"Task {rows[0].task!r}: the probe has {outputs.shape[1]} outputs, not {width}.")
    return ANSWERS[target.form].decode(target, outputs)


def _from_labels(target: Target, answers: Sequence[Label]) -> Any:
    """From labels alone; raises ResultError for a form whose metrics rank by what only the outputs hold."""
    if target.form == "timeline":
        return list(answers)
    if target.form in RANKED:
        raise ResultError(f"Target {target.name!r} is scored by ranks, but the predictions lack the probe's outputs.")
    if target.form in ("tempo", "number"):
        return np.array(answers, dtype=np.float64)
    place = {name: i for i, name in enumerate(target.classes or KEYS)}
    return np.eye(len(place))[[place[str(answer)] for answer in answers]]


RANKED = frozenset({"classes", "presence"})
"""Forms whose metrics need the probe's outputs; of all others the answers say enough."""
