"""From readings to scores: value, interval, chance, and the difference from the baseline."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from earmark.answer import ANSWERS, best_guess, metrics_of
from earmark.metric import (
    Metric,
    Scores,
    Weights,
    difference_of,
    group_weights,
    interval_of,
    scored_classes,
)
from earmark.probe import PERIODS_S, regular
from earmark.protocol.layers import Layered
from earmark.protocol.reading import Material, Reading
from earmark.result import Difference, LayerScore, Score, TaskResult
from earmark.target import Target, Timeline

Constant = Callable[[list[Any]], Any]
"""Gives one answer, whatever it is asked about, to as many tracks as there are labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jury:
    """The metrics of a task, its reference answers, and the resamples that all readings share."""

    metrics: tuple[Metric, ...]
    reference: Any
    weights: Weights
    """[1 + resamples, tracks]; the first row counts every track once and gives the score itself."""
    constants: tuple[Constant, ...]
    """For each metric the constant answer that scores best on the training split."""
    chance: tuple[Score, ...]
    """What each of them scores."""

    @classmethod
    def of(cls, material: Material, *, resamples: int, seed: int) -> "Jury":
        """Convene over the test tracks of a task."""
        groups, labels = [track.group for track in material.tracks["test"]], material.labels("test")
        metrics, reference = metrics_of(material.target), reference_of(material.target, labels)
        constants = tuple(constant_of(material, metric) for metric in metrics)
        chance = tuple(_chance(m, reference, constant(labels)) for m, constant in zip(metrics, constants, strict=True))
        weights = group_weights(groups, resamples, seed)
        return cls(metrics=metrics, reference=reference, weights=weights, constants=constants, chance=chance)

    def marks(self, estimated: Sequence[Any]) -> list[Scores]:
        """For each metric the scores of all resamples, averaged over the seeds: [1 + resamples]."""
        return [marks_of(metric, self.reference, estimated, self.weights) for metric in self.metrics]

    def scores(self, marks: list[Scores]) -> tuple[Score, ...]:
        """Each metric's value with its interval."""
        return tuple(score_of(metric, mark, self.weights) for metric, mark in zip(self.metrics, marks, strict=True))

    def difference(self, marks: list[Scores], baseline: list[Scores]) -> Difference:
        """The main score minus the baseline's."""
        return change_of(self.metrics[0], marks[0], baseline[0], self.weights)


def marks_of(metric: Metric, reference: Any, estimated: Sequence[Any], weights: Weights) -> Scores:
    """The scores of all resamples, averaged over the seeds: [1 + resamples]."""
    return np.asarray(np.mean([metric.function(reference, one, weights) for one in estimated], axis=0))


def score_of(metric: Metric, marks: Scores, weights: Weights) -> Score:
    """A metric's value with its interval, from the scores of all resamples."""
    found = interval_of(metric, marks, weights)
    return Score(
        metric=metric.name, value=finite(marks[0]), low=finite(found.low), high=finite(found.high),
        higher_is_better=metric.higher_is_better, unit=metric.unit,
    )  # fmt: skip


def change_of(metric: Metric, marks: Scores, others: Scores, weights: Weights) -> Difference:
    """One score minus another over the same resamples, with interval and p."""
    found = difference_of(metric, marks, others, weights)
    return Difference(
        value=finite(found.difference), low=finite(found.interval.low), high=finite(found.interval.high),
        p=finite(found.p),
    )  # fmt: skip


def finite(value: float | None) -> float | None:
    """The number, or None where there is none: JSON has no NaN."""
    return float(value) if value is not None and math.isfinite(value) else None


def reference_of(target: Target, labels: list[Any]) -> Any:
    """Labels in the form that the metrics compare with."""
    return labels if target.form == "timeline" else ANSWERS[target.form].reference(target, labels)


def _chance(metric: Metric, reference: Any, answers: Any) -> Score:
    value = metric(reference, answers)
    return Score(metric=metric.name, value=finite(value), higher_is_better=metric.higher_is_better, unit=metric.unit)


def constant_of(material: Material, metric: Metric) -> Constant:
    """Of constant answers the one that scores best on the training split; each metric has a best one of its own."""
    guess = _best_clock if material.target.form == "timeline" else _best_answer
    return guess(material, metric)


def _best_answer(material: Material, metric: Metric) -> Constant:
    answer = best_guess(material.target, material.labels("train"), 1, metric)
    return lambda labels: np.repeat(answer, len(labels), axis=0)


def _best_clock(material: Material, metric: Metric) -> Constant:
    """Boundaries by the clock, at the period that scores best on the training split."""
    train = material.labels("train")
    best_s = max(PERIODS_S, key=lambda period_s: metric(train, _by_the_clock(train, period_s)))
    return lambda labels: _by_the_clock(labels, best_s)


def _by_the_clock(references: list[Timeline], period_s: float) -> list[Timeline]:
    """Only the duration is taken from the references: a listener would know it too."""
    return [regular(reference.edges_s[-1], period_s) for reference in references]


def score(material: Material, probe: str, layered: Layered, baseline: Reading | None, jury: Jury) -> TaskResult:
    """Score the picked layer's reading beside chance and the baseline, and each layer for the curve."""
    task, target, reading = material.task, material.target, layered.best
    marks = jury.marks(reading.estimated)
    against = None if baseline is None else marks if baseline is reading else jury.marks(baseline.estimated)
    return TaskResult(
        task=task.name,
        dataset=task.dataset,
        target=target.name,
        family=target.family,
        form=target.form,
        protocol=task.protocol,
        probe=cast(Literal["linear", "mlp", "foote", "boundary-probe"], probe),
        classes=target.classes,
        tracks={split: len(tracks) for split, tracks in material.tracks.items()},
        groups=len({track.group for track in material.tracks["test"]}),
        scores=jury.scores(marks),
        chance=jury.chance,
        baseline=() if against is None else jury.scores(against),
        gain=None if against is None or against is marks else jury.difference(marks, against),
        unscored_classes=_unscored(material, jury),
        settings=dict(reading.settings),
        valid_score=finite(reading.valid_score),
        edge=cast(Literal["", "strongest", "weakest"], reading.edge),
        converged=reading.converged,
        seed_deviation=_deviation(jury, reading),
        layer=layered.picked,
        by_layer=_by_layer(layered, jury) if len(layered.readings) > 1 else (),
    )


def _by_layer(layered: Layered, jury: Jury) -> tuple[LayerScore, ...]:
    return tuple(
        LayerScore(
            layer=layer, valid_score=finite(reading.valid_score), score=jury.scores(jury.marks(reading.estimated))[0]
        )
        for layer, reading in layered.readings.items()
    )


def _unscored(material: Material, jury: Jury) -> tuple[str, ...]:
    if material.target.form != "classes":
        return ()
    scored = scored_classes(jury.reference)
    return tuple(name for name, is_scored in zip(material.target.classes, scored, strict=True) if not is_scored)


def _deviation(jury: Jury, reading: Reading) -> float | None:
    if len(reading.estimated) < 2:
        return None
    return finite(float(np.std([jury.metrics[0](jury.reference, one) for one in reading.estimated], ddof=1)))
