"""Whether a result agrees with itself: what can be told before a model is run."""

import math
from collections.abc import Collection, Iterator

from earmark.errors import ResultError
from earmark.recount import Reading, answered
from earmark.result import Result
from earmark.result.score import Score

SAME = 1e-9
"""Scores of the same answers, computed on two machines, differ by the rounding of their last digits."""


def check_scores(claimed: Result) -> None:
    """Hold the scores of a result against its answers: answers that come out say nothing for scores that are others.

    Raises ResultError, also for answers that contradict the outputs of their probe.
    """
    readings = answered(claimed)
    for reading, scores in _claimed(claimed):
        if reading not in readings:
            raise ResultError(f"{_named(reading)}: the predictions hold no answers.")
        given = {metric.name: readings[reading].score(metric) for metric in readings[reading].metrics}
        for place, score in enumerate(scores):
            computed = score.metric in given or place == 0  # years of periods are not in a result, nor is their error
            if computed and not _same(score.value, given.get(score.metric)):
                raise ResultError(
                    f"{_named(reading)}: the result claims {score.metric} of {score.value}, but its own answers "
                    f"give {given.get(score.metric)}: it was edited, and there is nothing to verify."
                )


def check_tracks(claimed: Result, every: Collection[tuple[str, str]]) -> None:
    """Refuse answers about what is no test track, by data set and id; raises ResultError."""
    datasets: dict[tuple[str, str], str] = {(task.task, task.probe): task.dataset for task in claimed.tasks}
    for reading, one in answered(claimed).items():
        for track in one.tracks:
            if (datasets[reading[:2]], track) not in every:
                raise ResultError(f"{_named(reading)}: {track!r} is no test track of {datasets[reading[:2]]!r} here.")


def _claimed(claimed: Result) -> Iterator[tuple[Reading, tuple[Score, ...]]]:
    """Every reading with its claimed scores, under conditions the main one."""
    yield from ((Reading(task.task, task.probe), task.scores) for task in claimed.tasks)
    for under in claimed.robustness.tasks if claimed.robustness else ():
        yield from ((Reading(under.task, under.probe, one.condition), (one.score,)) for one in under.conditions)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)


def _named(reading: Reading) -> str:
    under = f" under {reading.condition}" if reading.condition else ""
    return f"Task {reading.task!r} by {reading.probe}{under}"
