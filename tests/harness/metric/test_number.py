"""R² equals scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import r2_score

from earmark.metric import R2

SAME = 1e-9  # relative: a variance as a difference of two sums


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 40), st.sampled_from([0.0, 1.0, 1000.0]))
def test_r2_equals_scikit_learn_in_every_resample(seed: int, tracks: int, offset: float) -> None:
    random = np.random.default_rng(seed)
    reference = random.normal(size=tracks) + offset
    estimated, weights = reference + random.normal(size=tracks), random.random((4, tracks))
    expected = [r2_score(reference, estimated, sample_weight=w) for w in weights]
    np.testing.assert_allclose(R2.function(reference, estimated, weights), expected, rtol=SAME, atol=SAME)


def test_a_weight_is_a_track_repeated() -> None:
    random = np.random.default_rng(0)
    reference, estimated = random.normal(size=(2, 30))
    counts = random.integers(0, 4, 30)
    expected = r2_score(np.repeat(reference, counts), np.repeat(estimated, counts))
    assert R2.function(reference, estimated, counts[None, :].astype(float))[0] == pytest.approx(expected, rel=SAME)


@pytest.mark.parametrize("number", [0.0, 0.1, 1e6 / 3])
def test_references_that_are_one_number_have_no_r2(number: float) -> None:
    assert np.isnan(R2(np.full(7, number), np.arange(7.0)))


def test_a_far_zero_costs_no_digits() -> None:
    random = np.random.default_rng(0)
    reference, estimated = random.integers(0, 9, (2, 50)) + 1e7  # exact in floating point
    weights = random.integers(0, 3, (4, 50)).astype(float)
    expected = [r2_score(np.repeat(reference, w), np.repeat(estimated, w)) for w in weights.astype(int)]
    np.testing.assert_allclose(R2.function(reference, estimated, weights), expected, rtol=SAME)


@pytest.mark.parametrize("count", range(1, 30))
def test_one_number_in_a_resample_is_known_despite_rounding(count: int) -> None:
    weights = np.array([[float(count), 1.0, 0.0]])
    assert np.isnan(R2.function(np.array([0.1, 0.1, 0.7]), np.array([0.3, 0.1, 0.7]), weights))[0]


def test_a_resample_of_one_number_has_no_r2_though_others_do() -> None:
    reference, estimated = np.array([0.1, 0.1, 0.7]), np.array([0.1, 0.1, 0.7])
    scores = R2.function(reference, estimated, np.array([[1.0, 2, 0], [1, 1, 1]]))
    np.testing.assert_array_equal(scores, [np.nan, 1.0])


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_an_estimate_that_is_no_number_leaves_no_score_where_its_track_counts(broken: float) -> None:
    reference, estimated = np.array([1.0, 2.0, 3.0, 5.0]), np.array([broken, 2.0, 3.0, 5.0])
    scores = R2.function(reference, estimated, np.array([[1.0, 1, 1, 1], [0, 2, 1, 1]]))
    np.testing.assert_array_equal(scores, [np.nan, 1.0])


def test_a_column_of_estimates_is_refused_and_not_broadcast() -> None:
    with pytest.raises(ValueError, match="Numbers need"):
        R2(np.arange(3.0), np.arange(3.0)[:, None])
