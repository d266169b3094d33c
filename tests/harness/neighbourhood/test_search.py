"""Exact search: against scikit-learn, and the same answer however the work is cut."""

import tracemalloc

import numpy as np
import pytest
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from earmark.neighbourhood import BLOCK_BYTES, Distance, distance_blocks, nearest, nearest_of

DISTANCES: tuple[Distance, ...] = ("cosine", "euclidean")
CLOSE = 1e-6  # relative; scikit-learn's own rounding where 1 - cosine cancels
MEMORY = 6  # times BLOCK_BYTES: 5.0 measured: a block, the one before it, products, the copy for the k-th


def draw(tracks: int, dim: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(tracks, dim)).astype(np.float32)


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize(("tracks", "dim"), [(300, 2), (300, 40), (50, 3000)])
def test_the_neighbours_are_scikit_learns(distance: Distance, tracks: int, dim: int) -> None:
    vectors = draw(tracks, dim)
    found = nearest(vectors, 10, distance=distance)
    theirs = NearestNeighbors(n_neighbors=10, metric=distance, algorithm="brute").fit(vectors.astype(np.float64))
    distances, indices = theirs.kneighbors()
    assert np.array_equal(found.indices, indices)
    assert np.allclose(found.distances, distances, rtol=CLOSE, atol=1e-9)


@pytest.mark.parametrize("distance", DISTANCES)
def test_the_block_size_changes_no_digit(distance: Distance) -> None:
    vectors = np.repeat(draw(40, 300), 5, axis=0) * np.float32(1e3) + 7  # each five times: ties everywhere
    whole = nearest(vectors, 7, distance=distance)
    for block_bytes in (1, 10_000, 54_321):
        cut = nearest(vectors, 7, distance=distance, block_bytes=block_bytes)
        assert np.array_equal(cut.indices, whole.indices)
        assert np.array_equal(cut.distances, whole.distances)


@pytest.mark.parametrize("distance", DISTANCES)
def test_the_number_of_threads_changes_no_digit(distance: Distance) -> None:
    vectors = draw(500, 700)
    with threadpool_limits(1):
        alone = nearest(vectors, 7, distance=distance)
    with threadpool_limits(2):
        together = nearest(vectors, 7, distance=distance)
    assert np.array_equal(alone.indices, together.indices)
    assert np.array_equal(alone.distances, together.distances)


@pytest.mark.parametrize("distance", DISTANCES)
def test_of_equally_far_tracks_the_first_is_nearer(distance: Distance) -> None:
    vectors = np.repeat(draw(6, 65), 4, axis=0)
    found = nearest(vectors, 3, distance=distance)
    assert found.indices[0].tolist() == [1, 2, 3]
    assert found.indices[9].tolist() == [8, 10, 11]
    assert not found.distances.any()


@pytest.mark.parametrize("distance", DISTANCES)
def test_i_is_as_far_from_j_as_j_from_i(distance: Distance) -> None:
    (block,) = distance_blocks(draw(200, 129), distance=distance)
    assert np.array_equal(block.distances, block.distances.T)


def test_one_track_far_out_does_not_blur_the_others() -> None:
    vectors = draw(200, 16)
    far = np.concatenate([vectors, np.full((1, 16), 1e15, np.float32)])
    assert np.array_equal(nearest(far, 5, distance="euclidean").indices[:200],
                          nearest(vectors, 5, distance="euclidean").indices)  # fmt: skip


def test_a_common_offset_does_not_blur_the_distances() -> None:
    vectors = draw(200, 16).astype(np.float64)
    moved = nearest(vectors + 1e6, 5, distance="euclidean")
    assert np.array_equal(moved.indices, nearest(vectors, 5, distance="euclidean").indices)


def test_tracks_a_hair_apart_are_told_apart() -> None:
    vectors = np.ones((3, 512)) + np.arange(3)[:, None] ** 2 * 1e-5 * draw(1, 512)
    assert nearest(vectors, 1, distance="cosine").indices[:, 0].tolist() == [1, 0, 1]


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("factor", [1e-30, 1e30])
def test_the_loudness_of_all_vectors_changes_no_neighbour(distance: Distance, factor: float) -> None:
    vectors = draw(100, 20)
    scaled = nearest(vectors * np.float32(factor), 10, distance=distance)
    assert np.array_equal(scaled.indices, nearest(vectors, 10, distance=distance).indices)


def test_a_vector_of_zeros_is_as_far_by_cosine_as_a_right_angle() -> None:
    vectors = draw(30, 8)
    vectors[[4, 9]] = 0
    (block,) = distance_blocks(vectors, distance="cosine")
    theirs = pairwise_distances(vectors, metric="cosine")
    np.fill_diagonal(theirs, np.inf)
    assert np.allclose(block.distances, theirs, atol=CLOSE)
    assert block.distances[4, 9] == 1.0


@pytest.mark.parametrize("distance", DISTANCES)
def test_tracks_of_the_querys_group_do_not_count(distance: Distance) -> None:
    vectors, groups = np.repeat(draw(20, 8), 3, axis=0), np.repeat(np.arange(20), 3)
    found = nearest(vectors, 5, distance=distance, groups=groups)
    assert (groups[found.indices] != groups[:, None]).all()
    theirs = pairwise_distances(vectors.astype(np.float64), metric=distance)
    theirs[groups[:, None] == groups] = np.inf
    assert np.allclose(found.distances, np.sort(theirs, axis=1)[:, :5], rtol=CLOSE, atol=CLOSE)


def test_missing_neighbours_are_nobody_at_infinity() -> None:
    found = nearest(draw(4, 3), 6, distance="euclidean", groups=np.array([0, 0, 1, 2]))
    assert (found.indices >= 0).sum(axis=1).tolist() == [2, 2, 3, 3]
    assert np.array_equal(found.indices == -1, np.isinf(found.distances))
    assert nearest(draw(1, 3), 2, distance="cosine").indices.tolist() == [[-1, -1]]


def test_only_the_queries_are_asked() -> None:
    vectors = draw(100, 8)
    some = np.array([70, 3, 99])
    asked = nearest(vectors, 4, distance="cosine", queries=some)
    assert np.array_equal(asked.indices, nearest(vectors, 4, distance="cosine").indices[some])


def test_the_blocks_hold_every_distance_once() -> None:
    vectors = draw(57, 8)
    blocks = list(distance_blocks(vectors, distance="euclidean", block_bytes=8 * 57 * 10))
    assert np.concatenate([b.queries for b in blocks]).tolist() == list(range(57))
    found = np.concatenate([b.distances for b in blocks])
    theirs = pairwise_distances(vectors.astype(np.float64))
    assert np.isinf(np.diag(found)).all()
    np.fill_diagonal(found, 0.0)
    assert np.allclose(found, theirs, rtol=CLOSE)


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        (np.array([[1.0, np.nan]]), "NaN"),
        (np.ones(3), r"\(3,\)"),
        (np.ones((2, 2), np.int64), "int64"),
        (np.empty((0, 4)), r"\(0, 4\)"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(vectors: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        nearest(vectors, 1, distance="cosine")


@pytest.mark.parametrize("query", [-1, 5])
def test_a_query_that_is_no_track_is_refused(query: int) -> None:
    with pytest.raises(ValueError, match=r"0\.\.4"):
        nearest(draw(5, 2), 1, distance="cosine", queries=np.array([query]))


def test_no_neighbours_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="not 0"):
        nearest_of(np.ones((2, 2)), 0)


def test_memory_does_not_grow_with_the_pairs() -> None:
    vectors = draw(20_000, 64)
    tracemalloc.start()
    nearest(vectors, 10, distance="euclidean", queries=np.arange(1000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEMORY * BLOCK_BYTES  # all pairs would take a hundred times BLOCK_BYTES
