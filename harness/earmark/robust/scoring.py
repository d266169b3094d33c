"""One reading of one task under every condition, beside clean audio."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from earmark.metric import Metric, Scores, Weights, difference_of, group_weights, interval_of
from earmark.perturbation import Condition
from earmark.protocol.layers import Layered
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.predictions import spell
from earmark.protocol.reading import Material, Reading
from earmark.protocol.scoring import Constant, constant_of, finite, reference_of
from earmark.result import Difference, Score
from earmark.result.robust.record import ConditionScore, TaskRobustness
from earmark.result.robust.verdict import worst_of
from earmark.robust.equivariance import equivariance_of
from earmark.robust.heard import Part, only


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What scores one reading of a task: its answers about all test tracks, takes and all, and the main metric."""

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

    def score(self, marks: Scores, weights: Weights) -> Score:
        """The metric's value with its interval."""
        found = interval_of(self.metric, marks, weights)
        return Score(
            metric=self.metric.name, value=finite(marks[0]), low=finite(found.low), high=finite(found.high),
            higher_is_better=self.metric.higher_is_better, unit=self.metric.unit,
        )  # fmt: skip

    def chance(self, labels: list[Any]) -> float | None:
        """What the constant answer scores under these labels."""
        return finite(self.metric(reference_of(self.material.target, labels), self.constant(labels)))


def chosen(estimated: Any, places: Sequence[int]) -> Any:
    """Those of the answers about tracks, which are an array [tracks, ...] or a list of timelines."""
    return [estimated[i] for i in places] if isinstance(estimated, list) else estimated[list(places)]


def robustness_of(
    bench: Bench, probe: str, clean: Sequence[int], parts: Sequence[tuple[Condition, Part]]
) -> TaskRobustness:
    """Score a reading on clean audio and under every condition that leaves a track to ask about."""
    weights = bench.weights(clean)
    marks = bench.marks(bench.labels(clean), bench.answers(clean), weights)
    found = tuple(_under(bench, condition, part) for condition, part in parts if part.heard)
    target = bench.material.target
    return TaskRobustness(
        task=bench.material.task.name,
        family=target.family,
        probe=probe,
        clean=bench.score(marks, weights),
        chance=bench.chance(bench.labels(clean)),
        conditions=found,
        worst=worst_of(found),
    )


def _under(bench: Bench, condition: Condition, part: Part) -> ConditionScore:
    labels, before, weights = bench.labels(part.heard), bench.labels(part.clean), bench.weights(part.clean)
    after, clean = bench.answers(part.heard), bench.answers(part.clean)
    marks = bench.marks(labels, after, weights)
    found = difference_of(bench.metric, marks, bench.marks(before, clean, weights), weights)
    moves = labels != before
    return ConditionScore(
        condition=condition.name,
        tracks=len(part.heard),
        score=bench.score(marks, weights),
        change=Difference(
            value=finite(found.difference), low=finite(found.interval.low), high=finite(found.interval.high),
            p=finite(found.p),
        ),
        chance=bench.chance(labels),
        unmoved=bench.score(bench.marks(before, after, weights), weights) if moves else None,
        equivariance=_equivariance(bench, condition, part) if moves else None,
    )  # fmt: skip


def _equivariance(bench: Bench, condition: Condition, part: Part) -> Any:
    """Of the answers of the first seed, or the only one."""
    target = bench.material.target
    before, after = (
        [spell(target, answer) for answer in bench.answers(places)[0]] for places in (part.clean, part.heard)
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
