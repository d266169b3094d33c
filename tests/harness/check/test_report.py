"""`bench check` as a person reads it, in a process of its own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOYS = Path(__file__).with_name("models.py")


def bench_check(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "earmark", "check", f"{TOYS}::{name}", "--quick", "--device", "cpu", *words]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wrong() -> subprocess.CompletedProcess[str]:
    return bench_check("wrong gain")


def test_an_error_ends_in_status_one_without_a_traceback(wrong):
    assert wrong.returncode == 1
    assert wrong.stderr == ""


def test_what_failed_is_followed_by_its_remedy(wrong):
    lines = wrong.stdout.splitlines()
    (at,) = [i for i, line in enumerate(lines) if "✗ error" in line]
    assert lines[at].split()[2] == "gain"
    assert lines[at + 1].strip() == "→ Set ModelInfo(gain='heard')."


def test_sentences_and_measurements_stand_in_columns(wrong):
    told = [line for line in wrong.stdout.splitlines() if re.match(r"  [✓✗!·–] \w", line)]
    gaps = {line[29:31] for line in told}  # two spaces after the longest name of a check
    assert gaps == {"  "}, told


def test_the_last_line_counts_and_judges(wrong):
    last = wrong.stdout.splitlines()[-1]
    assert re.fullmatch(r"\d+ passed, 1 error, 4 skipped: wrong gain breaks its contract; .*", last)


def test_json_is_a_record_a_check_and_nothing_else():
    found = bench_check("good", "--json")
    assert found.returncode == 0
    records = json.loads(found.stdout)
    assert {tuple(r) for r in records} == {("check", "theme", "outcome", "sentence", "measured", "remedy")}
    assert {r["outcome"] for r in records} == {"passed", "skipped"}
