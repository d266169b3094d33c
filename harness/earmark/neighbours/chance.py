"""What neighbours drawn at random from the candidates of each query would be worth."""

import numpy as np
import numpy.typing as npt

from earmark.neighbourhood import expected_average_precision, nearest_of
from earmark.neighbours.labelled import Bools, Indices, Labelled
from earmark.neighbours.likeness import Pairs, Relevance
from earmark.result.score import Score

Floats = npt.NDArray[np.float64]

VOTES = 20_000
"""Drawn votes, over all queries together: a share of them is known to 0.4 points or better."""


def pair_means(labelled: Labelled, pairs: Pairs, *, same_group: bool) -> Floats:
    """Average the score of a query with every candidate, exactly: [queries]; NaN where there is none."""
    found = []
    for queries, others in labelled.candidates(same_group=same_group):
        scores = pairs(labelled.labels[queries], labelled.labels)
        counts = others.sum(axis=1)
        sums = np.where(others, scores, 0.0).sum(axis=1)
        found.append(np.where((counts > 0) & ~np.isnan(scores[:, 0]), sums / np.maximum(counts, 1), np.nan))
    return np.concatenate(found)


def expected_precisions(labelled: Labelled, relevance: Relevance, *, same_group: bool) -> Floats:
    """Expected average precision of a random order of each query's candidates, exactly: [queries].

    The mean over the aspects of the query that have a relevant candidate; NaN where none has.
    """
    return np.array(
        [
            _expected(relevance.aspects(labelled.labels[query], labelled.labels) & who, int(who.sum()))
            for queries, others in labelled.candidates(same_group=same_group)
            for query, who in zip(queries, others, strict=True)
        ]
    )


def random_votes(labelled: Labelled, relevance: Relevance, k: int, *, same_group: bool, seed: int) -> Floats:
    """How right the majority of k different random candidates is: mean over some seeded draws, [queries]."""
    generator = np.random.default_rng(seed)
    draws = -(-VOTES // len(labelled.space.queries))
    votes = [_voted(labelled, relevance, k, same_group, generator) for _ in range(draws)]
    return np.asarray(np.mean(votes, axis=0))


def expectation(name: str, values: Floats) -> Score:
    """The mean over the queries that have a value [queries], without an interval."""
    kept = values[~np.isnan(values)]
    return Score(metric=name, value=float(kept.mean()) if len(kept) else None)


def _expected(relevant: Bools, candidates: int) -> float:
    """From which candidates are relevant [aspects, tracks]."""
    counts = relevant.sum(axis=1)
    found = expected_average_precision(counts, np.full(len(counts), candidates))
    return float(found[counts > 0].mean()) if counts.any() else float("nan")


def _voted(
    labelled: Labelled, relevance: Relevance, k: int, same_group: bool, generator: np.random.Generator
) -> Floats:
    """One drawn vote for every query: [queries]."""
    found: list[float] = []
    for queries, others in labelled.candidates(same_group=same_group):
        keys = np.where(others, generator.random(others.shape), np.inf)
        drawn = nearest_of(keys, k).indices
        rows = zip(queries, drawn, strict=True)
        found.extend(_vote(labelled, relevance, int(query), near[near >= 0]) for query, near in rows)
    return np.array(found)


def _vote(labelled: Labelled, relevance: Relevance, query: int, near: Indices) -> float:
    return relevance.vote(labelled.labels[query], labelled.labels[near]) if len(near) else float("nan")
