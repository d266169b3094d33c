"""Only the first seconds remain, of the audio and of its sections."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark.target import Target, Timeline
from earmark_plugins.perturbations.excerpt_length import provide_perturbations

(LENGTH,) = provide_perturbations()
SECTIONS = Target(name="segments", family="segmentation", form="timeline")
SONG = Timeline(edges_s=(0.0, 4.0, 30.0), labels=("a", "b"))


def test_the_ladder_gets_shorter_step_by_step():
    audio = Audio(samples=np.arange(30 * 8000, dtype=np.float32), rate=8000)
    excerpts = [Condition(perturbation=LENGTH, level=level).apply(audio, track="t").samples for level in LENGTH.levels]
    assert [len(excerpt) for excerpt in excerpts] == [160000, 80000, 40000, 24000, 8000]
    assert all(np.array_equal(excerpt, np.arange(len(excerpt))) for excerpt in excerpts)


def test_a_shorter_recording_stays_whole():
    audio = Audio(samples=np.ones(2205, np.float32), rate=44100)
    condition = Condition(perturbation=LENGTH, level=1.0)
    assert condition.leaves(audio, condition.apply(audio, track="t"))


@pytest.mark.parametrize(
    ("length_s", "then"),
    [
        (5.0, Timeline(edges_s=(0.0, 4.0, 5.0), labels=("a", "b"))),
        (3.0, Timeline(edges_s=(0.0, 3.0), labels=("a",))),
        (60.0, SONG),
    ],
)
def test_the_sections_end_with_the_excerpt(length_s, then):
    assert LENGTH.moved(SECTIONS, SONG, length_s) == then


def test_no_section_is_known_before_the_first_one_starts():
    assert LENGTH.moved(SECTIONS, Timeline(edges_s=(4.0, 30.0), labels=("b",)), 3.0) is None
