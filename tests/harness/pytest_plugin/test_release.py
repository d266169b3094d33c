"""Whole sessions of a user's own suite, each in a process of its own, as a release engineer starts them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from earmark import run
from earmark.protocol import Recordings
from earmark.result import read_result, write_result

SOUND = ("-n", "0", "-W", "error")
"""No session of these tests may warn."""
BALLAST_MB = 80  # ten million numbers of eight bytes
NOISE_MB = 40  # allocators differ from process to process

MODEL = """
import time
import numpy as np
from earmark import ModelInfo, hookimpl


class Bands:
    ballast = {ballast}

    def embed(self, audio):
        time.sleep({sleep_s} if audio.shape[1] > 20 * 8000 else 0)  # the rest of a check would take too long
        frames = np.pad(np.asarray(audio), ((0, 0), (0, -audio.shape[1] % 800))).reshape(len(audio), -1, 800)
        energy = (np.abs(np.fft.rfft(frames, axis=2))[:, :, :400] ** 2).reshape(*frames.shape[:2], 8, 50).sum(3)
        return ({scale} * np.log1p(energy)).astype(np.float32)


@hookimpl
def provide_models():
    return [ModelInfo(name="bands", version="{version}", sample_rate=8000, dim=8, load=Bands, license="MIT",
                      source="a test", gain="heard")]
"""
TESTS = """
def test_check(embed_benchmark):
    embed_benchmark.check(quick=True)


def test_scores(embed_benchmark):
    embed_benchmark.scores()


def test_speed(embed_benchmark):
    assert embed_benchmark.speed() > 1


def test_memory(embed_benchmark):
    embed_benchmark.memory()
"""

Session = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory, table: Path) -> Path:
    """A project with two versions of a model, the second deaf, slow and large, and the first one's result."""
    folder = tmp_path_factory.mktemp("project")
    good = {"version": 1, "scale": 1, "sleep_s": 0, "ballast": None}
    bad = {"version": 2, "scale": 0, "sleep_s": 0.2, "ballast": "np.ones(10_000_000)"}
    (folder / "good.py").write_text(MODEL.format(**good))
    (folder / "bad.py").write_text(MODEL.format(**bad))
    (folder / "test_parts.py").write_text(TESTS)
    old = run(
        str(folder / "good.py"), Recordings(path=table), cache=folder / "cache", workers=1, tasks=["genre", "tempo"]
    )
    write_result(old, folder / "old.json")
    return folder


@pytest.fixture(scope="module")
def session(suite: Path, table: Path) -> Session:
    """Runs pytest in the project, on the model of that file."""

    def start(model: str, *words: str) -> subprocess.CompletedProcess[str]:
        options = ["--earmark-model", model, "--earmark-baseline", "old.json", "--earmark-data", str(table)]
        fast = ["--benchmark-min-rounds=2", "--earmark-workers=1"]
        command = [sys.executable, "-m", "pytest", "-q", *options, *fast, *words]
        # A worker of xdist must not pass for one to the pytest that it starts: that would switch benchmarks off.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
        environment = {**inherited, "EARMARK_CACHE": str(suite / "cache"), "OMP_NUM_THREADS": "1"}
        return subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, check=False)

    return start


@pytest.fixture(scope="module")
def passed(session: Session) -> str:
    """The same version again, part by part, saved for later comparison."""
    saving = ("--benchmark-autosave", "--junit-xml=junit.xml")
    found = session("good.py", "test_parts.py", *SOUND, *saving)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def failed(session: Session, passed: str) -> str:
    """The bad version, part by part, against what was saved."""
    limits = ("--earmark-speed-fail=min:100%", "--earmark-memory-fail=100%", "--earmark-allow=tempo=-0.25")
    found = session("bad.py", "test_parts.py", *SOUND, "--benchmark-compare", *limits)
    assert found.returncode == 1, found.stdout + found.stderr
    return found.stdout


def test_the_same_version_passes_all_parts(passed: str) -> None:
    assert "4 passed" in passed


def test_the_result_of_a_session_equals_that_of_a_run(suite: Path, passed: str) -> None:
    (path,) = (suite / ".earmark").rglob("*.json")
    again, old = read_result(path), read_result(suite / "old.json")
    assert f"scores: {path.relative_to(suite)}" in passed
    assert [task.scores for task in again.tasks] == [task.scores for task in old.tasks]


def test_results_stay_out_of_version_control(suite: Path, passed: str) -> None:
    assert (suite / ".earmark" / ".gitignore").read_text().splitlines()[-1] == "*"


def test_a_summary_for_a_pull_request_lies_beside_the_result(suite: Path, passed: str) -> None:
    (path,) = (suite / ".earmark" / "results" / "bands" / "1").glob("*.gate.md")
    assert "PASSED" in path.read_text().splitlines()[0]


def test_junit_knows_what_was_measured(suite: Path, passed: str) -> None:
    properties = ET.parse(suite / "junit.xml").iter("property")
    assert any(p.get("name") == "earmark" and "s of audio a second" in str(p.get("value")) for p in properties)


def test_the_saved_benchmark_says_what_was_timed(suite: Path, passed: str) -> None:
    (path,) = (suite / ".benchmarks").rglob("*.json")
    (saved,) = json.loads(path.read_text())["benchmarks"]
    extra, median_s = saved["extra_info"], saved["stats"]["median"]
    assert (extra["model"], extra["version"], extra["dim"], extra["audio_s"]) == ("bands", "1", 8, 60)
    assert extra["audio_s_per_s"] == pytest.approx(60 / median_s, abs=0.05)  # written with one digit


def test_a_bad_version_fails_in_every_part(failed: str) -> None:
    assert "4 failed" in failed


def test_a_lost_task_is_named(failed: str) -> None:
    assert "FAILED: genre worse by 0.667" in failed  # every third of three genres, by the best constant answer


def test_a_slower_version_is_told_with_both_speeds(failed: str) -> None:
    text = failed[failed.index("Extraction is slower than --earmark-speed-fail min:100% allows") :]
    assert text.index("bands 1: ") < text.index("s of audio a second, in ") < text.index("bands 2: ")


def test_a_larger_version_is_told_with_both_sizes(failed: str) -> None:
    found = re.search(r"memory-fail 100% allows: (\d+) MB beyond a fresh process, was (\d+) MB with version 1", failed)
    assert found is not None, failed
    assert int(found[1]) - int(found[2]) == pytest.approx(BALLAST_MB, abs=NOISE_MB)


def test_a_failure_shows_no_code_of_ours(failed: str) -> None:
    assert "Traceback" not in failed
    assert ".py:" not in failed.split("= FAILURES =")[1].split("= earmark =", maxsplit=1)[0]


def test_a_broken_contract_lists_what_to_do(failed: str) -> None:
    assert "bands 2 breaks its contract (bench check):" in failed
    assert "→ Do not crop in `embed`" in failed  # it hears nothing at all, so not the end of a track either


def test_an_allowance_of_the_command_line_is_judged_by(failed: str) -> None:
    assert "0.25 (tempo)" in failed


def test_under_xdist_speed_is_skipped_with_the_reason_and_scores_are_told(session: Session) -> None:
    found = session("good.py", "test_parts.py", "-n", "1", "-rs", "-k", "scores or speed")
    assert "1 passed, 1 skipped" in found.stdout, found.stdout + found.stderr
    assert "pytest-benchmark is disabled, as it always is under xdist" in found.stdout
    assert "gate: PASSED" in found.stdout
