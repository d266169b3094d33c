"""`bench robust` and `bench perturbations` as a person types them; what embeds, in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.registry import installed

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "160"}
Ran = tuple[Path, subprocess.CompletedProcess[str]]
Said = tuple[object, str, str]


def bench(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "earmark", *map(str, words)]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ran(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("ran")
    words = ["robust", "--model", "log-mel", "--data", table, "--target", "genre=genre", "--cache", "cache"]
    asked = ["-p", "white-noise:20,0", "-p", "gain:-6", "--workers", "1", "--plot", "p.svg"]
    return folder, bench(*words, *asked, folder=folder)


def where(folder: Path) -> Path:
    (found,) = folder.glob("results/log-mel/1/*.json")
    return found.relative_to(folder)


def test_it_ends_with_a_table_a_picture_and_a_result(ran: Ran) -> None:
    folder, found = ran
    assert found.returncode == 0, found.stderr
    for word in ("genre", "white-noise", "gain", "cosine"):
        assert word in found.stdout
    assert f"Result: {where(folder)}" in found.stderr
    assert "Picture: p.svg" in found.stderr
    assert (folder / "p.svg").read_text().startswith("<?xml")


def test_the_file_is_called_after_what_was_asked(ran: Ran) -> None:
    record = json.loads((ran[0] / where(ran[0])).read_text())
    version = record["benchmark"]["version"]
    assert where(ran[0]).name == f"tracks-{version}-robust-white-noise-20-0-gain--6.json"
    assert record["robustness"]["asked"] == ["white-noise:20,0", "gain:-6"]


def test_show_prints_the_same_table(ran: Ran) -> None:
    shown = bench("show", where(ran[0]), folder=ran[0])
    assert shown.stdout.strip() == ran[1].stdout.strip()


def test_json_is_the_result_and_nothing_else(table: Path, ran: Ran) -> None:
    words = ["robust", "-m", "log-mel", "--data", table, "--target", "genre=genre", "-p", "gain:-6", "--cache", "cache"]
    found = bench(*words, "--json", "--quiet", "--out", "r.json", folder=ran[0])
    record = json.loads(found.stdout)
    assert record == json.loads((ran[0] / "r.json").read_text())
    assert [one["name"] for one in record["robustness"]["conditions"]] == ["gain:-6"]
    assert record["cost"]["embedded_tracks"] == 0  # all of it was there


def test_help_names_the_preset_that_is_taken(typed: Callable[..., Said]) -> None:
    status, shown, _ = typed("robust", "--help")
    assert status == 0
    for word in ("--perturbations", "won2020", "--plot", "--json"):
        assert word in shown


def test_the_list_names_every_perturbation_and_preset(typed: Callable[..., Said]) -> None:
    status, shown, _ = typed("perturbations")
    assert status == 0
    for name in (*installed().perturbations, *installed().presets):
        assert name in shown


def test_the_list_is_there_for_scripts(typed: Callable[..., Said]) -> None:
    found = json.loads(typed("perturbations", "--json")[1])
    by_name = {one["name"]: one for one in found["perturbations"]}
    assert by_name["gain"]["levels"] == [-3, -6, -12, -24]
    assert by_name["gain"]["unit"] == "dB"
    assert by_name["pitch-shift"]["moves"] == ["key"]
    assert [one["name"] for one in found["presets"]] == ["won2020", "won2020-vocoder"]
    assert len(found["presets"][0]["conditions"]) == 8


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--perturbations", "mp33"), "Did you mean 'mp3'"),
        (("-p", "gain:3"), "they go from -120 to 0 dB"),
        (("-p", "compander:loud"), "'loud' is no level of 'compander'"),
        (("-m", "mfcc", "--plot", "p.svg"), "--plot draws one model"),
        (("--plot", "p.doc"), "A picture is written as .svg, .png, .pdf, not '.doc'"),
        (("--out", "result.txt"), "ends in .json"),
        (("-m", "log-mell"), "Did you mean 'log-mel'"),
    ],
)
def test_a_mistake_ends_in_one_sentence(
    typed: Callable[..., Said], table: Path, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    asked = ("robust", "-m", "log-mel", "--data", table, "--target", "genre=genre", "--cache", "c")
    status, _, said = typed(*asked, *words)
    assert status == 1
    assert sentence in " ".join(said.split())
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("*.safetensors"))
