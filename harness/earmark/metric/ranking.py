"""How well probabilities rank the tracks that have a class above those that do not.

AP (average precision, never called PR-AUC) and ROC-AUC equal scikit-learn's `average_precision_score` and
`roc_auc_score` with `sample_weight`, ties included, for a thousand resamples at once: the tracks are sorted
once a class, then one sparse product sums the weights between the thresholds of all resamples.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from earmark.metric.metric import (
    Metric,
    Scores,
    Weights,
    check_shapes,
    divide,
    mean_over_tracks,
    nan_where_counted,
)

PRESENCE_THRESHOLD = 0.5
"""A probability from here up (0.5 included) says yes."""
CHUNK_BYTES = 2_000_000
"""Weights of so many resamples at a time: they stay in the processor's cache, and memory stays bounded."""
BLOCK_BYTES = 64_000_000
"""Sorted classes kept at a time."""

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranking:
    """The tracks of one class in falling order of probability, cut at every threshold that has a positive.

    A threshold stands for all tracks of one probability; thresholds without a positive change neither score.
    """

    positives: csr_array
    """[thresholds, tracks] of 0 and 1: the positives at the threshold."""
    negatives: csr_array
    """[2 thresholds + 1, tracks]: for each the negatives that lie above it (below the one before), then
    those at it; last the negatives below all thresholds."""


Score = Callable[[_Ranking, Floats], Scores]
"""Scores [resamples] of one class from weights [tracks, resamples]."""


def _rank(positive: Bools, probability: Floats) -> _Ranking:
    order = np.argsort(-probability, kind="stable")
    falling, is_positive = probability[order], positive[order]
    starts = np.flatnonzero(np.r_[True, falling[1:] != falling[:-1]])
    ends = np.r_[starts[1:], len(order)]
    kept = np.add.reduceat(is_positive.astype(np.int64), starts) > 0
    hits = np.r_[0, np.cumsum(is_positive)]
    misses = np.arange(len(order) + 1) - hits
    cuts = np.r_[np.stack([starts[kept], ends[kept]], axis=1).ravel(), len(order)]
    return _Ranking(
        positives=_sums(order[is_positive], hits[ends[kept]], len(order)),
        negatives=_sums(order[~is_positive], misses[cuts], len(order)),
    )


def _sums(order: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], tracks: int) -> csr_array:
    """Make the matrix [ends, tracks] that sums over each stretch of `order` up to the next end."""
    columns, bounds = order.astype(np.int32), np.r_[0, ends].astype(np.int32)
    return csr_array((np.ones(len(columns)), columns, bounds), shape=(len(ends), tracks))


def _average_precision(ranking: _Ranking, weights: Floats) -> Scores:
    hits: Floats = ranking.positives @ weights  # [thresholds, resamples]
    misses: Floats = ranking.negatives @ weights  # [2 thresholds + 1, resamples]
    found = np.cumsum(hits, axis=0)
    retrieved = found + np.cumsum(misses, axis=0)[1::2]
    # Where nothing above or at the threshold counts there is no hit either: 0 of 1 instead of 0 of 0.
    precision = found / np.where(retrieved > 0, retrieved, 1.0)
    return divide((hits * precision).sum(axis=0), found[-1])


def _area_under_roc(ranking: _Ranking, weights: Floats) -> Scores:
    hits: Floats = ranking.positives @ weights
    passed = np.cumsum(ranking.negatives @ weights, axis=0)
    # A negative above a positive costs one pair, beside it half a pair.
    lost = (hits * (passed[:-1:2] + passed[1::2]) / 2).sum(axis=0)
    return 1.0 - divide(lost, hits.sum(axis=0) * passed[-1])


def scored_classes(reference: Any, *, needs_negatives: bool = False) -> Bools:
    """Tell which classes of reference [tracks, classes] have a positive, and a negative if asked: [classes].

    Macro means leave the others out; ROC-AUC needs negatives as well.
    """
    positives = np.asarray(reference, dtype=np.bool_)
    with_positive = np.asarray(positives.any(axis=0))
    return with_positive & ~positives.all(axis=0) if needs_negatives else with_positive


def _macro(score: Score, needs_negatives: bool, reference: Any, estimated: Any, weights: Weights) -> Scores:
    """Average `score` over the classes that have it in that resample: [resamples]; NaN if none has."""
    positive, probability = _checked(reference, estimated, weights)
    finite = np.isfinite(probability)
    probability = np.where(finite, probability, 0.0)
    total, scored = np.zeros((2, len(weights)))
    classes = np.flatnonzero(scored_classes(positive, needs_negatives=needs_negatives))
    for block in _blocks(classes, max(1, len(positive)) * 12, BLOCK_BYTES):
        rankings = [_rank(positive[:, c], probability[:, c]) for c in block]
        for chunk in _blocks(np.arange(len(weights)), max(1, len(positive)) * 8, CHUNK_BYTES):
            counts = np.ascontiguousarray(weights[chunk].T)
            scores = np.stack([score(ranking, counts) for ranking in rankings])  # [classes, resamples]
            total[chunk] += np.where(np.isnan(scores), 0.0, scores).sum(axis=0)
            scored[chunk] += (~np.isnan(scores)).sum(axis=0)
    return nan_where_counted(divide(total, scored), np.asarray(~finite.all(axis=1)), weights)


def _blocks(items: npt.NDArray[np.int64], bytes_each: int, bytes_allowed: int) -> list[npt.NDArray[np.int64]]:
    size = max(1, bytes_allowed // bytes_each)
    return [items[start : start + size] for start in range(0, len(items), size)]


def _checked(reference: Any, estimated: Any, weights: Weights) -> tuple[Bools, Floats]:
    truth, probability = np.asarray(reference), np.asarray(estimated, dtype=np.float64)
    check_shapes(truth, probability, weights)
    if truth.ndim != 2 or truth.shape != probability.shape:
        raise ValueError(f"Ranks need two tables [tracks, classes], not {truth.shape}, {probability.shape}.")
    if not np.isin(truth, (0, 1)).all():
        raise ValueError(f"A track has a class or not (1 or 0); the reference holds {np.unique(truth)[:5]}.")
    return truth.astype(np.bool_), probability


def _roc_auc(reference: Any, estimated: Any, weights: Weights) -> Scores:
    return _macro(_area_under_roc, True, *_columns(reference, estimated), weights)


def _says_right(reference: Any, estimated: Any) -> Floats:
    columns = _columns(reference, estimated)
    positive, probability = (column[:, 0] for column in _checked(*columns, np.ones((1, len(columns[0])))))
    right = (probability >= PRESENCE_THRESHOLD) == positive
    return np.where(np.isfinite(probability), right, np.nan)


def _columns(reference: Any, estimated: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    truth, probability = np.asarray(reference), np.asarray(estimated)
    if truth.ndim != 1 or probability.ndim != 1:
        raise ValueError(f"Presence needs [tracks] twice, not {truth.shape}, {probability.shape}.")
    return truth[:, None], probability[:, None]


MACRO_AP = Metric(
    name="macro-ap",
    function=partial(_macro, _average_precision, False),
    source="scikit-learn average_precision_score, mean over classes with a positive",
)
MACRO_AUC = Metric(
    name="macro-auc",
    function=partial(_macro, _area_under_roc, True),
    source="scikit-learn roc_auc_score, mean over classes with a positive and a negative",
)
ROC_AUC = Metric(name="roc-auc", function=_roc_auc, source="scikit-learn roc_auc_score")
PRESENCE_ACCURACY = mean_over_tracks(
    "accuracy", _says_right, source=f"share of right answers, yes from a probability of {PRESENCE_THRESHOLD}"
)
