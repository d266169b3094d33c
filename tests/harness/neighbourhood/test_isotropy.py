"""The mean cosine of all pairs, without the pairs."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from earmark.neighbourhood import mean_cosine

SAME = 1e-9  # sums in another order


@pytest.mark.parametrize("offset", [0.0, 1.0, 50.0])
@pytest.mark.parametrize("tracks", [2, 5000])
def test_the_mean_cosine_is_that_of_all_pairs(tracks: int, offset: float) -> None:
    vectors = np.random.default_rng(0).normal(size=(tracks, 7)) + offset
    vectors[: tracks // 3] = 0
    cosines = cosine_similarity(vectors)
    assert mean_cosine(vectors) == pytest.approx(cosines[~np.eye(tracks, dtype=bool)].mean(), abs=SAME)


def test_one_direction_is_one_and_opposite_ones_are_minus_one() -> None:
    vectors = np.array([[1.0, 2.0], [3.0, 6.0]])
    assert mean_cosine(vectors) == pytest.approx(1, abs=SAME)
    assert mean_cosine(vectors * [[1], [-1]]) == pytest.approx(-1, abs=SAME)


def test_a_single_vector_has_no_pairs() -> None:
    assert np.isnan(mean_cosine(np.ones((1, 3))))
