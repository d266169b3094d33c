"""From filed results to the page."""

import json
from pathlib import Path

import pandas as pd
import pytest

from earmark.archive import Archive
from earmark.compare import compare
from earmark.errors import ResultError
from earmark.leaderboard.entries import entries_of
from earmark.leaderboard.record import Key
from earmark.result import Cost, DatasetRecord, ModelRecord, Named, Result, Score, TaskResult, write_result
from earmark.site import pairs as pairs_module
from earmark.site import sections_of, write_site

TRACKS = 60
CLASSES = ("a", "b", "c")


def result(name: str, right: int, benchmark: str = "small") -> Result:
    """Of a model that answers so many of the tracks rightly, and the others by the next class."""
    labels = [CLASSES[i % 3] for i in range(TRACKS)]
    answers = [label if i < right else CLASSES[(i + 1) % 3] for i, label in enumerate(labels)]
    table = pd.DataFrame(
        [
            {"task": "genre", "probe": "linear", "condition": "", "seed": 0, "track": f"t{i:02}", "group": f"g{i:02}",
             "reference": json.dumps(label), "estimated": json.dumps(answer), "outputs": None}
            for i, (label, answer) in enumerate(zip(labels, answers, strict=True))
        ]
    )  # fmt: skip
    task = TaskResult(
        task="genre", dataset="toy", target="genre", family="genre", form="class", protocol="1", probe="linear",
        classes=CLASSES, tracks={"test": TRACKS}, groups=TRACKS,
        scores=(Score(metric="accuracy", value=right / TRACKS), Score(metric="macro-f1", value=0.5)),
        chance=(Score(metric="accuracy", value=1 / 3),),
    )  # fmt: skip
    model = ModelRecord(
        name=name, version="1", fingerprint=name, dim=12, parameters=3456, sample_rate=16_000, window_s=3.0,
        hop_s=None, license="MIT", source="made up", training_data=(), options={},
    )  # fmt: skip
    data = DatasetRecord(
        name="toy", version="1", license="CC0-1.0", source="here", checksum="00", tracks={"test": TRACKS},
        audio_s=1.0, skipped=(), notes=(),
    )  # fmt: skip
    return Result(
        earmark="0.1.0", created="2026-01-01T00:00:00+00:00", benchmark=Named(name=benchmark, version="1"), model=model,
        baseline=None, datasets=(data,), tasks=(task,), seed=0, resamples=1000, environment={"device": "cpu"},
        cost=Cost(phases_s={}, embedded_tracks=1, stored_tracks=0, audio_s_per_s=10.0, peak_memory_bytes=1),
    ).with_tables({"predictions": table})  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    found = Archive(folder=tmp_path / "board")
    for name, right in (("good", 50), ("fair", 40), ("poor", 21)):
        write_result(result(name, right), found.folder / "results" / name / "1" / "small.json")
    return found


def test_the_section_holds_every_model_with_its_classes(archive: Archive) -> None:
    (section,) = sections_of(archive)
    assert [row.model.name for row in section.board.rows] == ["good", "fair", "poor", "chance"]
    (a, *_) = section.details[Key("good", "1")].classes["genre"]
    assert (a.name, a.tracks, a.score.value) == ("a", 20, 17 / 20)  # of t00, t03, ... the first 17 are below t50


def test_two_models_differ_as_bench_compare_says(archive: Archive) -> None:
    (section,) = sections_of(archive)
    found = section.pairs[Key("fair", "1"), Key("good", "1")][0]
    (said,) = compare(result("fair", 40), result("good", 50)).tasks
    assert (found.value, found.low, found.high) == (said.difference.value, said.difference.low, said.difference.high)
    assert found.verdict == said.verdict


def test_too_many_models_are_not_compared(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs_module, "MOST", 2)
    assert pairs_module.pairs_of(entries_of(archive, "small")) == {}


def test_the_same_results_give_the_same_file(archive: Archive, tmp_path: Path) -> None:
    first, second = (write_site(archive, tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert first == second
    assert b"2026" not in first


def test_benchmarks_each_have_a_section(archive: Archive) -> None:
    write_result(result("good", 45, benchmark="other"), archive.folder / "results" / "good" / "1" / "other.json")
    assert [section.board.benchmark.name for section in sections_of(archive)] == ["other", "small"]


def test_an_empty_folder_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="bench submit"):
        write_site(Archive(folder=tmp_path), tmp_path / "index.html")
    assert not (tmp_path / "index.html").exists()
