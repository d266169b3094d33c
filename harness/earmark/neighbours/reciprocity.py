"""Neighbours choose each other: what that does to intervals.

A pair of tracks in which each is among the other's nearest counts twice, under the groups of two queries, which a
bootstrap over queries takes for two observations: where labels have nothing to do with the vectors, its 95 % are
85 %. The variance of dyads that share a member (Fafchamps and Gubert 2007) has a term for such pairs, twice the
product of what the two groups owe each other, and by that the intervals are stretched.
"""

import numpy as np
import numpy.typing as npt

from earmark.neighbours.labelled import Labelled
from earmark.neighbours.likeness import Pairs

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


def pair_scores(labelled: Labelled, pairs: Pairs, near: Indices) -> Floats:
    """The score of every query with its neighbours [queries, k]; NaN where there is none, or the query is void."""
    labels = labelled.labels
    rows = [pairs(labels[q : q + 1], labels[n])[0] for q, n in zip(labelled.space.queries, near, strict=True)]
    return np.where(near >= 0, np.stack(rows), np.nan)


def stretch(labelled: Labelled, near: Indices, scores: Floats, random: Floats) -> float:
    """By how much an interval of the mean of scores [queries, k] must be wider than the bootstrap's: 1 or more.

    What a pair owes is its score less what the query's candidates are worth on average, `random` [queries], times
    the lift of the whole.
    """
    known = ~np.isnan(scores)
    counts = np.maximum(known.sum(axis=1, keepdims=True), 1)
    parts = np.where(known, scores, 0.0) / counts
    below = float(random[known[:, 0]].sum())
    expected = np.where(known, random[:, None], 0.0) / counts
    parts -= expected * (float(parts.sum()) / below if below > 0 else 0.0)
    return reciprocity(labelled.groups[labelled.space.queries], labelled.groups[near], parts)


def reciprocity(query_groups: Indices, neighbour_groups: Indices, parts: Floats) -> float:
    """The square root of the variance with the term for mutual pairs over that without, at least 1.

    From the group of every query [queries] and of its neighbours [queries, k], and each pair's part of what is
    averaged less its expectation [queries, k]; a part of zero where there is no neighbour.
    """
    groups = int(max(query_groups.max(), neighbour_groups.max())) + 1
    directions, where = np.unique(query_groups[:, None] * groups + neighbour_groups, return_inverse=True)
    owed = np.bincount(where.ravel(), weights=parts.ravel())
    own, others = directions // groups, directions % groups
    back = np.minimum(np.searchsorted(directions, others * groups + own), len(directions) - 1)
    mutual = (directions[back] == others * groups + own) & (own != others)
    alone = float((np.bincount(own, weights=owed) ** 2).sum())
    together = float((owed * np.where(mutual, owed[back], 0.0)).sum())
    return float(np.sqrt(max(1.0, 1.0 + together / alone))) if alone > 0 else 1.0
