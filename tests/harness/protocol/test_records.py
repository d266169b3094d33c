from pathlib import Path

import pytest

from earmark import Dataset, Target, Track
from earmark.audio import AudioFile
from earmark.protocol.records import checksum


def of(name: str) -> Dataset:
    """One track, whose file need not be there."""
    track = Track(id="a", group="a", split="test", source=AudioFile(Path("a.wav")), labels={"tempo": 120.0})
    target = Target(name="tempo", family="tempo", form="tempo")
    return Dataset(name=name, version="1", license="", source="", targets=(target,), tracks=(track,))


def test_other_audio_is_other_data() -> None:
    assert checksum(of("mine"), {"a": "00"}) != checksum(of("mine"), {"a": "01"})


@pytest.mark.parametrize("name", ["etudes", "etudes?soundfont=other-0123"])
def test_generated_data_are_their_version_and_labels(name: str) -> None:
    """A machine with other instructions renders one sample in a million to the next step of 16 bits."""
    assert checksum(of(name), {"a": "00"}) == checksum(of(name), {"a": "01"})
