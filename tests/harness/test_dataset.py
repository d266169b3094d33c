import pytest

from earmark.audio import AudioBytes
from earmark.dataset import Dataset, Track
from earmark.errors import DatasetError


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
