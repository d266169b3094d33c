"""The command as a maintainer types it; what it checks is tested in tests/harness/submit."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from earmark.cli import submit as desk
from earmark.errors import SubmissionError
from earmark.submit import Finding, Submission, Submitted

Said = tuple[object, str, str]
FINDINGS = (
    Finding(check="names", theme="papers", outcome="passed", proves="its names are safe for paths and pages"),
    Finding(check="scores", theme="scores", outcome="refused", proves="they are equal", problems=("No.",)),
    Finding(check="gain", theme="scores", outcome="skipped", proves="it follows"),
)


@dataclass(frozen=True)
class Handed:
    """As much of a result as the command looks at."""

    name: str

    @property
    def model(self) -> Any:
        return self

    options: tuple[()] = ()
    robustness: None = None


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every result can be read; `bad` is refused, all others are accepted. What was decided on, in order."""
    taken: list[str] = []

    def read(path: Path) -> Submission:
        if path.stem == "broken":
            raise SubmissionError(f"{path} is not accepted:", ["It is a pickle."])
        return Submission(path=path, result=Handed(name=path.stem))  # type: ignore[arg-type]

    def decide(submission: Submission, archive: Any, *, replace: bool, dry_run: bool, tell: Any) -> Submitted:
        taken.append(submission.path.stem)
        for finding in FINDINGS:
            tell(finding)
        if submission.path.stem == "bad":
            raise SubmissionError(f"{submission.path} is not accepted:", ["scores: No.", "names: No."])
        home = archive.folder / f"results/{submission.path.stem}/1/etudes.json"
        replaced = ("genre accuracy: 0.100 → 0.200",) if replace else ()
        return Submitted(path=home, result=submission.result, findings=FINDINGS, notes=("Mind it.",),
                         is_new=not dry_run, replaced=replaced)  # fmt: skip

    monkeypatch.setattr("earmark.submit.read_submission", read)
    monkeypatch.setattr("earmark.submit.decide", decide)
    return taken


def test_a_line_a_check_and_the_place_at_the_end(typed: Callable[..., Said], accepted: list[str]) -> None:
    status, said, _ = typed("submit", "good.json", "--to", "board")
    assert status == 0
    assert "✓ passed   names" in said
    assert "✗ refused  scores" in said
    assert "– skipped  gain" in said
    assert said.endswith("Note: Mind it.\nFiled: board/results/good/1/etudes.json\n")


def test_what_is_refused_is_listed_on_standard_error(typed: Callable[..., Said], accepted: list[str]) -> None:
    status, said, complaint = typed("submit", "bad.json")
    assert status == 1
    assert complaint.splitlines()[1:] == ["  scores: No.", "  names: No."]
    assert "Filed" not in said


def test_one_refused_result_stops_no_other_and_the_baseline_goes_first(
    typed: Callable[..., Said], accepted: list[str]
) -> None:
    status, said, complaint = typed("submit", "broken.json", "bad.json", "good.json", "log-mel.json")
    assert status == 1
    assert accepted == ["log-mel", "bad", "good"]
    assert "It is a pickle." in complaint
    assert said.count("Filed: ") == 2


def test_a_replacement_says_what_changed(typed: Callable[..., Said], accepted: list[str]) -> None:
    assert "Replaced: genre accuracy: 0.100 → 0.200" in typed("submit", "good.json", "--replace")[1]


def test_the_same_again_says_so(typed: Callable[..., Said], accepted: list[str]) -> None:
    assert "Filed already, nothing changed" in typed("submit", "good.json", "--dry-run")[1]


def test_json_for_scripts_is_nothing_but_json(typed: Callable[..., Said], accepted: list[str]) -> None:
    status, said, _ = typed("submit", "good.json", "bad.json", "broken.json", "--json")
    broken, good, bad = json.loads(said)
    assert status == 1
    assert (good["accepted"], bad["accepted"], broken["accepted"]) == (True, False, False)
    assert good["checks"][1]["problems"] == ["No."]
    assert bad["problems"] == ["scores: No.", "names: No."]


def test_results_and_a_plugin_exclude_each_other(typed: Callable[..., Said]) -> None:
    assert "--plugin takes no results" in typed("submit", "a.json", "--plugin", "dist")[2]
    assert "Name the result files" in typed("submit")[2]


@pytest.mark.parametrize(("keeps", "expected"), [(True, 0), (False, 1)])
def test_a_plugin_is_reviewed(typed: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, keeps, expected) -> None:
    class Report:
        def __init__(self) -> None:
            self.keeps = keeps

        def __str__(self) -> str:
            return "as it is read"

    asked: dict[str, Any] = {}
    monkeypatch.setattr("earmark.submit.plugin.review", lambda dist, **how: asked.update(how, dist=dist) or Report())
    status, said, _ = typed("submit", "--plugin", "dist", "--memory", "2", "--seconds", "30")
    assert (status, said) == (expected, "as it is read\n")
    assert (asked["dist"], asked["limits"].time_s, asked["limits"].memory_bytes) == (Path("dist"), 30.0, 2_000_000_000)


def test_its_marks_cover_every_outcome() -> None:
    assert {finding.outcome for finding in FINDINGS} == set(desk.MARKS)
