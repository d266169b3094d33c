"""Average precision, and what chance gives."""

from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from earmark.neighbourhood import average_precision, expected_average_precision

SAME = 1e-12  # sums of the same fractions


@pytest.mark.parametrize("ties", [2, 10, 10_000])
@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_scikit_learns_ties_included(ties: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    distances, relevant = rng.integers(0, ties, size=200) / ties, rng.random(200) < 0.2
    ours = average_precision(np.sort(distances), distances[relevant])
    assert ours == pytest.approx(average_precision_score(relevant, -distances), abs=SAME)


def test_without_a_relevant_candidate_there_is_no_average_precision() -> None:
    assert np.isnan(average_precision(np.arange(3.0), np.empty(0)))
    assert np.isnan(expected_average_precision(np.array([0, 0]), np.array([5, 0]))).all()


@pytest.mark.parametrize(("relevant", "candidates"), [(1, 1), (1, 6), (2, 6), (5, 6), (6, 6)])
def test_the_expectation_is_the_mean_over_all_orders(relevant: int, candidates: int) -> None:
    truth = np.arange(candidates) < relevant
    orders = [average_precision_score(truth, -np.array(order)) for order in permutations(range(candidates))]
    expected = expected_average_precision(np.array([relevant]), np.array([candidates]))
    assert expected[0] == pytest.approx(np.mean(orders), abs=SAME)


def test_more_relevant_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="more relevant"):
        expected_average_precision(np.array([3]), np.array([2]))
