"""Hubs and orphans."""

import numpy as np
import pytest
from scipy.stats import skew

from earmark.neighbourhood import k_occurrence, nearest

SAME = 1e-12  # the same moments
EVEN, SKEWED = 0.6, 2.0  # Radovanović et al. 2010, figure 1: nearly symmetric, and a long tail


def test_a_star_has_one_hub_and_orphans_around_it() -> None:
    indices = np.array([[1], [0], [0], [0], [0]])
    found = k_occurrence(indices, 5)
    assert (found.most, found.orphans) == (4, 3 / 5)
    assert found.skewness == pytest.approx(skew([4, 1, 0, 0, 0]), abs=SAME)


def test_the_skewness_is_scipys() -> None:
    vectors = np.random.default_rng(0).normal(size=(300, 30))
    indices = nearest(vectors, 10, distance="euclidean").indices
    counts = [(indices == i).sum() for i in range(300)]
    assert k_occurrence(indices, 300).skewness == pytest.approx(skew(counts), abs=SAME)


def test_more_dimensions_make_more_hubs() -> None:
    rng = np.random.default_rng(0)
    low, high = (nearest(rng.normal(size=(1000, dim)), 10, distance="euclidean").indices for dim in (3, 100))
    assert k_occurrence(low, 1000).skewness < EVEN
    assert k_occurrence(high, 1000).skewness > SKEWED
    assert k_occurrence(low, 1000).orphans < k_occurrence(high, 1000).orphans


def test_missing_neighbours_are_nobodys() -> None:
    found = k_occurrence(np.array([[1, -1], [0, -1]]), 2)
    assert (found.most, found.orphans) == (1, 0.0)
    assert np.isnan(found.skewness)


def test_a_neighbour_that_is_no_track_is_refused() -> None:
    with pytest.raises(ValueError, match="below 3"):
        k_occurrence(np.array([[3]]), 3)
