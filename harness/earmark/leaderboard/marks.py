"""Scores of every model over the same resamples: of each task, each family and the whole benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from earmark.leaderboard.entries import Entries
from earmark.metric import Metric, Weights, group_weights

Floats = npt.NDArray[np.float64]
Unit = tuple[str, str]
"""Data set and group: what is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marks:
    """Of all models on one question: scores [models, 1 + resamples], what they are scored by, and the draws."""

    metric: Metric
    """Name, direction and limits; of a mean over several, those of the mean."""
    scores: Floats
    weights: Weights
    """How often each unit counts: [1 + resamples, units]."""
    chance: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bench:
    """Marks every model, each draw of groups made once."""

    entries: Entries
    resamples: int
    seed: int
    _drawn: dict[tuple[Unit, ...], Weights] = field(default_factory=dict)
    _marked: dict[tuple[str, tuple[Unit, ...]], Floats] = field(default_factory=dict)

    def of(self, tasks: Sequence[str]) -> Marks:
        """The mean of the main scores of some tasks, their groups drawn together."""
        units = self.units(tasks)
        metric, chance = self._described(tasks)
        return Marks(metric=metric, scores=self._mean(tasks, units), weights=self._draw(units), chance=chance)

    def above_chance(self, families: Sequence[Sequence[str]]) -> Marks:
        """The mean over families, each a list of tasks, of what it has of the way from chance to perfect."""
        every = [task for tasks in families for task in tasks]
        units = self.units(every)
        total = np.zeros((len(self.entries.entries), 1 + self.resamples))
        for tasks in families:
            metric, chance = self._described(tasks)
            total += height(self._mean(tasks, units), metric, chance)
        whole = replace(self._described(every)[0], name="above chance", higher_is_better=True, limits=(-np.inf, 1.0))
        return Marks(metric=whole, scores=total / len(families), weights=self._draw(units), chance=0.0)

    def _described(self, tasks: Sequence[str]) -> tuple[Metric, float | None]:
        """What the mean of the main scores of some tasks is, and what chance has of it."""
        first = self.entries.entries[0]
        chances = [first.tasks[task].chance[0].value for task in tasks]
        known = [chance for chance in chances if chance is not None]
        metric = mean_of([self._metric(task) for task in tasks])
        return metric, sum(known) / len(known) if len(known) == len(chances) else None

    def _mean(self, tasks: Sequence[str], units: tuple[Unit, ...]) -> Floats:
        """The mean of the main scores of some tasks: [models, 1 + resamples]."""
        if len(tasks) == 1:
            return self._scores(tasks[0], units)
        return np.asarray(sum(self._scores(task, units) for task in tasks) / len(tasks))

    def units(self, tasks: Sequence[str]) -> tuple[Unit, ...]:
        """The groups that some tasks have labelled tracks of, each once, in order."""
        first = self.entries.entries[0]
        return tuple(sorted({(first.tasks[t].dataset, group) for t in tasks for group in first.answers[t].groups}))

    def _metric(self, task: str) -> Metric:
        return self.entries.entries[0].answers[task].metrics[0]

    def _draw(self, units: tuple[Unit, ...]) -> Weights:
        """How often each unit counts [1 + resamples, units]: every data set's groups are drawn apart."""
        if units not in self._drawn:
            names = sorted({dataset for dataset, _ in units})
            drawn = [
                group_weights([group for name, group in units if name == dataset], self.resamples, self.seed + place)
                for place, dataset in enumerate(names)
            ]
            self._drawn[units] = np.hstack(drawn)
        return self._drawn[units]

    def _scores(self, task: str, units: tuple[Unit, ...]) -> Floats:
        """Of one task: [models, 1 + resamples]."""
        if (task, units) not in self._marked:
            first, place = self.entries.entries[0], {unit: i for i, unit in enumerate(units)}
            columns = [place[first.tasks[task].dataset, group] for group in first.answers[task].groups]
            weights = np.ascontiguousarray(self._draw(units)[:, columns])
            self._marked[task, units] = np.empty((len(self.entries.entries), len(weights)))
            for row, entry in zip(self._marked[task, units], self.entries.entries, strict=True):
                row[:] = entry.answers[task].marks(self._metric(task), weights)
        return self._marked[task, units]


def mean_of(metrics: Sequence[Metric]) -> Metric:
    """What describes the mean of several scores."""
    limits = np.mean([metric.limits for metric in metrics], axis=0)
    return replace(
        metrics[0],
        name=", ".join(dict.fromkeys(metric.name for metric in metrics)),
        limits=(float(limits[0]), float(limits[1])),
        is_mean=all(metric.is_mean for metric in metrics),
    )


def height(scores: Floats, metric: Metric, chance: float | None) -> Floats:
    """Of the way from chance to perfect, the share that scores go; NaN where chance is unknown or perfect itself."""
    perfect = metric.limits[1 if metric.higher_is_better else 0]
    if chance is None or chance == perfect:
        return np.full(np.shape(scores), np.nan)
    return np.asarray((scores - chance) / (perfect - chance))
