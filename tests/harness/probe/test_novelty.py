"""Foote's novelty against its textbook form, and the peaks of a curve."""

import numpy as np
import pytest

from earmark.probe.novelty import TAPER, directions, novelty, peaks, standardised

ROUNDING = 1e-9  # float64, sums in another order
FLOAT32 = 1e-4  # frames come in float32, and scaling them rounds
HALF = 6


def blocks(*sections: int, dim: int = 8, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.repeat(rng.standard_normal((len(sections), dim)), sections, axis=0).astype(np.float32)


def curve_of(frames: np.ndarray, half_width: int = HALF) -> np.ndarray:
    return novelty(directions(standardised(frames)), half_width)


def textbook_novelty(frames: np.ndarray, half_width: int, at: int) -> float:
    """Correlate the checkerboard with the self-similarity matrix around one boundary (Foote 2000)."""
    unit = directions(standardised(frames))
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, 0.0)
    offset = np.arange(-half_width, half_width) + 0.5
    squared_radius = offset[:, None] ** 2 + offset**2
    taper = np.exp(-squared_radius / (2 * (TAPER * half_width) ** 2))
    board = np.sign(offset[:, None] * offset) * taper / (taper.sum() / 4)
    window = slice(at - half_width, at + half_width)
    return float((board * similarity[window, window]).sum())


def test_novelty_is_the_checkerboard_on_the_self_similarity_matrix() -> None:
    frames = np.random.default_rng(1).standard_normal((40, 5)).astype(np.float32)
    expected = [textbook_novelty(frames, HALF, at) for at in range(HALF, 40 - HALF + 1)]
    np.testing.assert_allclose(curve_of(frames)[HALF : 40 - HALF + 1], expected, atol=ROUNDING)


def test_novelty_is_highest_at_the_planted_boundaries() -> None:
    curve = curve_of(blocks(20, 15, 25))
    assert set(np.argsort(curve)[-2:]) == {20, 35}


def test_starts_and_ends_are_not_new() -> None:
    curve = curve_of(blocks(20, 20))
    assert max(curve[:10].max(), curve[-10:].max()) <= ROUNDING


def test_scale_and_offset_do_not_matter() -> None:
    frames = blocks(20, 20) + np.random.default_rng(2).standard_normal((40, 8)).astype(np.float32)
    np.testing.assert_allclose(curve_of(frames * 1000 + 5), curve_of(frames), atol=FLOAT32)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6])
def test_a_constant_feature_changes_nothing(value: float) -> None:
    frames = blocks(20, 20)
    wider = np.column_stack([frames, np.full(40, value)]).astype(np.float32)
    np.testing.assert_allclose(curve_of(wider), curve_of(frames), atol=ROUNDING)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_frames_have_a_finite_novelty(count: int) -> None:
    curve = curve_of(np.random.default_rng(0).standard_normal((count, 4)).astype(np.float32))
    assert curve.shape == (count,)
    assert np.isfinite(curve).all()


def test_constant_frames_have_no_novelty() -> None:
    np.testing.assert_array_equal(curve_of(np.full((30, 4), 0.3, dtype=np.float32)), np.zeros(30))


def test_noise_scatters_around_zero() -> None:
    rng = np.random.default_rng(3)
    curves = [curve_of(rng.standard_normal((80, 32)).astype(np.float32)) for _ in range(50)]
    assert abs(np.mean(curves)) < 0.02  # blocks give 2 and more; -1/79 per pair of centred frames is expected


def test_peaks_are_the_highest_within_reach() -> None:
    found = peaks(np.array([0, 1, 0, 3, 0, 2, 0, 0, 0, 5.0]), 2, 1, 8)
    assert found.frames.tolist() == [3]  # 5 is higher than 2 but out of 2's reach; 3 hides both of its neighbours
    assert found.heights.tolist() == [3.0]


def test_the_first_of_equal_frames_is_the_peak() -> None:
    assert peaks(np.array([0, 2, 2, 0.0]), 1, 0, 3).frames.tolist() == [1]


def test_a_higher_frame_outside_hides_a_peak_inside() -> None:
    assert peaks(np.array([9, 0, 5, 0, 4, 0.0]), 2, 1, 5).above(0.0).tolist() == []


def test_only_peaks_above_the_threshold_count() -> None:
    assert peaks(np.array([0, 1, 0, 3, 0.0]), 1, 0, 4).above(1.0).tolist() == [3]
