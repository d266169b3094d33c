"""How far vectors move, against scikit-learn's cosine and scipy's ranks."""

import numpy as np
import pytest
from scipy.stats import rankdata
from sklearn.metrics.pairwise import cosine_similarity

from earmark.robust.drift import drift_of

EXACT = 1e-12  # double precision, sums of some hundred numbers


def drawn(seed: int, tracks: int, dim: int, moved: float) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    clean = random.normal(size=(tracks, dim)).astype(np.float32)
    return clean, clean + moved * random.normal(size=(tracks, dim)).astype(np.float32)


def expected(clean: np.ndarray, changed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosine to the clean self, and its rank among the clean ones with ties in the middle."""
    likeness = cosine_similarity(changed.astype(float), clean.astype(float))
    ranks = np.array([rankdata(-np.round(row, 12))[i] for i, row in enumerate(likeness)])
    return np.diag(likeness), ranks


@pytest.mark.parametrize(("tracks", "dim", "moved"), [(40, 8, 0.3), (40, 8, 2.0), (600, 3, 1.0), (1, 5, 1.0)])
def test_cosine_and_rank_are_those_of_scikit_learn_and_scipy(tracks, dim, moved):
    clean, changed = drawn(0, tracks, dim, moved)
    cosines, ranks = expected(clean, changed)
    found = drift_of([(clean, changed)])
    assert found.cosine == pytest.approx(cosines.mean(), abs=EXACT)
    assert found.cosine_low == pytest.approx(np.percentile(cosines, 5), abs=EXACT)
    assert found.rank == np.median(ranks)
    assert found.found == np.mean(ranks == 1)


def test_of_equally_near_tracks_the_own_one_is_the_middle_one():
    clean = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32)
    changed = np.array([[1, 0.5]] * 3 + [[0, 1]], np.float32)
    cosines, ranks = expected(clean, changed)
    assert ranks.tolist() == [2, 2, 2, 1]
    found = drift_of([(clean, changed)])
    assert (found.rank, found.found) == (2.0, 0.25)
    assert found.cosine == pytest.approx(cosines.mean(), abs=EXACT)


@pytest.mark.parametrize("tracks", [2, 7, 63, 300])
@pytest.mark.parametrize("dim", [1, 13, 100])
def test_a_model_that_says_one_thing_finds_nobody(tracks, dim):
    same = np.repeat(np.random.default_rng(dim).normal(size=(1, dim)).astype(np.float32), tracks, axis=0)
    found = drift_of([(same, same)])
    assert (found.cosine, found.rank, found.found) == (pytest.approx(1.0, abs=EXACT), (tracks + 1) / 2, 0.0)


def test_rounding_puts_nobody_ahead_of_the_own_track():
    clean, _ = drawn(0, 300, 64, 0.0)
    found = drift_of([(clean, np.float32(0.7) * clean)])
    assert (found.rank, found.found) == (1.0, 1.0)
    assert found.cosine <= 1.0


def test_a_vector_of_zeros_is_like_nothing():
    clean, changed = drawn(0, 4, 3, 0.0)
    changed[0] = 0
    cosines, ranks = expected(clean, changed)
    assert cosines[0] == 0  # scikit-learn says so too
    found = drift_of([(clean, changed)])
    assert found.cosine == pytest.approx(0.75, abs=EXACT)
    assert found.found == 0.75
    assert ranks[0] == 2.5


def test_each_track_is_looked_for_in_its_own_data_set():
    first, second = drawn(1, 30, 4, 1.0), drawn(2, 50, 6, 1.0)  # of another dimension even
    cosines, ranks = (np.concatenate(both) for both in zip(expected(*first), expected(*second), strict=True))
    found = drift_of([first, second])
    assert found.cosine == pytest.approx(cosines.mean(), abs=EXACT)
    assert (found.rank, found.found) == (np.median(ranks), np.mean(ranks == 1))


def test_without_tracks_nothing_is_known():
    empty = np.zeros((0, 1), np.float32)
    for pairs in ([], [(empty, empty)]):
        assert set(drift_of(pairs).model_dump().values()) == {None}
