"""Silence surrounds the recording, and is a section at either end."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark.target import Target, Timeline
from earmark_plugins.perturbations.silence import provide_perturbations

(SILENCE,) = provide_perturbations()
SECTIONS = Target(name="segments", family="segmentation", form="timeline")
AUDIO = Audio(samples=np.full(8001, 0.5, np.float32), rate=8000)


@pytest.mark.parametrize(("silence_s", "zeros"), [(0.5, 4000), (2.0, 16000), (10.0, 80000)])
def test_as_many_zeros_stand_before_as_after(silence_s, zeros):
    found = Condition(perturbation=SILENCE, level=silence_s).apply(AUDIO, track="t")
    np.testing.assert_array_equal(found.samples, [0.0] * zeros + [0.5] * 8001 + [0.0] * zeros)
    assert found.rate == 8000


@pytest.mark.parametrize("silence_s", SILENCE.levels)
def test_the_sections_that_result_are_those_that_sound(silence_s):
    moved = SILENCE.moved(SECTIONS, Timeline(edges_s=(0.0, 8001 / 8000), labels=("a",)), silence_s)
    found = Condition(perturbation=SILENCE, level=silence_s).apply(AUDIO, track="t")
    edges = (0, *(np.flatnonzero(np.diff(found.samples)) + 1), len(found.samples))
    assert moved.edges_s == pytest.approx([edge / 8000 for edge in edges])
    assert moved.labels == ("silence", "a", "silence")


def test_no_silence_changes_nothing():
    condition = Condition(perturbation=SILENCE, level=SILENCE.neutral)
    song = Timeline(edges_s=(0.0, 1.0), labels=("a",))
    assert condition.leaves(AUDIO, condition.apply(AUDIO, track="t"))
    assert condition.moved(SECTIONS, song) == song
