"""`bench neighbours` as a person types it, and the options that every measurement shares."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.result import Result, read_result, write_result

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "160"}
Ran = tuple[Path, subprocess.CompletedProcess[str]]
Said = tuple[object, str, str]
TRACKS = 60


@pytest.fixture(scope="module")
def ran(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """In a process of its own, with the translator that does nothing."""
    folder = tmp_path_factory.mktemp("ran")
    words = ["neighbours", "--model", "log-mel", "--data", str(table), "--target", "genre=genre"]
    words += ["--translators", "identity", "--cache", "cache", "--workers", "1"]
    command = [sys.executable, "-m", "earmark", *words]
    return folder, subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def result(ran: Ran) -> Path:
    """The file that it wrote."""
    (found,) = ran[0].glob("results/log-mel/1/*.json")
    return found


def test_it_ends_with_tables_and_a_result(ran: Ran, result: Path) -> None:
    folder, found = ran
    assert found.returncode == 0, found.stderr
    for word in ("genre", "1-NN", "lift", "Intrinsic dimension", "Hubs by euclidean", "identity", "oracle", "× 1.25"):
        assert word in found.stdout
    for phase in ("search: 2 steps", "leakage: 2 readings", f"Result: {result.relative_to(folder)}"):
        assert phase in found.stderr
    assert f"Draw the lifts: bench show {result.relative_to(folder)} --plot lifts.svg" in found.stdout


def test_the_file_is_a_result_with_neighbours(result: Path) -> None:
    record = json.loads(result.read_text())
    assert result.name == f"tracks-{record['benchmark']['version']}-neighbours-identity.json"
    assert (record["tasks"], record["robustness"], record["schema_version"]) == ([], None, "3")
    assert record["neighbourhood"]["tracks"] == TRACKS
    assert [one["speed"] for one in record["neighbourhood"]["translations"]] == [0.8, 0.8, 1.25, 1.25]
    assert {"data", "embed", "search", "leakage"} <= set(record["cost"]["phases_s"])


def test_json_is_the_result_and_nothing_else(typed: Callable[..., Said], table: Path, ran: Ran, tmp_path: Path) -> None:
    words = ["neighbours", "-m", "log-mel", "--data", table, "--target", "genre=genre", "--cache", ran[0] / "cache"]
    status, shown, _ = typed(*words, "--json", "--quiet", "--out", "n.json", "--workers", "1")
    record = json.loads(shown)
    assert status == 0
    assert record == json.loads((tmp_path / "n.json").read_text())
    assert record["neighbourhood"]["translations"] == []
    assert record["cost"]["embedded_tracks"] == 0  # all of it was there


def test_show_prints_the_same_tables(typed: Callable[..., Said], ran: Ran, result: Path) -> None:
    status, shown, _ = typed("show", result)
    assert status == 0
    assert ran[1].stdout.strip().startswith(shown.strip())


def test_show_prints_euclidean_neighbours_in_full(typed: Callable[..., Said], result: Path) -> None:
    _, brief, _ = typed("show", result)
    status, full, _ = typed("show", result, "--full")
    assert status == 0
    assert "by euclidean (in brackets" in full
    assert "by euclidean (in brackets" not in brief


def test_show_prints_the_record(typed: Callable[..., Said], result: Path) -> None:
    assert json.loads(typed("show", result, "--json")[1]) == json.loads(result.read_text())


def test_show_draws_the_lifts(typed: Callable[..., Said], result: Path, tmp_path: Path) -> None:
    status, _, said = typed("show", result, "--plot", "lifts.svg")
    assert (status, said.strip()) == (0, "Picture: lifts.svg")
    assert "lift over random pairs" in (tmp_path / "lifts.svg").read_text()


def leaky(result: Path, folder: Path) -> Path:
    """The same with two targets that the embedding knows."""
    found: Result = read_result(result)
    assert found.neighbourhood is not None
    assert found.neighbourhood.leakage is not None
    known = found.neighbourhood.leakage
    (cell,) = known.cells
    cells = tuple(
        cell.model_copy(update={"span": s, "target": t}) for s in ("genre", "mood") for t in ("genre", "mood")
    )
    both = {"targets": ("genre", "mood"), "whole": known.whole * 2, "chance": known.chance * 2, "cells": cells}
    neighbourhood = found.neighbourhood.model_copy(update={"leakage": known.model_copy(update=both)})
    write_result(found.model_copy(update={"neighbourhood": neighbourhood}), folder / "leaky.json")
    return folder / "leaky.json"


def test_show_draws_what_leaks(typed: Callable[..., Said], result: Path, tmp_path: Path) -> None:
    status, _, said = typed("show", leaky(result, tmp_path), "--plot", "leaks.svg", "--leakage")
    assert (status, said.strip()) == (0, "Picture: leaks.svg")
    assert "read inside the directions of" in (tmp_path / "leaks.svg").read_text()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--plot", "leaks.svg", "--leakage"), "Leaks need two targets that the embedding clearly knows"),
        (("--leakage",), "--task and --leakage choose a picture: name its file with --plot."),
        (("--task", "genre"), "--task and --leakage choose a picture: name its file with --plot."),
        (("--plot", "p.svg", "--task", "genre"), "Only a result of `bench robust` has a picture of one task."),
        (("--plot", "p.doc"), "A picture is written as .svg, .png, .pdf, not '.doc'"),
        (("--layers",), "This result compares no layers"),
        (("other.json",), "A result of log-mel holds no scores of tasks"),
        (("other.json", "--leakage"), "Options of bench show are for one result"),
    ],
)
def test_what_cannot_be_shown_is_said(
    typed: Callable[..., Said], result: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "other.json").write_bytes(result.read_bytes())
    status, _, said = typed("show", result, *words)
    assert status == 1
    assert sentence in " ".join(said.split())
    assert not list(tmp_path.glob("*.svg"))


MEASUREMENTS = ("run", "robust", "neighbours")
OWN = {
    "run": {"--probes", "--layers"},
    "robust": {"--perturbations", "--probes", "--layers", "--plot"},
    "neighbours": {"--layer", "--translators"},
}


def options(shown: str) -> dict[str, str]:
    """What help says of each option with its default, by its long name."""
    listed = re.sub(r"\s*\n {10,}", " ", shown[shown.index("Options:") :])
    lines = re.findall(r"^  (?:-\w, )?(--[\w-]+)\s+(.*)$", listed, re.MULTILINE)
    return {name: " ".join(said.split()) for name, said in lines}


def test_every_measurement_has_the_same_shared_options(typed: Callable[..., Said]) -> None:
    found = {name: options(typed(name, "--help")[1]) for name in MEASUREMENTS}
    shared = [{k: v for k, v in found[name].items() if k not in OWN[name]} for name in MEASUREMENTS]
    assert shared[0] == shared[1] == shared[2]
    assert set(shared[0]) == {
        "--model", "--benchmark", "--data", "--target", "--column", "--tasks", "--limit", "--device", "--precision",
        "--trust-weights", "--trust-remote-code", "--workers", "--seed", "--out", "--cache", "--json", "--quiet",
        "--help",
    }  # fmt: skip
    assert "[required]" in shared[0]["--model"]
    for name, default in (("--benchmark", "etudes"), ("--device", "auto"), ("--seed", "0"), ("--precision", "float32")):
        assert default in shared[0][name].partition("[default: ")[2]
    for name in MEASUREMENTS:
        assert set(found[name]) - set(shared[0]) == OWN[name]
        assert next(iter(found[name])) == "--model"


MISTAKES = [
    (("--out", "result.txt"), "ends in .json"),
    (("-m", "mfcc", "--out", "r.json"), "--out names one file"),
    (("-m", "log-mell"), "Did you mean 'log-mel'"),
    (("--benchmark", "etudes"), "--data and --benchmark exclude each other"),
    (("--target", "genre"), "is not of the form name=column"),
    (("--tasks", "gnere"), "Did you mean 'genre'"),
    (("--precision", "bf17"), "Did you mean 'bf16'"),
]


@pytest.mark.parametrize("command", MEASUREMENTS)
@pytest.mark.parametrize(("words", "sentence"), MISTAKES)
def test_a_mistake_ends_in_one_sentence(
    typed: Callable[..., Said], table: Path, tmp_path: Path, command: str, words: tuple[str, ...], sentence: str
) -> None:
    asked = (command, "-m", "log-mel", "--data", table, "--target", "genre=genre", "--cache", "c")
    status, shown, said = typed(*asked, *words)
    assert (status, shown) == (1, "")
    assert sentence in " ".join(said.split())
    assert said.startswith("Error: ")
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--translators", "identitty"), "No translator is called 'identitty'. Did you mean 'identity'"),
        (("--layer", "3,4"), "Neighbours are searched in one layer: name one by --layer."),
        (("--layer", "all"), "Neighbours are searched in one layer: name one by --layer."),
        (("--layer", "3"), "'log-mel' gives one answer and no layers"),
    ],
)
def test_a_mistake_about_neighbours_ends_in_one_sentence(
    typed: Callable[..., Said], table: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    asked = ("neighbours", "-m", "log-mel", "--data", table, "--target", "genre=genre", "--cache", "c")
    status, _, said = typed(*asked, *words)
    assert status == 1
    assert sentence in " ".join(said.split())
    assert not list(tmp_path.rglob("*.safetensors"))


@pytest.mark.parametrize("command", MEASUREMENTS)
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-m", "log-mel", "--modle", "x"), "No such option: --modle"),
        (("-m", "log-mel", "--limit", "0"), "Invalid value for '--limit'"),
        (("-m", "log-mel", "--seed", "-1"), "Invalid value for '--seed'"),
        ((), "Missing option '--model'"),
    ],
)
def test_what_no_option_takes_is_refused(
    typed: Callable[..., Said], command: str, words: tuple[str, ...], sentence: str
) -> None:
    status, shown, said = typed(command, *words)
    assert (status, shown) == (2, "")
    assert sentence in " ".join(said.split())
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("command", "foreign"), [("run", "--translators"), ("robust", "--layer"), ("neighbours", "--probes")]
)
def test_the_options_of_another_measurement_are_unknown(typed: Callable[..., Said], command: str, foreign: str) -> None:
    status, _, said = typed(command, "-m", "log-mel", foreign, "x")
    assert status == 2
    assert f"No such option: {foreign}" in said
