import pytest

from earmark.audio import AudioBytes
from earmark.dataset import Dataset, Track
from earmark.errors import DatasetError
from earmark.target import Label, Target, Timeline


def track(name: str, group: str, split: str) -> Track:
    return Track(id=name, group=group, split=split, source=AudioBytes(name, bytes), labels={})


def build(*tracks: Track) -> Dataset:
    return Dataset(name="d", version="1", license="", source="", targets=(), tracks=tracks)


def test_a_group_on_two_sides_of_a_split_is_refused() -> None:
    with pytest.raises(DatasetError, match="group 'a' stands in test and train"):
        build(track("1", "a", "train"), track("2", "a", "test"))


def test_a_doubled_id_and_an_unknown_split_are_listed_together() -> None:
    with pytest.raises(DatasetError) as caught:
        build(track("1", "a", "train"), track("1", "b", "train"), track("2", "c", "dev"))
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("form", "label", "wrong"),
    [
        ("presence", True, "True is no str"),
        ("presence", "perhaps", "is none of yes, no"),
        ("class", "polka", "'polka' is none of a, b"),
        ("classes", "ab", "'ab' is no tuple"),
        ("classes", ("a", "c"), "'c' is none of a, b"),
        ("key", "H minor", "is none of C major"),
        ("tempo", 500.0, "is not between 20 and 400"),
        ("number", float("nan"), "no finite number"),
        ("timeline", "0-1:a", "is no Timeline"),
    ],
)
def test_a_label_that_does_not_fit_its_target_is_refused(form: str, label: Label, wrong: str) -> None:
    target = Target(name="t", family="genre", form=form, classes=("a", "b"))
    one = Track(id="1", group="g", split="train", source=AudioBytes("1", bytes), labels={"t": label})
    with pytest.raises(DatasetError, match=f"track '1', t: .*{wrong}"):
        Dataset(name="d", version="1", license="", source="", targets=(target,), tracks=(one,))


def test_labels_that_fit_are_taken() -> None:
    labels = {"key": "C major", "tempo": 120.0, "timeline": Timeline(edges_s=(0.0, 1.0), labels=("a",))}
    targets = tuple(Target(name=form, family="key", form=form) for form in labels)
    one = Track(id="1", group="g", split="train", source=AudioBytes("1", bytes), labels=labels)
    assert Dataset(name="d", version="1", license="", source="", targets=targets, tracks=(one,)).target("key")
