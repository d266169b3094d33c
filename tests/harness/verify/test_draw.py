"""Which test tracks are asked again."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from earmark.dataset import Dataset, Track
from earmark.place import Place
from earmark.protocol.recordings import Exam
from earmark.target import Target
from earmark.task import Benchmark, tasks_for
from earmark.verify.draw import draw_tracks, every_test, with_tests

GENRE = Target(name="genre", family="genre", form="class", classes=("common", "rare", "rarest"))
ARTIST_TRACKS = 4
VALENCE = Target(name="valence", family="mood", form="number")


class Nothing:
    """No audio: nobody listens here."""

    name = "nothing"

    def read(self) -> bytes:
        return b""


def track(number: int, split: str) -> Track:
    genre = "rarest" if number == 7 else "rare" if number % 20 == 3 else "common"
    valence = {"valence": float(number)} if number in (11, 12, 13) else {}
    group = f"{split}-{number // ARTIST_TRACKS}"
    labels = {"genre": genre, **valence}
    return Track(id=f"{split}{number}", group=group, split=split, source=Nothing(), labels=labels)  # type: ignore[arg-type]


@pytest.fixture
def exam() -> Exam:
    tracks = tuple(track(i, split) for split in ("train", "valid", "test") for i in range(100))
    dataset = Dataset(name="d", version="1", license="", source="", targets=(GENRE, VALENCE), tracks=tracks)
    benchmark = Benchmark(name="d", version="1", tasks=tasks_for("d", dataset.targets))
    return Exam(benchmark=benchmark, datasets={"d": dataset})


def genres(exam: Exam, drawn: set[tuple[str, str]]) -> Counter[object]:
    return Counter(t.labels["genre"] for t in exam.datasets["d"].tracks if ("d", t.id) in drawn)


def test_every_class_and_every_task_is_covered(exam: Exam) -> None:
    for seed in range(20):
        drawn = draw_tracks(exam, exam.benchmark.tasks, 9, seed)
        found = genres(exam, drawn)
        assert len(drawn) == 9
        assert found["rarest"] == 1
        assert found["rare"] >= 2
        assert len(drawn & {("d", f"test{i}") for i in (11, 12, 13)}) >= 2


def test_a_task_gets_two_tracks_even_if_that_makes_more(exam: Exam) -> None:
    drawn = draw_tracks(exam, exam.benchmark.tasks, 1, 0)
    assert len(drawn & {("d", f"test{i}") for i in (11, 12, 13)}) == 2


def test_a_task_of_some_tracks_does_not_fill_the_sample_with_them() -> None:
    """Half of the tracks are sung, and only those have a register."""
    register = Target(name="register", family="vocal", form="class", classes=("low", "high"))
    vocal = Target(name="vocal", family="vocal", form="presence")
    tracks = []
    for i in range(200):
        split, sung = ("train", "valid", "test", "test")[i % 4], i % 8 < 4
        labels = {"vocal": "yes", "register": ("low", "high")[i % 2]} if sung else {"vocal": "no"}
        tracks.append(Track(id=f"t{i}", group=f"g{i}", split=split, source=Nothing(), labels=labels))
    dataset = Dataset(name="d", version="1", license="", source="", targets=(vocal, register), tracks=tuple(tracks))
    exam = Exam(
        benchmark=Benchmark(name="d", version="1", tasks=tasks_for("d", dataset.targets)), datasets={"d": dataset}
    )
    for seed in range(10):
        drawn = draw_tracks(exam, exam.benchmark.tasks, 24, seed)
        unsung = sum(("d", t.id) in drawn and "register" not in t.labels for t in tracks)
        assert 5 <= unsung <= 12


def test_the_draw_is_its_seeds_whatever_the_order(exam: Exam) -> None:
    dataset = exam.datasets["d"]
    turned = replace(exam, datasets={"d": replace(dataset, tracks=dataset.tracks[::-1])})
    tasks = exam.benchmark.tasks
    assert draw_tracks(exam, tasks, 20, 5) == draw_tracks(turned, tasks[::-1], 20, 5)
    assert draw_tracks(exam, tasks, 20, 5) != draw_tracks(exam, tasks, 20, 6)


def test_another_group_comes_before_another_track_of_one(exam: Exam) -> None:
    drawn = draw_tracks(exam, [exam.benchmark.tasks[0]], 25, 0)
    common = [t for t in exam.datasets["d"].tracks if ("d", t.id) in drawn and t.labels["genre"] == "common"]
    assert len({t.group for t in common}) == len(common) == 25 - 6  # of 25 groups; one rarest, five rare


def test_every_track_has_its_chance(exam: Exam) -> None:
    drawn = Counter(key for seed in range(300) for key in draw_tracks(exam, exam.benchmark.tasks, 20, seed))
    assert set(drawn) == every_test(exam, exam.benchmark.tasks)


def test_more_than_there_are_is_all(exam: Exam) -> None:
    assert draw_tracks(exam, exam.benchmark.tasks, 1000, 0) == every_test(exam, exam.benchmark.tasks)


def test_train_and_validation_stay_whole(exam: Exam) -> None:
    kept = draw_tracks(exam, exam.benchmark.tasks, 5, 0)
    counts = Counter(t.split for t in with_tests(exam, kept).datasets["d"].tracks)
    assert counts == {"train": 100, "valid": 100, "test": 5}


def test_a_place_aside_moves_only_the_embeddings(tmp_path: Path) -> None:
    place = Place(tmp_path, aside=tmp_path / "else")
    assert place.embeddings == tmp_path / "else"
    assert place.datasets == Place(tmp_path).datasets
