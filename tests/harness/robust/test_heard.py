"""Test tracks under conditions: their labels, and which clean track each stands beside."""

import pytest

from earmark.audio import AudioBytes
from earmark.dataset import Dataset, Track
from earmark.errors import DatasetError
from earmark.perturbation import Condition, Perturbation, moves
from earmark.protocol.reading import Material, gather
from earmark.robust.heard import Part, heard_as, only, parts_of, with_takes
from earmark.target import Target, Timeline
from earmark.task import PROBED, Task

TEMPO = Target(name="tempo", family="tempo", form="tempo")
GENRE = Target(name="genre", family="genre", form="class", classes=("waltz", "march"))
FORM = Target(name="form", family="segmentation", form="timeline")
LABELS = {"tempo": 300.0, "genre": "waltz", "form": Timeline(edges_s=(0.0, 2.0, 6.0), labels=("a", "b"))}


def condition(name: str, level: float, **moved: object) -> Condition:
    known = {"version": "1", "unit": "x", "levels": (1.0,), "apply": lambda audio, *_: audio}
    return Condition(perturbation=Perturbation(name=name, **known, moves=moved), level=level)


def stretch(speed: float) -> Condition:
    return condition("stretch", speed, tempo=moves.faster, timeline=moves.sooner)


def track(name: str, split: str = "test", **labels: object) -> Track:
    return Track(id=name, group=name, split=split, source=AudioBytes(name, bytes), labels=labels)


def dataset(*tracks: Track) -> Dataset:
    about = {"name": "d", "version": "1", "license": "", "source": ""}
    return Dataset(**about, targets=(TEMPO, GENRE, FORM), tracks=tracks)


def material(*tests: Track) -> Material:
    task = Task(name="tempo", dataset="d", target="tempo", protocol="1", recipe=PROBED)
    return Material(task=task, target=TEMPO, tracks={"train": (), "valid": (), "test": tests})


def test_labels_are_those_that_are_then_true():
    heard = {t.id: t.labels for t in with_takes(dataset(track("t", **LABELS)), [stretch(0.5)], 0).tracks}
    assert heard["t"] == LABELS
    slow = Timeline(edges_s=(0.0, 4.0, 12.0), labels=("a", "b"))
    assert heard["t @ stretch:0.5"] == {"tempo": 150.0, "genre": "waltz", "form": slow}


def test_a_label_that_nobody_knows_then_is_left_out():
    (_, take) = with_takes(dataset(track("t", **LABELS)), [stretch(2.0)], 0).tracks  # 600 BPM is no tempo
    assert set(take.labels) == {"genre", "form"}


def test_what_was_not_labelled_stays_so():
    (_, take) = with_takes(dataset(track("t", genre="march")), [stretch(0.5)], 0).tracks
    assert take.labels == {"genre": "march"}


def test_only_the_test_split_is_heard_under_conditions():
    data = dataset(track("a", "train"), track("b", "valid"), track("c"))
    found = with_takes(data, [stretch(0.5), stretch(2.0)], 0).tracks
    assert [t.id for t in found] == ["a", "b", "c", "c @ stretch:0.5", "c @ stretch:2"]
    assert {t.split for t in found if "@" in t.id} == {"test"}


def test_a_track_that_is_called_like_a_take_is_refused():
    with pytest.raises(DatasetError, match="'t @ stretch:2' stands 2 times"):
        with_takes(dataset(track("t"), track("t @ stretch:2")), [stretch(2.0)], 0)


def test_parts_pair_each_take_with_its_own_clean_track():
    conditions = [stretch(2.0), stretch(0.5)]
    data = dataset(*(track(name, **LABELS) for name in "ab"), track("c", tempo=100.0))
    clean, parts = parts_of(material(*with_takes(data, conditions, 0).tracks), conditions)
    assert clean == (0, 1, 2)
    assert parts["stretch:2"] == Part(heard=(3, 4, 5), clean=(0, 1, 2))
    assert parts["stretch:0.5"] == Part(heard=(6, 7, 8), clean=(0, 1, 2))


def test_parts_follow_the_labels_that_are_known():
    conditions = [stretch(2.0)]
    data = dataset(
        track("a", tempo=300.0),
        track("b", tempo=100.0),
        *(track(n, s, tempo=90.0) for n, s in zip("uvxy", SPLITS, strict=True)),
    )
    task = Task(name="tempo", dataset="d", target="tempo", protocol="1", recipe=PROBED)
    found = gather(task, with_takes(data, conditions, 0), lambda _: True)
    clean, parts = parts_of(found, conditions)
    assert [found.tracks["test"][i].id for i in clean] == ["a", "b"]
    assert [found.tracks["test"][i].id for i in parts["stretch:2"].heard] == ["b @ stretch:2"]
    assert [found.tracks["test"][i].id for i in parts["stretch:2"].clean] == ["b"]
    asked = heard_as(found, parts["stretch:2"]).tracks["test"]
    assert [(t.id, t.labels["tempo"]) for t in asked] == [("b", 200.0)]


SPLITS = ("train", "train", "valid", "valid")


def test_a_condition_that_is_the_end_of_anothers_name_is_another():
    longer, shorter = condition("a @ b", 1.0), condition("b", 1.0)
    clean, parts = parts_of(material(*with_takes(dataset(track("t")), [longer, shorter], 0).tracks), [longer, shorter])
    assert clean == (0,)
    assert {name: (part.heard, part.clean) for name, part in parts.items()} == {
        "a @ b:1": ((1,), (0,)), "b:1": ((2,), (0,)),
    }  # fmt: skip


def test_a_part_can_be_taken_alone():
    assert [t.id for t in only(material(track("a"), track("b"), track("c")), (2, 0)).tracks["test"]] == ["c", "a"]
