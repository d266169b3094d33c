"""One reading of one task under every condition, beside clean audio."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from earmark.metric import Metric, Scores, Weights, group_weights
from earmark.perturbation import Condition
from earmark.protocol.layers import Layered
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.predictions import spell
from earmark.protocol.reading import Material, Reading
from earmark.protocol.scoring import Constant, change_of, constant_of, finite, reference_of, score_of
from earmark.result.robust.record import ConditionScore, Equivariance, TaskRobustness
from earmark.result.robust.verdict import worst_of
from earmark.robust.equivariance import equivariance_of
from earmark.robust.heard import Part, only


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One reading's answers about all test tracks of a task, takes and all, and the metric that marks them."""

    material: Material
    reading: Reading
    metric: Metric
    seed: int

    @cached_property
    def constant(self) -> Constant:
        """The best constant answer on the training split."""
        return constant_of(self.material, self.metric)

    def answers(self, places: Sequence[int]) -> list[Any]:
        """The answers about these test tracks, for each seed."""
        return [chosen(estimated, places) for estimated in self.reading.estimated]

    def labels(self, places: Sequence[int]) -> list[Any]:
        """Their labels."""
        return only(self.material, places).labels("test")

    def weights(self, places: Sequence[int]) -> Weights:
        """Resamples of their groups: the same for the same tracks under any condition."""
        tests = self.material.tracks["test"]
        return group_weights([tests[i].group for i in places], RESAMPLES, self.seed)

    def marks(self, labels: list[Any], estimated: Sequence[Any], weights: Weights) -> Scores:
        """Scores of all resamples, averaged over the seeds: [1 + resamples]."""
        reference = reference_of(self.material.target, labels)
        return np.asarray(np.mean([self.metric.function(reference, one, weights) for one in estimated], axis=0))

    def chance(self, labels: list[Any]) -> float | None:
        """What the constant answer scores under these labels."""
        return finite(self.metric(reference_of(self.material.target, labels), self.constant(labels)))


def chosen(estimated: Any, places: Sequence[int]) -> Any:
    """Those of the answers about tracks, which are an array [tracks, ...] or a list of timelines."""
    return [estimated[i] for i in places] if isinstance(estimated, list) else estimated[list(places)]


def robustness_of(
    sheet: Sheet, probe: str, clean: Sequence[int], parts: Sequence[tuple[Condition, Part]]
) -> TaskRobustness:
    """Score a reading on clean audio and under every condition that leaves a track to ask about."""
    weights = sheet.weights(clean)
    marks = sheet.marks(sheet.labels(clean), sheet.answers(clean), weights)
    found = tuple(_under(sheet, condition, part) for condition, part in parts if part.heard)
    target = sheet.material.target
    return TaskRobustness(
        task=sheet.material.task.name,
        family=target.family,
        probe=probe,
        clean=score_of(sheet.metric, marks, weights),
        chance=sheet.chance(sheet.labels(clean)),
        conditions=found,
        worst=worst_of(found),
    )


def _under(sheet: Sheet, condition: Condition, part: Part) -> ConditionScore:
    labels, before, weights = sheet.labels(part.heard), sheet.labels(part.clean), sheet.weights(part.clean)
    after, clean = sheet.answers(part.heard), sheet.answers(part.clean)
    marks = sheet.marks(labels, after, weights)
    moves = labels != before
    return ConditionScore(
        condition=condition.name,
        tracks=len(part.heard),
        score=score_of(sheet.metric, marks, weights),
        change=change_of(sheet.metric, marks, sheet.marks(before, clean, weights), weights),
        chance=sheet.chance(labels),
        unmoved=score_of(sheet.metric, sheet.marks(before, after, weights), weights) if moves else None,
        equivariance=_equivariance(sheet, condition, part) if moves else None,
    )  # fmt: skip


def _equivariance(sheet: Sheet, condition: Condition, part: Part) -> Equivariance | None:
    """Of the answers of the first seed, or the only one."""
    target = sheet.material.target
    before, after = (
        [spell(target, answer) for answer in sheet.answers(places)[0]] for places in (part.clean, part.heard)
    )
    return equivariance_of(target, condition, before, after)


def on_clean(layered: Layered, places: Sequence[int]) -> Layered:
    """The readings of all layers, of clean audio alone."""
    readings = {layer: kept(reading, places) for layer, reading in layered.readings.items()}
    return Layered(readings=readings, picked=layered.picked)


def kept(reading: Reading, places: Sequence[int]) -> Reading:
    """A reading of those test tracks alone."""
    outputs = None if reading.outputs is None else reading.outputs[:, list(places)]
    return replace(reading, estimated=[chosen(one, places) for one in reading.estimated], outputs=outputs)
