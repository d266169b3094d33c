"""Mean, deviation and half-second bins, against numpy and hand calculation."""

import numpy as np
import pytest

from earmark.extract.embeddings import FrameSum, from_arrays

FLOAT32 = 1e-6  # relative: what rounding the result to float32 costs


def summed(frames, frame_s, duration_s, start_s=0.0):
    total = FrameSum(duration_s, np.shape(frames)[1])
    total.add(np.asarray(frames, np.float32), start_s, frame_s)
    return total.embeddings()


def test_mean_and_deviation_equal_numpys():
    frames = np.random.default_rng(0).normal(3, 2, (1_000, 4)).astype(np.float32)
    found = summed(frames, 0.01, 10.0)
    np.testing.assert_allclose(found.mean, frames.mean(axis=0, dtype=np.float64), rtol=FLOAT32)
    np.testing.assert_allclose(found.deviation, frames.std(axis=0, dtype=np.float64), rtol=FLOAT32)


def test_deviation_keeps_its_digits_on_a_large_offset():
    frames = (1e4 + np.random.default_rng(0).integers(0, 2, (5_000, 1))).astype(np.float32)
    np.testing.assert_allclose(summed(frames, 0.01, 50.0).deviation, frames.std(dtype=np.float64), rtol=FLOAT32)


def test_a_dimension_that_never_changes_has_exactly_no_deviation():
    found = summed(np.full((777, 3), 0.1), 0.013, 10.1)
    assert not found.deviation.any()
    assert (found.frames == np.float32(0.1)).all()
    assert (found.mean == np.float32(0.1)).all()


def test_frames_inside_a_bin_are_averaged():
    found = summed([[1.0], [3.0], [5.0], [7.0]], 0.25, 1.0)
    assert found.frames.tolist() == [[2.0], [6.0]]


def test_a_frame_across_two_bins_counts_in_each_for_as_long_as_it_overlaps():
    # frames of 0.4 s: bin 0 is 0.4 s of 1 and 0.1 s of 2; bin 1 is 0.3 s of 2 and 0.2 s of 3
    found = summed([[1.0], [2.0], [3.0]], 0.4, 1.2)
    np.testing.assert_allclose(found.frames[:2, 0], [(0.4 + 0.2) / 0.5, (0.6 + 0.6) / 0.5], rtol=FLOAT32)


def test_a_frame_longer_than_a_bin_fills_all_bins_that_it_covers():
    assert summed([[1.0], [2.0]], 1.0, 2.0).frames.tolist() == [[1.0], [1.0], [2.0], [2.0]]


def test_overlapping_windows_are_averaged_where_they_overlap():
    total = FrameSum(1.5, 1)
    total.add(np.array([[1.0]], np.float32), 0.0, 1.0)
    total.add(np.array([[3.0]], np.float32), 0.5, 1.0)
    assert total.embeddings().frames.tolist() == [[1.0], [2.0], [3.0]]


def test_a_bin_without_frames_takes_the_nearest_the_earlier_of_two():
    total = FrameSum(3.0, 1)
    total.add(np.array([[1.0]], np.float32), 0.0, 0.5)
    total.add(np.array([[9.0]], np.float32), 2.0, 0.5)
    assert total.embeddings().frames.tolist() == [[1.0], [1.0], [1.0], [9.0], [9.0], [9.0]]


@pytest.mark.parametrize(("duration_s", "bins"), [(0.001, 1), (0.5, 1), (0.51, 2), (10.0, 20), (30.0, 60)])
def test_bins_cover_the_whole_track(duration_s, bins):
    assert len(summed([[1.0]], duration_s, duration_s).frames) == bins


def test_many_frames_are_binned_as_in_a_plain_loop():
    frames = np.random.default_rng(0).normal(size=(3_000, 2)).astype(np.float32)
    by_hand = [frames[i : i + 50].mean(axis=0, dtype=np.float64) for i in range(0, 3_000, 50)]
    np.testing.assert_allclose(summed(frames, 0.01, 30.0).frames, by_hand, atol=FLOAT32)


def test_embeddings_come_back_from_their_arrays():
    found = summed([[1.0], [2.0]], 1.0, 2.0)
    again = from_arrays(found.arrays())
    assert (again.duration_s, again.step_s, again.mean.tolist()) == (2.0, 0.5, [1.5])
