"""What two results both answered: the same readings about the same tracks."""

from collections.abc import Iterator
from dataclasses import dataclass

from earmark.errors import ResultError
from earmark.metric import Metric
from earmark.recount import Answered, Reading, answered
from earmark.result import Result
from earmark.target import portable

SHOWN = 5
"""Disagreements that an error lists."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """One reading as both answered it, about the same tracks in the same order."""

    old: Answered
    new: Answered
    dataset: str
    apart: int = 0
    """Tracks that only one of them answered."""

    @property
    def reading(self) -> Reading:
        """What was asked."""
        return self.old.reading

    @property
    def metric(self) -> Metric:
        """The main one."""
        return self.old.metrics[0]

    @property
    def sides(self) -> tuple[Answered, Answered]:
        """Old, then new."""
        return self.old, self.new


def common(old: Result, new: Result) -> list[Pair]:
    """What both answered, in the order of OLD's table, clean audio first.

    Raises ResultError where nothing is common, where predictions are not at hand, or where the two results say other
    things of one track.
    """
    order: dict[tuple[str, str], int] = {(task.task, task.probe): i for i, task in enumerate(old.tasks)}
    datasets: dict[tuple[str, str], str] = {(task.task, task.probe): task.dataset for task in old.tasks}
    ours, theirs = (_answered(result, which) for result, which in ((old, "OLD"), (new, "NEW")))
    shared = sorted((r for r in ours if r in theirs), key=lambda r: (bool(r.condition), order[r[:2]]))
    if not shared:
        raise ResultError(
            f"OLD answers {_tasks(ours)}, NEW {_tasks(theirs)}: no task is common; run both with the same --tasks."
        )
    pairs = [_pair(ours[reading], theirs[reading], datasets[reading[:2]]) for reading in shared]
    if problems := [problem for pair in pairs for problem in _disagreements(pair)]:
        more = [f"and {len(problems) - SHOWN:,} more"] if len(problems) > SHOWN else []
        lines = ["These results are of different tests:", *(f"  {line}" for line in (*problems[:SHOWN], *more))]
        raise ResultError("\n".join([*lines, "Run both models on the same data and compare again."]))
    return pairs


def _answered(result: Result, which: str) -> dict[Reading, Answered]:
    if "predictions" not in result.tables:
        raise ResultError(
            f"{which} ({result.model.name} {result.model.version}) has no predictions beside it: they are compared "
            "track by track, so copy the .parquet file that belongs to it, or run the model again."
        )
    return answered(result)


def _tasks(found: dict[Reading, Answered]) -> str:
    return ", ".join(dict.fromkeys(f"{r.task} by {r.probe}" for r in found)) or "nothing"


def _pair(old: Answered, new: Answered, dataset: str) -> Pair:
    ours, theirs = set(old.tracks), set(new.tracks)
    tracks = [track for track in old.tracks if track in theirs]
    if not tracks:
        raise ResultError(f"Task {old.reading.task}: no test track was answered by both; run both on the same data.")
    return Pair(old=old.only(tracks), new=new.only(tracks), dataset=dataset, apart=len(ours ^ theirs))


def _disagreements(pair: Pair) -> Iterator[str]:
    """Where the two results say other things of one track: then they did not ask the same."""
    old, new, heard = pair.old, pair.new, f" under {pair.reading.condition}" if pair.reading.condition else ""
    for i, track in enumerate(old.tracks):
        about = f"Task {pair.reading.task}{heard}, track {track!r}"
        if old.groups[i] != new.groups[i]:
            yield f"{about}: group {old.groups[i]!r} in OLD, {new.groups[i]!r} in NEW."
        if portable(old.labels[i]) != portable(new.labels[i]):
            yield f"{about}: labelled {str(old.labels[i])[:60]!r} in OLD, {str(new.labels[i])[:60]!r} in NEW."
