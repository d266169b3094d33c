"""The models on a board: each with what it answered, and every one asked the same."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from earmark.archive import Archive, Filed
from earmark.errors import ResultError
from earmark.leaderboard.record import Key
from earmark.leaderboard.sorting import OTHER_PROBES, key_of, linear, sort_out
from earmark.progress import Progress, silent
from earmark.recount import Answered, answered
from earmark.result import Result, TaskResult
from earmark.result.table import FEW_GROUPS
from earmark.target import portable

SAME_CHANCE = 1e-9
"""Chance is computed from labels alone: more than rounding apart, not the same was asked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A model version that stands on the board."""

    filed: Filed
    tasks: Mapping[str, TaskResult]
    answers: Mapping[str, Answered]
    """By task, what it answered, in the order of tracks that all entries share."""
    robust: Filed | None = None

    @property
    def key(self) -> Key:
        """Name with options, and version."""
        return key_of(self.filed)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entries:
    """All that stand on the board of one version of a benchmark, by name and version; at least one."""

    benchmark: str
    version: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    """What is left out, and what a reader of the numbers must know."""

    @property
    def tasks(self) -> tuple[TaskResult, ...]:
        """What was asked, as the first entry has it, in the order of the benchmark."""
        return tuple(self.entries[0].tasks.values())

    @property
    def families(self) -> dict[str, tuple[str, ...]]:
        """By family the names of its tasks."""
        names = dict.fromkeys(task.family for task in self.tasks)
        return {name: tuple(task.task for task in self.tasks if task.family == name) for name in names}


def entries_of(archive: Archive, benchmark: str, progress: Progress = silent) -> Entries:
    """Read all that is filed on a benchmark.

    Raises UnknownName where nothing is, and ResultError, naming the file, for a result that cannot stand beside the
    others: without its predictions, of other data, or filed twice.
    """
    found = sort_out(archive, benchmark)
    entries: list[Entry] = []
    for done, filed in enumerate(found.runs, start=1):
        progress("read", done, len(found.runs), "results")
        entry = _entry(filed, found.tasks, found.robust.get(key_of(filed)))
        entries.append(_beside(entries[0], entry) if entries else entry)
    notes = (*found.notes, *_few_groups(entries[0]), *_makers(entries))
    return Entries(benchmark=benchmark, version=found.version, entries=tuple(entries), notes=notes)


def _entry(filed: Filed, tasks: Sequence[str], robust: Filed | None) -> Entry:
    scored = linear(filed.result)
    if empty := [n for n in tasks if not (scored[n].scores and scored[n].chance and "test" in scored[n].tracks)]:
        raise ResultError(f"{filed.path}: it says no score, chance or test tracks of {', '.join(empty)}.")
    try:
        found = answered(filed.result)
    except ResultError as error:
        raise ResultError(f"{filed.path}: {error}") from error
    answers = {asked.task: a for asked, a in found.items() if asked.probe not in OTHER_PROBES and not asked.condition}
    if missing := [name for name in tasks if name not in answers]:
        raise ResultError(f"{filed.path}: its predictions say nothing of {', '.join(missing)}.")
    return Entry(
        filed=filed, tasks={n: scored[n] for n in tasks}, answers={n: answers[n] for n in tasks}, robust=robust
    )


def _beside(first: Entry, other: Entry) -> Entry:
    """The same, its tracks in the order of the first; raises ResultError where the two were not asked the same."""
    one, two = (_data(entry.filed.result) for entry in (first, other))
    if one != two:
        raise ResultError(f"{first.filed.path} and {other.filed.path} are of other data: {one} and {two}.")
    return Entry(
        filed=other.filed,
        tasks=other.tasks,
        answers={name: _in_order(first, other, name) for name in first.answers},
        robust=other.robust,
    )


def _data(result: Result) -> str:
    return ", ".join(sorted(f"{d.name} {d.version} ({d.checksum[:12]})" for d in result.datasets))


def _in_order(first: Entry, other: Entry, name: str) -> Answered:
    mine, theirs = first.answers[name], other.answers[name]
    where = f"{first.filed.path} and {other.filed.path} differ in the"
    if set(mine.tracks) != set(theirs.tracks):
        raise ResultError(f"{where} test tracks of {name}.")
    found = theirs if theirs.tracks == mine.tracks else theirs.only(mine.tracks)
    if mine.groups != found.groups or [*map(portable, mine.labels)] != [*map(portable, found.labels)]:
        raise ResultError(f"{where} groups or labels of {name}.")
    _check_score(first.tasks[name], other.tasks[name], where)
    return found


def _check_score(mine: TaskResult, theirs: TaskResult, where: str) -> None:
    if mine.main.metric != theirs.main.metric:
        raise ResultError(f"{where} metric of {mine.task}: {mine.main.metric} and {theirs.main.metric}.")
    one, two = mine.chance[0].value, theirs.chance[0].value
    if (one is None) != (two is None) or (one is not None and two is not None and abs(one - two) > SAME_CHANCE):
        raise ResultError(f"{where} chance of {mine.task}, {one} and {two}: they were not asked the same.")


def _few_groups(entry: Entry) -> Iterator[str]:
    few = [f"{task.task} ({task.groups})" for task in entry.tasks.values() if task.groups < FEW_GROUPS]
    if few:
        yield f"Too few test groups for a trustworthy interval: {', '.join(few)}."


def _makers(entries: Sequence[Entry]) -> Iterator[str]:
    """Say where results were not made alike."""
    versions = Counter(entry.filed.result.earmark for entry in entries)
    if len(versions) > 1:
        yield f"Made with different versions of earmark: {_counted(versions)}."
    resamples = Counter(f"{entry.filed.result.resamples:,}" for entry in entries)
    if len(resamples) > 1:
        yield f"Filed with different numbers of resamples ({_counted(resamples)}); here all are computed again alike."


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{n} with {name}" for name, n in sorted(found.items()))
