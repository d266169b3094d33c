"""``bench gate`` as it is typed: what it prints and writes, and how it leaves."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from earmark.archive import Archive
from earmark.result import Cost, DatasetRecord, ModelRecord, Named, Result, Score, TaskResult, write_result

TRACKS = 100


def a_result(version: str, rights: dict[str, int], benchmark: str = "1") -> Result:
    """Of each task so many of the tracks answered rightly."""
    score = Score(metric="accuracy", value=0.5)
    tasks = [
        TaskResult(
            task=name, dataset="d", target=name, family="mood", form="class", protocol="1", probe="linear",
            classes=("no", "yes"), tracks={"test": TRACKS}, groups=TRACKS, scores=(score,), chance=(score,),
        )
        for name in rights
    ]  # fmt: skip
    rows = [
        {"task": name, "probe": "linear", "condition": "", "seed": 0, "track": f"t{i}", "group": f"g{i}",
         "reference": '"yes"', "estimated": '"yes"' if i < right else '"no"', "outputs": None}
        for name, right in rights.items() for i in range(TRACKS)
    ]  # fmt: skip
    model = ModelRecord(
        name="m", version=version, fingerprint=version, dim=1, parameters=0, sample_rate=8000, window_s=None,
        hop_s=None, license="MIT", source="here", training_data=(), options={},
    )  # fmt: skip
    data = DatasetRecord(
        name="d", version="1", license="CC0-1.0", source="here", checksum="00", tracks={"test": TRACKS}, audio_s=1.0,
        skipped=(), notes=(),
    )  # fmt: skip
    return Result(
        earmark="0", created="2026-01-01T00:00:00+00:00", benchmark=Named(name="b", version=benchmark), model=model,
        baseline=None, datasets=(data,), tasks=tuple(tasks), seed=0, resamples=1000, environment={},
        cost=Cost(phases_s={}, embedded_tracks=1, stored_tracks=0, audio_s_per_s=None, peak_memory_bytes=1),
    ).with_tables({"predictions": pd.DataFrame(rows)})  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, *about: object, **more: object) -> Path:
        write_result(a_result(*about, **more), tmp_path / f"{name}.json")
        return tmp_path / f"{name}.json"

    return write


@pytest.fixture
def old(written) -> Path:
    return written("old", "1", {"tempo": 90, "key": 80})


@pytest.fixture
def worse(written) -> Path:
    return written("worse", "2", {"tempo": 70, "key": 80})


@pytest.fixture
def alike(written) -> Path:
    return written("alike", "3", {"tempo": 90, "key": 80})


def test_what_is_as_good_leaves_with_0(typed, old, alike):
    code, said, _ = typed("gate", alike, "--against", old)
    assert code == 0
    assert said.startswith(
        "PASSED: nothing is clearly worse by more than allowed (2 comparisons)\nm 3 against m 1 on b 1"
    )


def test_what_is_worse_leaves_with_1(typed, old, worse):
    code, said, _ = typed("gate", worse, "--against", old)
    assert code == 1
    assert said.startswith("FAILED: tempo worse by 0.200 [")


def test_an_allowance_lets_it_pass(typed, old, worse):
    assert typed("gate", worse, "--against", old, "--allow", "tempo=-0.25")[0] == 0
    assert typed("gate", worse, "--against", old, "--allow", "all=-0.1", "--allow", "tempo=-0.25")[0] == 0
    assert typed("gate", worse, "--against", old, "--allow", "all=-0.25", "--allow", "tempo=-0.1")[0] == 1


def test_json_on_the_screen_is_the_record_and_nothing_else(typed, old, worse):
    code, said, _ = typed("gate", worse, "--against", old, "--json")
    record = json.loads(said)
    assert (code, record["passed"], record["schema_version"]) == (1, False, "1")
    assert [one["state"] for one in record["judged"]] == ["failed", "passed"]


def test_files_are_written_in_folders_that_need_not_be(typed, old, worse, tmp_path):
    _, said, errors = typed("gate", worse, "--against", old, "--junit", "ci/g.xml", "--markdown", "ci/g.md")
    assert ET.parse(tmp_path / "ci" / "g.xml").getroot().find("testsuite").get("failures") == "1"
    assert (tmp_path / "ci" / "g.md").read_text().startswith("### earmark gate: FAILED")
    assert said.startswith("FAILED")
    assert "g.xml" in errors


def test_markdown_on_the_screen_is_nothing_else(typed, old, worse):
    code, said, _ = typed("gate", worse, "--against", old, "--markdown", "-")
    assert code == 1
    assert said.startswith("### earmark gate: FAILED")
    assert said.endswith("</details>\n")


def test_json_and_markdown_do_not_share_a_screen(typed, old, worse):
    code, _, errors = typed("gate", worse, "--against", old, "--markdown", "-", "--json")
    assert code == 1
    assert "give the Markdown a file" in errors


def test_another_benchmark_version_is_refused_in_every_file(typed, old, written, tmp_path):
    new = written("new", "2", {"tempo": 90, "key": 80}, benchmark="2")
    (tmp_path / "g.md").write_text("### earmark gate: PASSED")  # of an earlier gate
    code, said, errors = typed("gate", new, "--against", old, "--junit", "g.xml", "--markdown", "g.md")
    assert (code, said) == (1, "")
    assert "OLD is on b 1, NEW on b 2" in errors
    assert "OLD is on b 1, NEW on b 2" in (tmp_path / "g.md").read_text()
    assert ET.parse(tmp_path / "g.xml").getroot().find("testsuite").get("failures") == "1"


@pytest.mark.parametrize("words", [
    ["--allow", "tempi=-0.1"], ["--allow", "tempo=0.1"], ["--tasks", "tempi"], ["--conditions", "mp3"],
    ["--smallest", "0"], ["--against", "nowhere.json"], ["--against", "leaderboard:m@1"], ["--config", "nowhere.toml"],
])  # fmt: skip
def test_what_cannot_be_meant_leaves_with_1_and_a_sentence(typed, old, alike, words):
    code, said, errors = typed("gate", alike, "--against", old, *words)
    assert (code, said) == (1, "")
    assert errors.startswith("Error: ")


def test_without_an_old_result_it_says_how_to_name_one(typed, alike):
    code, _, errors = typed("gate", alike)
    assert code == 1
    assert "--against old.json" in errors


def test_a_result_on_a_board_is_found_by_model_and_version(typed, worse, tmp_path):
    archive = Archive(folder=tmp_path / "board")
    result = a_result("1", {"tempo": 90, "key": 80})
    write_result(result, archive.home(result))
    code, said, _ = typed("gate", worse, "--against", "leaderboard:m@1", "--board", "board")
    assert code == 1
    assert said.startswith("FAILED: tempo worse by 0.200 [")
    assert (
        "No filed result is called 'm@2'" in typed("gate", worse, "--against", "leaderboard:m@2", "--board", "board")[2]
    )


def test_the_project_file_is_read_and_what_is_typed_wins(typed, old, worse, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.earmark.gate]\nagainst = "old.json"\nallow = {tempo = -0.25, all = -0.01}\n'
    )
    code, said, _ = typed("gate", worse)
    assert code == 0
    assert "Settings from pyproject.toml: against, allow tempo, allow all." in said
    code, said, _ = typed("gate", worse, "--allow", "tempo=-0.1")
    assert code == 1
    assert "Settings from the command line: allow tempo." in said


def test_a_misspelt_key_of_the_project_file_is_refused_with_a_hint(typed, old, alike, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.earmark.gate]\nagianst = "old.json"\n')
    code, _, errors = typed("gate", alike, "--against", old)
    assert code == 1
    assert "pyproject.toml" in errors
    assert "Did you mean 'against'" in errors


def test_data_may_be_required(typed, old, written):
    half = [{"tempo": 90, "key": 80}, {"tempo": 86, "key": 80}]
    old, new = (written(f"half-{i}", str(i), rights) for i, rights in enumerate(half))
    assert typed("gate", new, "--against", old, "--smallest", "0.001")[0] == 0
    assert typed("gate", new, "--against", old, "--smallest", "0.001", "--require-data")[0] == 1


def test_the_same_gate_prints_the_same(typed, old, worse):
    assert typed("gate", worse, "--against", old, "--json") == typed("gate", worse, "--against", old, "--json")
