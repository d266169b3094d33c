"""Scores of one class equal scikit-learn's."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, mean_absolute_error

from earmark.metric import ACCURACY, MACRO_F1, MAE_PERIODS, mae_years

SAME = 1e-12  # both are sums of the same numbers, in another order
YEARS = (1905.0, 1935.0, 1958.0, 1972.0, 1985.0)


def _case(seed: int, tracks: int) -> tuple[Any, Any, Any]:
    """Class indices [tracks], probabilities [tracks, 5] with ties, and counts [4, tracks] with zeros."""
    random = np.random.default_rng(seed)
    estimated = random.integers(0, 4, (tracks, 5)) / 3
    weights = random.multinomial(tracks, np.full(tracks, 1 / tracks), 4).astype(float)
    return random.integers(0, 5, tracks), estimated, weights


CASES = st.builds(_case, st.integers(0, 10_000), st.integers(1, 30))


@settings(deadline=None)
@given(CASES)
def test_accuracy_equals_scikit_learn_in_every_resample(case: tuple[Any, Any, Any]) -> None:
    reference, estimated, weights = case
    chosen = estimated.argmax(axis=1)
    expected = [accuracy_score(reference, chosen, sample_weight=w) for w in weights]
    np.testing.assert_allclose(ACCURACY.function(*case), expected, atol=SAME)


@settings(deadline=None)
@given(CASES)
def test_macro_f1_equals_scikit_learn_over_classes_with_a_positive(case: tuple[Any, Any, Any]) -> None:
    reference, estimated, weights = case
    for counts, found in zip(weights.astype(int), MACRO_F1.function(*case), strict=True):
        truth, chosen = (np.repeat(x, counts) for x in (reference, estimated.argmax(axis=1)))
        expected = f1_score(truth, chosen, labels=np.unique(truth), average="macro", zero_division=0)
        assert found == pytest.approx(expected, abs=SAME)


@settings(deadline=None)
@given(CASES)
def test_mean_absolute_errors_equal_scikit_learn(case: tuple[Any, Any, Any]) -> None:
    reference, estimated, weights = case
    chosen, year = estimated.argmax(axis=1), np.array(YEARS)
    periods = [mean_absolute_error(reference, chosen, sample_weight=w) for w in weights]
    years = [mean_absolute_error(year[reference], year[chosen], sample_weight=w) for w in weights]
    np.testing.assert_allclose(MAE_PERIODS.function(*case), periods, atol=SAME)
    # Years are a thousand times larger than a share, and so is their rounding.
    np.testing.assert_allclose(mae_years(YEARS).function(*case), years, rtol=SAME, atol=SAME)


def test_arbitrary_weights_equal_scikit_learn() -> None:
    reference, estimated, _ = _case(1, 40)
    weights = np.random.default_rng(2).random((4, 40))
    chosen = estimated.argmax(axis=1)
    expected = [f1_score(reference, chosen, average="macro", sample_weight=w) for w in weights]
    np.testing.assert_allclose(MACRO_F1.function(reference, estimated, weights), expected, atol=SAME)


def test_of_equal_probabilities_the_first_class_is_the_answer() -> None:
    estimated = np.full((3, 3), 1 / 3)
    assert ACCURACY(np.array([0, 1, 2]), estimated) == pytest.approx(1 / 3)
    assert MAE_PERIODS(np.array([0, 1, 2]), estimated) == 1.0


@pytest.mark.parametrize("metric", [ACCURACY, MACRO_F1, MAE_PERIODS, mae_years((1900.0, 1950.0, 2000.0))])
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_broken_probability_leaves_no_score_where_its_track_counts(metric: Any, broken: float) -> None:
    reference, estimated = np.arange(3), np.eye(3)
    estimated[0, 2] = broken
    scores = metric.function(reference, estimated, np.array([[1.0, 1, 1], [0, 1, 2]]))
    np.testing.assert_array_equal(scores, [np.nan, 1.0 if metric.higher_is_better else 0.0])


@pytest.mark.parametrize("reference", [[0, -1], [0, 3], [0, 0.5], [0, np.nan], [0, 1, 2], [[0, 1]]])
def test_references_that_are_no_classes_are_refused(reference: Any) -> None:
    with pytest.raises(ValueError, match=r"class indices|Classes need"):
        ACCURACY(np.array(reference), np.eye(3)[:2])


def test_years_that_do_not_fit_the_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="2 years do not fit 3 classes"):
        mae_years((1900.0, 1950.0))(np.arange(3), np.eye(3))


def test_an_error_is_better_when_lower_and_has_a_unit() -> None:
    assert [(m.higher_is_better, m.unit) for m in (MAE_PERIODS, mae_years(YEARS))] == [
        (False, "periods"),
        (False, "years"),
    ]
