"""An excerpt of ten seconds starts where it should, or is the last one that there is."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark.target import Target, Timeline
from earmark_plugins.perturbations.excerpt_position import provide_perturbations

(POSITION,) = provide_perturbations()
RATE = 8000
SECTIONS = Target(name="segments", family="segmentation", form="timeline")
GENRE = Target(name="genre", family="genre", form="class", classes=("waltz",))


def excerpt(seconds: float, start_s: float) -> list[int]:
    audio = Audio(samples=np.arange(round(seconds * RATE), dtype=np.float32), rate=RATE)
    found = Condition(perturbation=POSITION, level=start_s).apply(audio, track="t")
    assert found.rate == RATE
    return [int(found.samples[0]), len(found.samples)]


@pytest.mark.parametrize("start_s", [0, 5, 20])
def test_ten_seconds_start_there(start_s):
    assert excerpt(30.0, start_s) == [start_s * RATE, 80000]


def test_a_recording_that_ends_before_gives_its_last_ten_seconds():
    assert excerpt(29.5, 20.0) == [156000, 80000]
    assert excerpt(12.0, 20.0) == [16000, 80000]


def test_a_recording_shorter_than_ten_seconds_is_taken_whole():
    assert excerpt(0.05, 20.0) == [0, 400]


def test_the_sections_are_those_of_the_excerpt():
    song = Timeline(edges_s=(0.0, 8.0, 12.0, 30.0), labels=("a", "b", "c"))
    assert POSITION.moved(SECTIONS, song, 10.0) == Timeline(edges_s=(0.0, 2.0, 10.0), labels=("b", "c"))
    assert POSITION.moved(SECTIONS, song, 20.0) == Timeline(edges_s=(0.0, 10.0), labels=("c",))


@pytest.mark.parametrize("start_s", [20.0, 40.0])
def test_sections_that_end_before_the_excerpt_does_are_not_known_and_other_labels_stay(start_s):
    assert POSITION.moved(SECTIONS, Timeline(edges_s=(0.0, 29.5), labels=("a",)), start_s) is None
    assert POSITION.moved(GENRE, "waltz", start_s) == "waltz"


def test_the_first_excerpt_of_a_short_recording_keeps_its_sections():
    song = Timeline(edges_s=(0.0, 3.0, 6.0), labels=("a", "b"))
    assert POSITION.moved(SECTIONS, song, 0.0) == song
