"""One reading of one task under every condition, beside clean audio."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from earmark.metric import Metric, Scores, Weights, group_weights
from earmark.perturbation import Condition
from earmark.protocol.layers import Layered
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.predictions import spell
from earmark.protocol.reading import Material, Reading
from earmark.protocol.scoring import Constant, change_of, finite, marks_of, reference_of, score_of
from earmark.result import TaskResult
from earmark.result.robust.record import ConditionScore, Equivariance, TaskRobustness
from earmark.result.robust.verdict import worst_of
from earmark.robust.equivariance import equivariance_of
from earmark.robust.heard import Part, only


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What some tracks were asked and answered on clean audio, and how that is marked."""

    labels: list[Any]
    answers: list[Any]
    """For each seed."""
    weights: Weights
    """Resamples of their groups: the same under any condition."""
    marks: Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One reading's answers about all test tracks of a task, takes and all, and the metric that marks them."""

    material: Material
    reading: Reading
    metric: Metric
    constant: Constant
    """The best constant answer on the training split."""
    seed: int

    def answers(self, places: Sequence[int]) -> list[Any]:
        """The answers about these test tracks, for each seed."""
        return [chosen(estimated, places) for estimated in self.reading.estimated]

    def labels(self, places: Sequence[int]) -> list[Any]:
        """Their labels."""
        return only(self.material, places).labels("test")

    def marks(self, labels: list[Any], estimated: Sequence[Any], weights: Weights) -> Scores:
        """Scores of all resamples, averaged over the seeds: [1 + resamples]."""
        return marks_of(self.metric, reference_of(self.material.target, labels), estimated, weights)

    def before(self, places: Sequence[int]) -> Before:
        """What was asked and answered about these test tracks on clean audio."""
        tests = self.material.tracks["test"]
        labels, answers = self.labels(places), self.answers(places)
        weights = group_weights([tests[i].group for i in places], RESAMPLES, self.seed)
        return Before(labels=labels, answers=answers, weights=weights, marks=self.marks(labels, answers, weights))

    def chance(self, labels: list[Any]) -> float | None:
        """What the constant answer scores under these labels."""
        return finite(self.metric(reference_of(self.material.target, labels), self.constant(labels)))


def chosen(estimated: Any, places: Sequence[int]) -> Any:
    """Those of the answers about tracks, which are an array [tracks, ...] or a list of timelines."""
    return [estimated[i] for i in places] if isinstance(estimated, list) else estimated[list(places)]


def robustness_of(sheet: Sheet, clean: TaskResult, parts: Sequence[tuple[Condition, Part]]) -> TaskRobustness:
    """Score a reading, of which the result on clean audio is at hand, under every condition that leaves a track."""
    asked = [(condition, part) for condition, part in parts if part.heard]
    before = {places: sheet.before(places) for places in {part.clean for _, part in asked}}  # most parts share one
    found = tuple(_under(sheet, condition, part, before[part.clean]) for condition, part in asked)
    return TaskRobustness(
        task=clean.task,
        family=clean.family,
        probe=clean.probe,
        clean=clean.main,
        chance=clean.chance[0].value,
        conditions=found,
        worst=worst_of(found),
    )


def _under(sheet: Sheet, condition: Condition, part: Part, before: Before) -> ConditionScore:
    labels, answers, weights = sheet.labels(part.heard), sheet.answers(part.heard), before.weights
    marks = sheet.marks(labels, answers, weights)
    moves = labels != before.labels
    return ConditionScore(
        condition=condition.name,
        tracks=len(part.heard),
        score=score_of(sheet.metric, marks, weights),
        change=change_of(sheet.metric, marks, before.marks, weights),
        chance=sheet.chance(labels),
        unmoved=score_of(sheet.metric, sheet.marks(before.labels, answers, weights), weights) if moves else None,
        equivariance=_equivariance(sheet, condition, before.answers[0], answers[0]) if moves else None,
    )  # fmt: skip


def _equivariance(sheet: Sheet, condition: Condition, before: Any, after: Any) -> Equivariance | None:
    """Of the answers of the first seed, or the only one."""
    target = sheet.material.target
    said, now = ([spell(target, answer) for answer in answers] for answers in (before, after))
    return equivariance_of(target, condition, said, now)


def on_clean(layered: Layered, places: Sequence[int]) -> Layered:
    """The readings of all layers, of clean audio alone."""
    readings = {layer: kept(reading, places) for layer, reading in layered.readings.items()}
    return Layered(readings=readings, picked=layered.picked)


def kept(reading: Reading, places: Sequence[int]) -> Reading:
    """A reading of those test tracks alone."""
    outputs = None if reading.outputs is None else reading.outputs[:, list(places)]
    return replace(reading, estimated=[chosen(one, places) for one in reading.estimated], outputs=outputs)
