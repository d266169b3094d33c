"""What `bench new` writes installs, passes its own tests, and keeps the contract."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from earmark.errors import EarmarkError, UnknownName
from earmark.new import KINDS, write_distribution

NAMES = {"model": "toy-loudness", "dataset": "toy-tones", "perturbation": "toy-noise"}
# Without hatchling beside the tests pip fetches it from the package registry.
ISOLATION = [] if find_spec("hatchling") is None else ["--no-build-isolation"]


def python(*words: str | Path, at: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    found = {"PYTHONPATH": str(path)} if path else {}
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "160", **found}
    command = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    for kind, name in NAMES.items():
        found = python("earmark", "new", kind, name, at=folder)
        assert found.returncode == 0, found.stderr
    return folder


@pytest.fixture(scope="module")
def site(written: Path) -> Path:
    """A folder with the three installed: on the path of a child, what a venv would be."""
    homes = [f"./{name}" for name in NAMES.values()]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", *ISOLATION]
    found = python("pip", "install", *quiet, "--target", "site", *homes, at=written)
    assert found.returncode == 0, found.stderr
    return written / "site"


def test_the_next_three_commands_are_printed(tmp_path: Path) -> None:
    said = python("earmark", "new", "model", "toy-loudness", at=tmp_path).stdout.splitlines()
    assert [line.strip() for line in said[said.index("Next:") + 1 :]] == [
        "pip install -e ./toy-loudness",
        "bench check toy-loudness",
        "bench run --model toy-loudness",
    ]


@pytest.mark.parametrize("kind", NAMES)
def test_its_own_tests_pass_as_they_lie_there(kind: str, written: Path) -> None:
    found = python("pytest", "-q", "-p", "no:cacheprovider", NAMES[kind], at=written)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("kind", NAMES)
def test_it_is_clean_to_a_linter(kind: str, written: Path) -> None:
    rules = ("--select", "D,E,F,I,UP,B", "--ignore", "D103,D203,D213", "--line-length", "120", "--no-cache")
    found = python("ruff", "check", *rules, at=written / NAMES[kind])
    assert found.returncode == 0, found.stdout


def test_the_installed_model_keeps_the_contract_to_the_last_line(site: Path, tmp_path: Path) -> None:
    found = python("earmark", "check", NAMES["model"], "--device", "cpu", "--json", at=tmp_path, path=site)
    assert found.returncode == 0, found.stderr
    assert {line["outcome"] for line in json.loads(found.stdout)} == {"passed"}


def test_the_installed_benchmark_is_run(site: Path, tmp_path: Path) -> None:
    words = ("--benchmark", NAMES["dataset"], "--cache", "cache", "--workers", "1", "--device", "cpu", "--json")
    found = python("earmark", "run", "--model", "log-mel", *words, at=tmp_path, path=site)
    assert found.returncode == 0, found.stderr
    (task,) = json.loads(found.stdout)["tasks"]
    assert task["scores"][0]["value"] == 1.0  # three pitches, an octave and a half apart


def test_the_installed_perturbation_is_in_the_catalogue(site: Path, tmp_path: Path) -> None:
    program = "from earmark.registry import installed; print(*installed().perturbations)"
    (tmp_path / "listed.py").write_text(program)
    assert NAMES["perturbation"] in python("listed", at=tmp_path, path=site).stdout.split()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("My_Model", "is no name for a plugin"),
        ("-x", "is no name for a plugin"),
        ("../x", "is no name for a plugin"),
        ("class", "is a word of Python"),
        ("json", "would hide the module json"),
        ("torch", "would hide the module torch"),
        ("log-mel", "a plugin already brings 'log-mel'"),
    ],
)
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(EarmarkError, match=sentence):
        write_distribution("model", name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(EarmarkError, match="exists already"):
        write_distribution("model", "mine", tmp_path)


def test_a_misspelt_kind_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'dataset'"):
        write_distribution("datasets", "mine", tmp_path)


def test_every_kind_has_its_templates(tmp_path: Path) -> None:
    for kind in KINDS:
        assert all(path.stat().st_size for path in write_distribution(kind, f"a-{kind}", tmp_path).files)
