"""``bench compare`` as it is typed: where results and recordings come from, and what it prints."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from earmark.archive import Archive
from earmark.result import Cost, DatasetRecord, ModelRecord, Named, Result, Score, TaskResult, write_result

TRACKS = 40


def a_result(version: str, right: int, *, data: str = "d", benchmark: str = "b") -> Result:
    score = Score(metric="accuracy", value=0.5)
    task = TaskResult(
        task="mood", dataset=data, target="mood", family="mood", form="class", protocol="1", probe="linear",
        classes=("no", "yes"), tracks={"test": TRACKS}, groups=TRACKS, scores=(score,), chance=(score,),
    )  # fmt: skip
    rows = [
        {"task": "mood", "probe": "linear", "condition": "", "seed": 0, "track": f"t{i}", "group": f"g{i}",
         "reference": '"yes"', "estimated": '"yes"' if i < right else '"no"', "outputs": None}
        for i in range(TRACKS)
    ]  # fmt: skip
    model = ModelRecord(
        name="m", version=version, fingerprint=version, dim=1, parameters=0, sample_rate=8000, window_s=None,
        hop_s=None, license="MIT", source="here", training_data=(), options={},
    )  # fmt: skip
    about = DatasetRecord(
        name=data, version="1", license="CC0-1.0", source="here", checksum="00", tracks={"test": TRACKS}, audio_s=1.0,
        skipped=(), notes=(),
    )  # fmt: skip
    return Result(
        earmark="0", created="2026-01-01T00:00:00+00:00", benchmark=Named(name=benchmark, version="1"), model=model,
        baseline=None, datasets=(about,), tasks=(task,), seed=0, resamples=1000, environment={},
        cost=Cost(phases_s={}, embedded_tracks=1, stored_tracks=0, audio_s_per_s=None, peak_memory_bytes=1),
    ).with_tables({"predictions": pd.DataFrame(rows)})  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(version: str, right: int, **more: str) -> Path:
        write_result(a_result(version, right, **more), tmp_path / f"{version}.json")
        return tmp_path / f"{version}.json"

    return write


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """Versions 1 and 2 on benchmark b."""
    archive = Archive(folder=tmp_path / "board")
    for version, right in (("1", 40), ("2", 20)):
        found = a_result(version, right)
        write_result(found, archive.home(found))
    return archive.folder


def test_it_prints_the_table_and_leaves_with_0_even_where_new_is_worse(typed, written) -> None:
    code, out, _ = typed("compare", written("1", 40), written("2", 20))
    assert code == 0
    assert "Worse: mood (-0.500" in out


def test_json_is_the_record_alone(typed, written) -> None:
    _, out, _ = typed("compare", written("1", 40), written("2", 20), "--json", "--smallest", "0.2")
    found = json.loads(out)
    assert found["tasks"][0]["verdict"] == "worse"
    assert found["tasks"][0]["smallest"] == 0.2


def test_the_picture_goes_where_it_is_asked(typed, written, tmp_path: Path) -> None:
    _, _, err = typed("compare", written("1", 40), written("2", 20), "--plot", "forest.svg")
    assert "Picture: forest.svg" in err
    assert "<svg" in (tmp_path / "forest.svg").read_text()


def test_a_picture_of_no_known_kind_is_refused_before_anything_is_read(typed) -> None:
    code, _, err = typed("compare", "none.json", "none.json", "--plot", "forest.gif")
    assert code != 0
    assert "A picture is written as .svg, .png, .pdf" in err


def test_old_may_be_filed_on_a_leaderboard(typed, written, board: Path) -> None:
    code, out, _ = typed("compare", "leaderboard:m@1", written("3", 20), "--board", board)
    assert code == 0
    assert out.startswith("OLD  m 1\nNEW  m 3")


def test_both_may_be_filed(typed, board: Path) -> None:
    _, out, _ = typed("compare", "leaderboard:m@1", "leaderboard:m@2", "--board", board)
    assert out.startswith("OLD  m 1\nNEW  m 2")


def test_of_several_benchmarks_one_must_be_named(typed, board: Path) -> None:
    other = a_result("1", 30, benchmark="c")
    write_result(other, Archive(folder=board).home(other))
    both = ("compare", "leaderboard:m@1", "leaderboard:m@2", "--board", board)
    code, _, err = typed(*both)
    assert code != 0
    assert "has results on b, c: name one by --benchmark" in err
    assert typed(*both, "--benchmark", "b")[0] == 0


def test_a_version_that_is_not_filed_gets_the_list(typed, written, board: Path) -> None:
    code, _, err = typed("compare", "leaderboard:m@9", written("3", 20), "--board", board)
    assert code != 0
    assert "There are: m@1, m@2" in err


def test_what_cannot_be_compared_is_refused(typed, written) -> None:
    code, _, err = typed("compare", written("1", 40), written("2", 20, benchmark="c"))
    assert code != 0
    assert "OLD is on b 1, NEW on c 1" in err


def test_made_recordings_are_found_without_being_made(typed, written, tmp_path: Path) -> None:
    paths = written("1", 40, data="etudes-small"), written("2", 20, data="etudes-small")
    words = ("compare", *paths, "--cache", tmp_path / "cache")
    assert "etudes-small" not in typed(*words)[1].partition("Tracks that lost most")[2]
    assert not (tmp_path / "cache").exists()
    folder = tmp_path / "cache" / "datasets" / "etudes-small-1"
    folder.mkdir(parents=True)
    (folder / "t20.flac").touch()
    assert f"    {folder / 't20.flac'}\n" in typed(*words)[1]


def test_own_recordings_are_found_in_their_table(typed, table: Path, tmp_path: Path, monkeypatch) -> None:
    for version, right in (("1", 40), ("2", 20)):
        write_result(a_result(version, right, data=table.stem), tmp_path / f"{version}.json")
    _, out, _ = typed("compare", "1.json", "2.json", "--data", table)
    assert f"    {table.parent / '20.wav'}\n" in out
