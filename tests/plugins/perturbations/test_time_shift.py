"""A time shift drops the first moments, and sections start sooner by as much."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark.target import Target, Timeline
from earmark_plugins.perturbations.time_shift import provide_perturbations

(SHIFT,) = provide_perturbations()
SECTIONS = Target(name="segments", family="segmentation", form="timeline")


def ramp(length: int, rate: int) -> Audio:
    return Audio(samples=np.arange(length, dtype=np.float32), rate=rate)


@pytest.mark.parametrize(("shift_ms", "rate", "first"), [(5, 8000, 40), (20, 22050, 441), (500, 44100, 22050)])
def test_the_recording_starts_with_the_sample_that_sounds_then(shift_ms, rate, first):
    found = Condition(perturbation=SHIFT, level=shift_ms).apply(ramp(30001, rate), track="t")
    np.testing.assert_array_equal(found.samples, np.arange(first, 30001))
    assert found.rate == rate


def test_the_sections_that_result_are_those_that_sound():
    samples = np.repeat(np.array([0.1, 0.2, 0.3], np.float32), 800)
    song = Timeline(edges_s=(0.0, 0.1, 0.2, 0.3), labels=("a", "b", "c"))
    found = Condition(perturbation=SHIFT, level=120.0).apply(Audio(samples=samples, rate=8000), track="t").samples
    edges = (0, *(np.flatnonzero(np.diff(found)) + 1), len(found))
    moved = SHIFT.moved(SECTIONS, song, 120.0)
    assert moved.edges_s == pytest.approx([edge / 8000 for edge in edges])
    assert moved.labels == ("b", "c")


def test_a_recording_no_longer_than_the_shift_stays_and_its_sections_are_not_known():
    condition = Condition(perturbation=SHIFT, level=500.0)
    short = ramp(4000, 8000)
    assert condition.leaves(short, condition.apply(short, track="t"))
    assert condition.moved(SECTIONS, Timeline(edges_s=(0.0, 0.5), labels=("a",))) is None


def test_a_recording_a_sample_longer_keeps_that_sample():
    found = Condition(perturbation=SHIFT, level=500.0).apply(ramp(4001, 8000), track="t")
    np.testing.assert_array_equal(found.samples, [4000.0])


def test_no_shift_changes_nothing():
    condition = Condition(perturbation=SHIFT, level=SHIFT.neutral)
    song = Timeline(edges_s=(0.0, 0.1, 0.2), labels=("a", "b"))
    assert condition.leaves(ramp(100, 8000), condition.apply(ramp(100, 8000), track="t"))
    assert condition.moved(SECTIONS, song) == song
