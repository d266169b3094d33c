"""The job: a stranger's result, checked and filed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from earmark.archive import Archive
from earmark.errors import SubmissionError
from earmark.result import Result
from earmark.submit import asked, changed, claims, data, home, papers, scores
from earmark.submit.case import REFUSED, Case, Check, Finding, is_baseline, try_all
from earmark.submit.filing import file_result
from earmark.submit.reading import Submission, read_submission

CHECKS: tuple[Check, ...] = (
    *papers.CHECKS, *asked.CHECKS, *data.CHECKS, *scores.CHECKS, *changed.CHECKS, *claims.CHECKS, *home.CHECKS,
)  # fmt: skip
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What became of a submission that was accepted."""

    path: Path
    """Where it is filed, or would be."""
    result: Result
    """As it is filed: its baseline is the board's, its predictions as few as scores need."""
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    """What a maintainer should know."""
    is_new: bool
    """Whether anything was written, or would be; the same result again changes nothing."""
    replaced: tuple[str, ...] = ()
    """Of a replacement, what changed."""


def _silent(_: Finding) -> None:
    """Tell nobody."""


def submit(
    path: Path,
    archive: Archive,
    *,
    replace: bool = False,
    dry_run: bool = False,
    tell: Callable[[Finding], None] = _silent,
) -> Submitted:
    """Check the result at `path` and file it in the archive with its predictions; `dry_run` only checks.

    Another result at its place is kept unless `replace` is said. Raises SubmissionError with everything that was
    found against it; then nothing is written.
    """
    return decide(read_submission(path), archive, replace=replace, dry_run=dry_run, tell=tell)


def decide(
    submission: Submission,
    archive: Archive,
    *,
    replace: bool = False,
    dry_run: bool = False,
    tell: Callable[[Finding], None] = _silent,
) -> Submitted:
    """Check a submission that was read already, and file it; see `submit`."""
    case = Case(submission, archive)
    findings = try_all(CHECKS, case, tell)
    problems = [f"{f.check}: {problem}" for f in findings if f.outcome == REFUSED for problem in f.problems]
    if problems:
        raise SubmissionError(f"{submission.path} is not accepted:", problems)
    result = scores.settled(case)
    place = archive.home(result)
    seen = _bytes_of(place)
    is_new, replaced = _against_earlier(submission, result, place, replace=replace)
    found = Submitted(
        path=place, result=result, findings=tuple(findings), notes=(*claims.notes_of(case), *_stale(result, replaced)),
        is_new=is_new,
        replaced=replaced,
    )  # fmt: skip
    if found.is_new and not dry_run:
        file_result(result, archive, lambda: _still(case, place, seen))
    return found


def _bytes_of(place: Path) -> bytes | None:
    return place.read_bytes() if place.is_file() else None


def _still(case: Case, place: Path, seen: bytes | None) -> None:
    """Nobody else filed there since it was decided; raises SubmissionError."""
    findings = try_all(home.CHECKS, case, _silent, passed=[check.name for check in CHECKS])
    problems = [problem for finding in findings for problem in finding.problems]
    if problems or _bytes_of(place) != seen:
        raise SubmissionError(f"{place}: somebody filed there just now; submit again.", problems)


def _stale(result: Result, replaced: tuple[str, ...]) -> list[str]:
    """What a new baseline leaves behind."""
    if not (replaced and is_baseline(result)):
        return []
    return ["Gains that are filed were over the earlier baseline: submit the other results again, with --replace."]


def _against_earlier(
    submission: Submission, result: Result, place: Path, *, replace: bool
) -> tuple[bool, tuple[str, ...]]:
    """Whether the result is new there, and what it would replace; raises SubmissionError unless it may."""
    earlier = home.filed_at(place)
    if earlier is None:
        return True, ()
    if home.same(earlier, result):
        return False, ()
    replaced = home.changes(earlier, result)
    if not replace:
        raise SubmissionError(
            f"{submission.path} is not accepted:",
            [f"archive: {place} is filed already, with other content. --replace would change it:", *replaced],
        )
    return True, replaced
