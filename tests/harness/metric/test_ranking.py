"""AP and ROC-AUC equal scikit-learn's, with ties and weights."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, average_precision_score, roc_auc_score

from earmark.metric import MACRO_AP, MACRO_AUC, PRESENCE_ACCURACY, ROC_AUC, ranking, scored_classes

SAME = 1e-12  # both are sums of the same fractions, in another order


def _case(seed: int, tracks: int, levels: int, share: float) -> tuple[Any, Any, Any]:
    """Reference and probabilities [tracks, 4] of few levels, hence ties, and counts [5, tracks] with zeros."""
    random = np.random.default_rng(seed)
    reference = random.random((tracks, 4)) < share
    estimated = random.integers(0, levels, (tracks, 4)) / levels
    return reference, estimated, random.multinomial(tracks, np.full(tracks, 1 / tracks), 5).astype(float)


def _macro(score: Any, reference: Any, estimated: Any, weights: Any, needs_negatives: bool) -> float:
    counts = weights > 0
    scores = [
        score(truth[counts], probability[counts], sample_weight=weights[counts])
        for truth, probability in zip(reference.T, estimated.T, strict=True)
        if truth[counts].any() and not (needs_negatives and truth[counts].all())
    ]
    return float(np.mean(scores)) if scores else np.nan


CASES = st.builds(
    _case,
    st.integers(0, 10_000),
    st.integers(1, 40),
    st.sampled_from([1, 2, 5, 1000]),
    st.sampled_from([0.05, 0.3, 0.9]),
)


@settings(deadline=None)
@given(CASES)
def test_macro_ap_equals_scikit_learn_in_every_resample(case: tuple[Any, Any, Any]) -> None:
    reference, estimated, weights = case
    expected = [_macro(average_precision_score, reference, estimated, w, False) for w in weights]
    np.testing.assert_allclose(MACRO_AP.function(*case), expected, atol=SAME)


@settings(deadline=None)
@given(CASES)
def test_macro_auc_equals_scikit_learn_in_every_resample(case: tuple[Any, Any, Any]) -> None:
    reference, estimated, weights = case
    expected = [_macro(roc_auc_score, reference, estimated, w, True) for w in weights]
    np.testing.assert_allclose(MACRO_AUC.function(*case), expected, atol=SAME)


@pytest.mark.parametrize(("metric", "score"), [(MACRO_AP, average_precision_score), (MACRO_AUC, roc_auc_score)])
def test_weights_that_are_no_counts_equal_scikit_learn(metric: Any, score: Any) -> None:
    reference, estimated, _ = _case(1, 60, 7, 0.3)
    weights = np.random.default_rng(2).random((5, 60)) * 1e-3
    expected = [_macro(score, reference, estimated, w, True) for w in weights]
    np.testing.assert_allclose(metric.function(reference, estimated, weights), expected, atol=SAME)


@pytest.mark.parametrize(("metric", "score"), [(MACRO_AP, average_precision_score), (MACRO_AUC, roc_auc_score)])
def test_a_weight_is_a_track_repeated(metric: Any, score: Any) -> None:
    reference, estimated, weights = _case(3, 60, 7, 0.3)
    for counts, found in zip(weights.astype(int), metric.function(reference, estimated, weights), strict=True):
        repeated = np.repeat(reference, counts, axis=0), np.repeat(estimated, counts, axis=0)
        assert found == pytest.approx(score(*repeated, average="macro"), abs=SAME)


@pytest.mark.parametrize("metric", [MACRO_AP, MACRO_AUC])
def test_the_size_of_the_chunks_changes_nothing(metric: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    case = _case(4, 30, 7, 0.3)
    whole = metric.function(*case)
    monkeypatch.setattr(ranking, "CHUNK_BYTES", 1)
    monkeypatch.setattr(ranking, "BLOCK_BYTES", 1)
    np.testing.assert_array_equal(metric.function(*case), whole)


@pytest.mark.parametrize("metric", [MACRO_AP, MACRO_AUC])
def test_a_nan_probability_leaves_no_score_where_its_track_counts(metric: Any) -> None:
    reference, estimated = np.eye(4, dtype=bool), np.eye(4)
    estimated[0, 3] = np.nan
    weights = np.array([[1.0, 1, 1, 1], [0, 1, 2, 1]])
    np.testing.assert_array_equal(metric.function(reference, estimated, weights), [np.nan, 1.0])


@pytest.mark.parametrize("metric", [MACRO_AP, MACRO_AUC])
def test_classes_without_positives_are_left_out(metric: Any) -> None:
    reference = np.array([[1, 0], [0, 0], [1, 0]], dtype=bool)
    estimated = np.array([[0.9, 0.1], [0.1, 0.9], [0.8, 0.3]])
    assert metric(reference, estimated) == 1.0
    assert np.isnan(metric(np.zeros((3, 2), dtype=bool), estimated))


def test_scored_classes_have_a_positive_and_where_asked_a_negative() -> None:
    reference = np.array([[1, 0, 1], [0, 0, 1]], dtype=bool)
    assert scored_classes(reference).tolist() == [True, False, True]
    assert scored_classes(reference, needs_negatives=True).tolist() == [True, False, False]


def test_constant_probabilities_score_the_prevalence_and_one_half() -> None:
    reference = np.array([[1], [0], [0], [0]], dtype=bool)
    assert MACRO_AP(reference, np.full((4, 1), 0.3)) == 0.25
    assert MACRO_AUC(reference, np.full((4, 1), 0.3)) == 0.5


def test_presence_metrics_equal_scikit_learn() -> None:
    random = np.random.default_rng(5)
    reference, estimated, weights = random.random(50) < 0.4, random.random(50), random.random((4, 50))
    auc = [roc_auc_score(reference, estimated, sample_weight=w) for w in weights]
    accuracy = [accuracy_score(reference, estimated >= 0.5, sample_weight=w) for w in weights]
    np.testing.assert_allclose(ROC_AUC.function(reference, estimated, weights), auc, atol=SAME)
    np.testing.assert_allclose(PRESENCE_ACCURACY.function(reference, estimated, weights), accuracy, atol=SAME)


def test_a_presence_of_one_half_says_yes() -> None:
    assert PRESENCE_ACCURACY(np.array([True, False]), np.array([0.5, 0.5])) == 0.5
    assert PRESENCE_ACCURACY(np.array([True]), np.array([0.5])) == 1.0


def test_presence_of_one_kind_has_no_auc_and_nan_has_no_accuracy() -> None:
    assert np.isnan(ROC_AUC(np.array([True, True]), np.array([0.2, 0.5])))
    assert np.isnan(PRESENCE_ACCURACY(np.array([True, False]), np.array([0.2, np.nan])))


@pytest.mark.parametrize(
    ("reference", "estimated"),
    [
        (np.ones((3, 2)), np.ones((3, 3))),
        (np.ones((3, 2)), np.ones((4, 2))),
        (np.full((3, 2), 0.5), np.ones((3, 2))),
        (np.full((3, 2), np.nan), np.ones((3, 2))),
        (np.ones(3), np.ones(3)),
    ],
)
def test_tables_that_do_not_fit_are_refused(reference: Any, estimated: Any) -> None:
    with pytest.raises(ValueError, match=r"need|has a class or not"):
        MACRO_AP(reference, estimated)
