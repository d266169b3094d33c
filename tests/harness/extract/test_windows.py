"""A track is sliced so that every sample is heard and only the last window is padded."""

import numpy as np
import pytest

from earmark.extract.windows import windows
from earmark.model import ModelInfo


def slices(samples, window_s, hop_s=None):
    info = ModelInfo(name="m", version="1", sample_rate=10, dim=1, window_s=window_s, hop_s=hop_s, load=lambda: None)
    return list(windows(np.arange(1, samples + 1, dtype=np.float32), info))


def test_windows_without_a_hop_stand_side_by_side():
    found = slices(25, 1.0)
    assert [(w.start, w.heard) for w in found] == [(0, 10), (10, 10), (20, 5)]


def test_only_the_last_window_is_padded_and_with_zeros():
    found = slices(25, 1.0)
    assert found[-1].samples.tolist() == [21, 22, 23, 24, 25, 0, 0, 0, 0, 0]
    assert all(w.samples.all() for w in found[:-1])


def test_no_window_starts_once_the_end_was_reached():
    assert [w.start for w in slices(20, 1.0, 0.5)] == [0, 5, 10]
    assert [w.start for w in slices(21, 1.0, 0.5)] == [0, 5, 10, 15]


def test_a_hop_longer_than_the_window_never_lands_past_the_end():
    assert [(w.start, w.heard) for w in slices(31, 1.0, 3.0)] == [(0, 10), (30, 1)]
    assert [w.start for w in slices(12, 1.0, 3.0)] == [0]


def test_a_short_track_is_one_padded_window():
    (window,) = slices(1, 1.0)
    assert (window.heard, window.samples.tolist()) == (1, [1] + 9 * [0])


def test_a_model_without_a_window_gets_the_whole_track():
    (window,) = slices(25, None)
    assert (window.heard, len(window.samples)) == (25, 25)


@pytest.mark.parametrize("samples", [1, 9, 10, 11, 99, 100, 101])
@pytest.mark.parametrize("hop_s", [0.1, 0.3, 0.7, 1.0])
def test_every_sample_is_in_some_window(samples, hop_s):
    heard = {i for w in slices(samples, 1.0, hop_s) for i in range(w.start, w.start + w.heard)}
    assert heard == set(range(samples))
