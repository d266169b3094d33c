"""The score of a key is mir_eval's."""

from itertools import product

import mir_eval.key
import numpy as np
import pytest

from earmark.metric import KEY_ACCURACY, MIREX
from earmark.target import KEYS

SAME = 1e-12  # a mean of the same 24 x 24 numbers


def test_all_pairs_of_keys_score_as_in_mir_eval() -> None:
    pairs = list(product(range(24), repeat=2))
    reference, estimated = np.array(pairs).T
    expected = [mir_eval.key.weighted_score(KEYS[r], KEYS[e]) for r, e in pairs]
    scores = MIREX.function(reference, np.eye(24)[estimated], np.eye(len(pairs)))
    np.testing.assert_array_equal(scores, expected)


def test_the_fifth_above_counts_and_the_fifth_below_does_not() -> None:
    c_major = np.array([KEYS.index("C major")])
    scores = {k: MIREX(c_major, np.eye(24)[[KEYS.index(k)]]) for k in ("G major", "F major", "A minor", "C minor")}
    assert scores == {"G major": 0.5, "F major": 0.0, "A minor": 0.3, "C minor": 0.2}


def test_a_resample_averages_its_tracks() -> None:
    reference, estimated = np.array([0, 0, 0]), np.eye(24)[[0, 7, 21]]  # C major, G major, A minor
    weights = np.array([[1.0, 1, 1], [2, 1, 0]])
    np.testing.assert_allclose(MIREX.function(reference, estimated, weights), [1.8 / 3, 2.5 / 3], atol=SAME)
    np.testing.assert_allclose(KEY_ACCURACY.function(reference, estimated, weights), [1 / 3, 2 / 3], atol=SAME)


def test_a_nan_probability_has_no_score() -> None:
    estimated = np.eye(24)[[0]]
    estimated[0, 5] = np.nan
    assert np.isnan(MIREX(np.array([0]), estimated))
    assert np.isnan(KEY_ACCURACY(np.array([0]), estimated))


@pytest.mark.parametrize("metric", [MIREX, KEY_ACCURACY])
def test_a_table_of_other_than_24_keys_is_refused(metric: object) -> None:
    with pytest.raises(ValueError, match="Keys need probabilities"):
        metric(np.array([0]), np.eye(12)[[0]])  # type: ignore[operator]
