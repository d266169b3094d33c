import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import skew

from earmark.metric import group_weights, interval_of
from earmark.neighbourhood import log_ratios, two_nn
from earmark.neighbours import shape
from earmark.neighbours.shape import DIMENSION, influences, shape_of
from earmark.neighbours.space import Space

EXACT = 1e-9
MOST, TRACKS, K = 60, 200, 10
COVERED = 0.9  # of a hundred intervals of 95 %, in all but one of forty times


def a_space(tracks: int = TRACKS, dim: int = 3, *, seed: int = 0, most: int = 10_000, per_group: int = 1) -> Space:
    vectors = np.random.default_rng(seed).standard_normal((tracks, dim)).astype(np.float32)
    names = [f"t{i}" for i in range(tracks)]
    groups = [f"g{i // per_group}" for i in range(tracks)]
    return Space.of(vectors, ids=names, groups=groups, seed=seed, most_queries=most)


def test_hubs_are_counted_among_the_tracks_that_ask() -> None:
    """By scipy's distances alone: as many places as there are, however many tracks there are besides."""
    space = a_space(most=MOST)
    found = shape_of(space, seed=0)
    asking = space.vectors[space.queries].astype(np.float64)
    for hubs, distance in zip(found.hubness, ("cosine", "euclidean"), strict=True):
        apart = cdist(asking, asking, distance)
        np.fill_diagonal(apart, np.inf)
        counts = np.bincount(np.argsort(apart, axis=1)[:, :K].ravel(), minlength=MOST)
        assert (hubs.distance, hubs.most, hubs.orphans) == (distance, counts.max(), (counts == 0).mean())
        assert hubs.skewness == pytest.approx(skew(counts), abs=EXACT)


def test_the_shape_of_a_sample_is_that_of_its_tracks_alone() -> None:
    space = a_space(most=MOST)
    assert len(space.queries) == MOST
    assert shape_of(space, seed=0) == shape_of(space.among(space.queries.tolist()), seed=0)


def test_an_influence_is_what_leaving_a_point_out_takes_away() -> None:
    ratios = log_ratios(a_space(40).vectors)
    ratios[7] = np.nan
    whole = two_nn(ratios)[0]
    expected = [0.0 if i == 7 else whole - two_nn(np.delete(ratios, i))[0] for i in range(40)]
    np.testing.assert_allclose(influences(ratios), expected, atol=EXACT)


def test_influences_do_not_hang_on_how_many_are_left_out_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ratios = log_ratios(a_space(40).vectors)
    at_once = influences(ratios)
    monkeypatch.setattr(shape, "AT_ONCE", 7)
    np.testing.assert_array_equal(influences(ratios), at_once)


def test_the_interval_is_wider_by_the_pairs_that_choose_each_other() -> None:
    space = a_space()
    score = shape_of(space, seed=0).intrinsic_dimension
    ratios, owed = log_ratios(space.vectors), influences(log_ratios(space.vectors))
    apart = cdist(space.vectors, space.vectors) + np.diag(np.full(TRACKS, np.inf))
    near = apart.argmin(axis=1)
    mutual = near[near] == np.arange(TRACKS)
    wider = np.sqrt(1 + (owed * owed[near])[mutual].sum() / (owed**2).sum())
    weights = group_weights(space.groups, shape.RESAMPLES, 0)
    plain = interval_of(DIMENSION, two_nn(ratios, weights), weights)
    assert wider > 1.1
    assert score.high is not None
    assert score.low is not None
    assert score.high - score.low == pytest.approx(wider * (plain.high - plain.low), rel=EXACT)


def test_the_interval_covers_other_tracks_of_the_same_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bootstrap alone covers 85 % of the time in two dimensions."""
    monkeypatch.setattr(shape, "RESAMPLES", 300)
    found = [shape_of(a_space(120, 2, seed=seed), seed).intrinsic_dimension for seed in range(100)]
    mean = np.mean([score.value for score in found])
    assert np.mean([score.low <= mean <= score.high for score in found]) >= COVERED


def test_one_group_has_a_dimension_and_no_interval() -> None:
    score = shape_of(a_space(30, per_group=30), seed=0).intrinsic_dimension
    assert score.value is not None
    assert (score.low, score.high) == (None, None)
