"""What of all that is filed on a benchmark may stand on one board, and why the rest may not."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from earmark.archive import Archive, Filed
from earmark.errors import ResultError, UnknownName
from earmark.extract import FULL_PRECISION
from earmark.leaderboard.record import Key
from earmark.registry import installed
from earmark.result import Result, TaskResult

OTHER_PROBES = frozenset({"mlp"})
"""Readings that the board does not compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """The results of one board."""

    version: str
    """Of the benchmark."""
    tasks: tuple[str, ...]
    runs: tuple[Filed, ...]
    """One a model version, of `bench run`, by name and version."""
    robust: Mapping[Key, Filed]
    """Of some of them a result of `bench robust`."""
    notes: tuple[str, ...]
    """What is left out, and why."""


def key_of(filed: Filed) -> Key:
    """Name with options, and version."""
    return Key(filed.name, filed.result.model.version)


def linear(result: Result) -> dict[str, TaskResult]:
    """The readings that the board compares, by task."""
    return {task.task: task for task in result.tasks if task.probe not in OTHER_PROBES}


def sort_out(archive: Archive, benchmark: str) -> Sorted:
    """Choose the results of the board of a benchmark.

    Raises UnknownName where nothing is filed on it, and ResultError where no result of `bench run` is, or where two
    files are of one model version.
    """
    every = sorted(archive.results(benchmark), key=key_of)
    if not every:
        raise UnknownName("benchmark with filed results", benchmark, archive.benchmarks())
    version = _version(benchmark, every)
    filed = [one for one in every if one.result.benchmark.version == version]
    protocols = _protocols(benchmark, version, filed)
    reasons = [(one, _unfit(one.result, protocols)) for one in filed]
    notes = [f"Not on this board: {_label(one)} ({one.path.name}): {reason}." for one, reason in reasons if reason]
    fit = [one for one, reason in reasons if not reason]
    runs, robust = (_by_key(one for one in fit if one.is_robust is kind) for kind in (False, True))
    bare = [_label(robust[key]) for key in robust if key not in runs]
    notes += [f"Not on this board: {name}: only `bench robust` is filed of it." for name in bare]
    if not runs:
        raise ResultError(" ".join([f"{archive.folder}: no result of `bench run` on {benchmark}.", *sorted(notes)]))
    _check_fingerprints(runs, robust)
    return Sorted(
        version=version,
        tasks=tuple(protocols),
        runs=tuple(runs.values()),
        robust=robust,
        notes=(*sorted(notes), *_other_versions(every, version)),
    )


def _version(benchmark: str, filed: Iterable[Filed]) -> str:
    """The version that is registered, or else the highest of those filed."""
    known = installed().benchmarks.get(benchmark)
    found = {one.result.benchmark.version for one in filed}
    return known.version if known is not None and known.version in found else max(found, key=_natural)


def _natural(version: str) -> list[int | str]:
    """1.10 after 1.9."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"(\d+)", version))]


def _protocols(benchmark: str, version: str, filed: Sequence[Filed]) -> dict[str, str]:
    """The protocol of each task of the benchmark as it is registered, or else as the results have it."""
    known = installed().benchmarks.get(benchmark)
    if known is not None and known.version == version:
        return {task.name: task.protocol for task in known.tasks}
    return {name: task.protocol for one in reversed(filed) for name, task in linear(one.result).items()}


def _unfit(result: Result, protocols: Mapping[str, str]) -> str:
    """Why a result does not stand on a board; empty if it does."""
    found = linear(result)
    lacking = [name for name in protocols if name not in found]
    others = [name for name in protocols if name in found and found[name].protocol != protocols[name]]
    skipped = sum(len(dataset.skipped) for dataset in result.datasets)
    reasons = {
        "it is of `bench neighbours`, which scores no task": result.neighbourhood is not None,
        f"only the first {result.limit} tracks of each split were read": result.limit is not None,
        f"its layers were chosen ({', '.join(result.model.layers)})": bool(result.model.layers),
        f"it was embedded in {result.precision}": result.precision != FULL_PRECISION,
        f"{skipped} tracks could not be read": bool(skipped),
        f"it lacks {', '.join(lacking)}": bool(lacking),
        f"{', '.join(others)} followed another protocol": bool(others),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _by_key(filed: Iterable[Filed]) -> dict[Key, Filed]:
    found: dict[Key, Filed] = {}
    for one in filed:
        other = found.setdefault(key_of(one), one)
        if other is not one:
            raise ResultError(f"{other.path} and {one.path} are both results of {_label(one)}: keep one of them.")
    return found


def _check_fingerprints(runs: Mapping[Key, Filed], robust: Mapping[Key, Filed]) -> None:
    for key in sorted(runs.keys() & robust.keys()):
        one, other = runs[key], robust[key]
        if one.result.model.fingerprint != other.result.model.fingerprint:
            raise ResultError(f"{one.path} and {other.path} are of two models that share a name: fingerprints differ.")


def _label(filed: Filed) -> str:
    return "@".join(key_of(filed))


def _other_versions(filed: Iterable[Filed], version: str) -> Iterable[str]:
    found = Counter(one.result.benchmark.version for one in filed if one.result.benchmark.version != version)
    return [f"Not on this board: {n} filed on version {v} of the benchmark." for v, n in sorted(found.items())]
