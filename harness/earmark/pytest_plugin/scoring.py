"""The score gate: the model measured as the baseline was, written where the user finds it, and judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from earmark.compare.whereabouts import Whereabouts
from earmark.errors import EarmarkError, ResultError
from earmark.gate import gate
from earmark.gate.markdown import refused_markdown, to_markdown
from earmark.gate.table import to_text
from earmark.progress import Progress
from earmark.protocol import Recordings, result_path
from earmark.pytest_plugin.facts import Facts
from earmark.registry import installed
from earmark.result import Result, write_result

SUMMARY = ".gate.md"
"""Beside a result, what the gate says of it in Markdown."""
IGNORE = "# Results of earmark's pytest plugin: made by a test run, so nothing to commit.\n*\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A result and where it was written."""

    result: Result
    path: Path

    @property
    def shown(self) -> str:
        """The path as a person at this prompt types it."""
        here = Path.cwd()
        return str(self.path.relative_to(here) if self.path.is_relative_to(here) else self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the gate says, in a line and in full."""

    passed: bool
    sentence: str
    text: str


def scored(facts: Facts, on: str | Recordings | None, progress: Progress) -> Scored:
    """Measure the model, once a session, and write the result; raises an EarmarkError."""
    result = facts.result(_on(facts) if on is None else on, progress)
    path = facts.settings.results / result_path(result)
    old = facts.baseline_path
    if old is not None and path.exists() and path.samefile(old):
        raise ResultError(f"{path} is the baseline itself: name another folder by --earmark-results.")
    _hide(facts.settings.results)
    return Scored(result=write_result(result, path), path=path)


def _hide(folder: Path) -> None:
    """Keep a folder that is made here out of the user's version control, as pytest does with its cache."""
    if folder.exists():
        return
    try:
        folder.mkdir(parents=True)
        (folder / ".gitignore").write_text(IGNORE)
    except OSError as error:
        raise ResultError(f"{folder}: cannot be made ({error.strerror}); name another by --earmark-results.") from error


def _on(facts: Facts) -> str | Recordings:
    """What the settings or the baseline say that it is measured on; raises EarmarkError."""
    asked, old = facts.settings, facts.baseline
    if (own := _recordings(facts)) is not None:
        return own
    if asked.benchmark:
        return asked.benchmark
    if old is None:
        raise EarmarkError(
            "Scores need a baseline: --earmark-baseline result.json, or a first one: --earmark-benchmark."
        )
    if old.neighbourhood is not None:
        raise EarmarkError("The baseline is a result of `bench neighbours`, which has no scores to gate: name another.")
    if old.benchmark.name not in installed().benchmarks:
        raise EarmarkError(
            f"The baseline was measured on {old.benchmark.name!r}, which no plugin brings: name the recordings by "
            "--earmark-data tracks.csv, or in the test by embed_benchmark.scores(on=Recordings(...))."
        )
    return old.benchmark.name


def _recordings(facts: Facts) -> Recordings | None:
    """The user's own, where they are named."""
    return None if facts.settings.data is None else Recordings(path=facts.settings.data)


def judged(facts: Facts, scored: Scored, allowances: Mapping[str, float]) -> Judgement:
    """Gate a result against the baseline, and write the summary for a pull request beside it, whatever it says.

    Raises an EarmarkError, also where there is no baseline.
    """
    summary = scored.path.with_suffix(SUMMARY)
    if facts.baseline is None:
        raise EarmarkError("There is no baseline to gate against.")
    try:
        terms, where = facts.gate.terms(), Whereabouts.of(scored.result, None, _recordings(facts)).path
        verdict = gate(scored.result, facts.baseline, terms, allowances=allowances, where=where)
    except EarmarkError as error:
        summary.write_text(refused_markdown(str(error)), encoding="utf-8")
        raise
    summary.write_text(to_markdown(verdict), encoding="utf-8")
    return Judgement(passed=verdict.passed, sentence=verdict.sentence, text=to_text(verdict))
