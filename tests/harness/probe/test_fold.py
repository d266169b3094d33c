"""Standardisation and the checks on what enters a probe."""

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from earmark.errors import DatasetError, PluginError
from earmark.probe.fold import Fold, check_splits, standardise
from earmark.probe.threads import single_thread

ROUNDING = 1e-6  # float32 inputs of order one
RNG = np.random.default_rng(0)


def fold(tracks=6, dim=3):
    return Fold(embeddings=np.ones((tracks, dim), np.float32), answers=np.ones((tracks, 1)))


def test_standardised_as_scikit_learn_does():
    train, test = RNG.normal(3, 5, (50, 4)).astype(np.float32), RNG.normal(size=(9, 4)).astype(np.float32)
    scaler = StandardScaler().fit(train.astype(np.float64))
    found_train, found_test = standardise(train, test)
    np.testing.assert_allclose(found_train, scaler.transform(train.astype(np.float64)), atol=ROUNDING)
    np.testing.assert_allclose(found_test, scaler.transform(test.astype(np.float64)), atol=ROUNDING)


def test_a_constant_column_becomes_zero():
    train = np.full((7, 1), 0.1, np.float32)  # 0.1 has no exact float: its mean may be a rounding away
    assert standardise(train)[0] == pytest.approx(np.zeros((7, 1)), abs=ROUNDING)


def test_rounding_around_a_constant_is_not_blown_up():
    train = np.float32(1e6) * (1 + np.float32(1e-7) * RNG.integers(0, 2, (50, 1)).astype(np.float32))
    assert np.abs(standardise(train)[0]).max() < 1


def test_large_values_keep_their_spread():
    train = (1e6 * RNG.normal(size=(50, 2))).astype(np.float32)
    np.testing.assert_allclose(standardise(train)[0].std(axis=0), 1.0, atol=ROUNDING)


def test_nan_embeddings_are_counted():
    embeddings = np.ones((5, 2), np.float32)
    embeddings[[1, 3], 0] = np.nan
    with pytest.raises(PluginError, match="2 of 5 embeddings hold NaN"):
        Fold(embeddings=embeddings, answers=np.ones((5, 1)))


def test_nan_answers_are_counted():
    with pytest.raises(DatasetError, match="1 of 2 answers are NaN"):
        Fold(embeddings=np.ones((2, 2), np.float32), answers=np.array([[1.0], [np.nan]]))


def test_an_empty_train_split_is_named():
    with pytest.raises(DatasetError, match="The train split holds no track"):
        check_splits(fold(tracks=0), fold(), np.ones((2, 3), np.float32))


def test_another_dimension_in_test_is_named():
    with pytest.raises(PluginError, match="'test': 4"):
        check_splits(fold(), fold(), np.ones((2, 4), np.float32))


def test_threads_come_back_after_a_single_thread():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    with single_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
