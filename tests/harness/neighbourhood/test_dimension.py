"""Dimensions that are known, found again."""

import numpy as np
import pytest
from sklearn.datasets import make_swiss_roll
from sklearn.decomposition import PCA

from earmark.neighbourhood import log_ratios, participation_ratio, two_nn

POINTS = 4000
TOLERANCE = 0.08  # relative: deviation of the slope is about 1 / sqrt(POINTS) = 0.016, and a Gaussian's thin tail
SAME = 1e-9  # eigenvalues found in another way


def flat(dim: int, inside: int = 50, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(POINTS, dim)) @ rng.normal(size=(dim, inside))).astype(np.float32)


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_a_flat_cloud_has_the_dimension_it_was_drawn_in(dim: int) -> None:
    assert two_nn(log_ratios(flat(dim)))[0] == pytest.approx(dim, rel=TOLERANCE)


def test_a_swiss_roll_is_a_sheet() -> None:
    points, _ = make_swiss_roll(POINTS, random_state=0)
    assert two_nn(log_ratios(points))[0] == pytest.approx(2, rel=TOLERANCE)


def test_the_slope_is_that_of_the_line_through_the_origin() -> None:
    ratios = log_ratios(flat(3)[:50])
    x = np.sort(ratios)[:45]
    slope = np.linalg.lstsq(x[:, None], -np.log(1 - np.arange(1, 46) / 50), rcond=None)[0]
    assert two_nn(ratios)[0] == pytest.approx(slope[0], rel=SAME)


def test_copies_count_as_one_point() -> None:
    cloud = flat(2)[:500]
    doubled = log_ratios(np.concatenate([cloud, cloud[:200], cloud[:200]]))
    assert np.array_equal(doubled[:500], log_ratios(cloud))
    assert np.isnan(doubled[500:]).all()
    assert two_nn(doubled)[0] == two_nn(log_ratios(cloud))[0]


def test_queries_are_a_part_of_the_whole() -> None:
    cloud, some = flat(3)[:300], np.array([200, 3, 77])
    assert np.array_equal(log_ratios(cloud, some), log_ratios(cloud)[some])


def test_a_weight_of_zero_leaves_a_point_out() -> None:
    ratios = log_ratios(flat(3)[:300])
    weights = np.stack([np.ones(300), np.arange(300) < 200]).astype(float)
    assert np.array_equal(two_nn(ratios, weights), [two_nn(ratios)[0], two_nn(ratios[:200])[0]])


@pytest.mark.parametrize("vectors", [np.ones((9, 4)), np.eye(2)])
def test_too_few_points_have_no_dimension(vectors: np.ndarray) -> None:
    assert np.isnan(two_nn(log_ratios(vectors))[0])


@pytest.mark.parametrize("shape", [(300, 20), (30, 200), (40, 40)])
def test_the_participation_ratio_is_that_of_the_spectrum(shape: tuple[int, int]) -> None:
    vectors = np.random.default_rng(0).normal(size=shape) * np.linspace(1, 5, shape[1]) + 100
    spectrum = PCA().fit(vectors).explained_variance_
    assert participation_ratio(vectors) == pytest.approx(spectrum.sum() ** 2 / (spectrum**2).sum(), rel=SAME)


def test_even_directions_all_take_part() -> None:
    corners = np.concatenate([np.eye(6), -np.eye(6)])
    assert participation_ratio(corners) == pytest.approx(6, rel=SAME)


def test_vectors_that_are_all_the_same_take_part_in_nothing() -> None:
    assert np.isnan(participation_ratio(np.ones((5, 3), np.float32)))
