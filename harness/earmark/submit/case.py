"""A submission on trial: what it says, what is registered, what is filed already; and what a check of it is."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from earmark.archive import RESULTS, Archive
from earmark.dataset import DatasetInfo
from earmark.errors import EarmarkError
from earmark.protocol.main import BASELINE
from earmark.recount import Answered, Reading, answered
from earmark.registry import installed
from earmark.result import Result, TaskResult, read_result
from earmark.submit.reading import Submission
from earmark.target import Target
from earmark.task import Benchmark

TOLERANCE = 1e-6
"""Scores computed again from the same answers differ in the last digits at most: sums in another order."""
MOST_SHOWN = 12
"""So many problems of one check are listed."""


class Case:
    """A submission beside what it is held against; everything is worked out once, when it is first asked for."""

    def __init__(self, submission: Submission, archive: Archive) -> None:
        self.submission, self.archive = submission, archive
        self.result: Result = submission.result

    @cached_property
    def benchmark(self) -> Benchmark:
        """The registered benchmark that it speaks of; only where that is known."""
        return installed().benchmarks[self.result.benchmark.name]

    @cached_property
    def baselines(self) -> Mapping[str, Result]:
        """The baseline's filed runs of the same benchmark by version; raises ResultError for a broken one.

        Only its own folder is read: an archive may hold hundreds of others.
        """
        paths = sorted((self.archive.folder / RESULTS / BASELINE).glob("*/*.json"))
        found = [read_result(path) for path in paths]
        return {r.model.version: r for r in found if r.benchmark == self.result.benchmark and is_baseline(r)}

    def filed(self) -> Iterator[Result]:
        """What is filed on the same version of the same benchmark; raises ResultError for what is broken."""
        for one in self.archive.results(self.result.benchmark.name):
            if one.result.benchmark == self.result.benchmark:
                yield one.result

    @cached_property
    def answered(self) -> Mapping[Reading, Answered]:
        """What it answered, by reading; raises ResultError."""
        return answered(self.result)

    def clean(self, task: TaskResult) -> Answered:
        """What it answered about clean audio."""
        return self.answered[Reading(task.task, task.probe, "")]

    def info(self, task: TaskResult) -> DatasetInfo:
        """What is registered of the data that a task asks about."""
        return installed().datasets[task.dataset]

    def target(self, task: TaskResult) -> Target:
        """What is registered of what a task asks."""
        return next(target for target in self.info(task).targets if target.name == task.target)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions that it claims, without clean audio."""
        return tuple(c.name for c in self.result.robustness.conditions) if self.result.robustness else ()


def is_baseline(result: Result) -> bool:
    """Whether it is a run of the model that stands beside all others."""
    return result.model.name == BASELINE and not result.model.options and result.robustness is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold of a submission, and how it is tried."""

    name: str
    theme: str
    proves: str
    """What holds if it passes, in a few words that begin in lower case."""
    examine: Callable[[Case], Iterable[str]]
    """Yields a sentence for each problem: what, why and what to do."""
    needs: tuple[str, ...] = ()
    """Names of earlier checks without which this one would only repeat their complaint, or could not be tried."""
    robust: bool = False
    """Asked only of results of `bench robust`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report on a submission."""

    check: str
    theme: str
    outcome: str
    """passed, refused or skipped."""
    proves: str
    problems: tuple[str, ...] = ()


PASSED, REFUSED, SKIPPED = "passed", "refused", "skipped"


def try_all(
    checks: Sequence[Check], case: Case, tell: Callable[[Finding], None], *, passed: Sequence[str] = ()
) -> list[Finding]:
    """Try every check that can be tried, and tell each finding as soon as it is known; some have passed before."""
    found: dict[str, Finding] = {}
    for check in checks:
        if check.robust and case.result.robustness is None:
            continue
        problems = (
            tuple(_problems(check, case))
            if all(n in passed or found[n].outcome == PASSED for n in check.needs)
            else None
        )
        outcome = SKIPPED if problems is None else REFUSED if problems else PASSED
        found[check.name] = Finding(
            check=check.name, theme=check.theme, outcome=outcome, proves=check.proves, problems=problems or ()
        )
        tell(found[check.name])
    return list(found.values())


def _problems(check: Check, case: Case) -> Iterator[str]:
    """What a check has against a case; one that cannot be carried out has that against it."""
    told = 0
    try:
        with np.errstate(all="ignore"):  # answers may be as far off as numbers go
            for problem in check.examine(case):
                told += 1
                if told <= MOST_SHOWN:
                    yield problem
    except EarmarkError as error:
        yield str(error)
    except Exception as error:  # a stranger's numbers: whatever they lead to, they are not filed
        yield f"The check of the {check.name} could not be carried out ({type(error).__name__}: {str(error)[:200]})."
    if told > MOST_SHOWN:
        yield f"{told - MOST_SHOWN} more like these."


def differences(claimed: Any, found: Any, where: str, most: float = TOLERANCE) -> Iterator[str]:
    """Say every place where two records, as JSON holds them, are not equal; numbers within `most` are."""
    if isinstance(claimed, dict) and isinstance(found, dict) and claimed.keys() == found.keys():
        for name in claimed:
            yield from differences(claimed[name], found[name], f"{where}, {name}", most)
    elif isinstance(claimed, (list, tuple)) and isinstance(found, (list, tuple)) and len(claimed) == len(found):
        for place, (one, other) in enumerate(zip(claimed, found, strict=True)):
            yield from differences(one, other, f"{where}, {_title(other, place)}", most)
    elif not _equal(claimed, found, most):
        yield f"{where}: {_said(claimed)} is claimed, but it is {_said(found)}."


def _title(found: Any, place: int) -> str:
    """What a member of a list is called: by its metric or its condition, else by its place."""
    names = [found[key] for key in ("metric", "condition", "name") if key in found] if isinstance(found, dict) else []
    return str(names[0]) if names else f"no. {place + 1}"


def _equal(claimed: Any, found: Any, most: float) -> bool:
    if isinstance(claimed, float) and isinstance(found, (int, float)) and not isinstance(found, bool):
        return math.isclose(claimed, found, rel_tol=most * 1e-3, abs_tol=most)
    return bool(type(claimed) is type(found) and claimed == found)


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "nothing" if value is None else repr(value)[:80]
