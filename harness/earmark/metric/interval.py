"""How sure a score is: bootstrap over groups of tracks, of one model or of two on the same tracks.

Tracks of one artist or song are alike, so whole groups are drawn, never single tracks (Efron and Tibshirani
1993, chapters 8, 13 and 16).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.metric.metric import Scores, Weights

LEVEL = 0.95
LARGEST_NAN_SHARE = 0.5
"""With more resamples than this without a score, the rest is no fair sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """The 95 % interval of a score, in the score's unit; NaN where the tracks do not tell."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How much higher model A scores than model B on the same tracks, whichever way is better."""

    difference: float
    interval: Interval
    p: float
    """Two-sided: how often resampling groups turns the difference round; at least 2 / (resamples + 1)."""


UNKNOWN = Interval(low=float("nan"), high=float("nan"))


def group_weights(groups: Sequence[str], resamples: int, seed: int) -> Weights:
    """How often each track counts: [1 + resamples, tracks].

    The first row counts every track once: its score is the score. Every other row draws as many groups as there
    are, with replacement. The same groups and seed give the same weights; the order of the tracks does not
    matter. Raises ValueError without a track or a resample.
    """
    if not len(groups) or resamples < 1:
        raise ValueError(f"A bootstrap needs tracks and resamples, not {len(groups)} and {resamples}.")
    names, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    evenly = np.full(len(names), 1 / len(names))
    counts = np.random.default_rng(seed).multinomial(len(names), evenly, size=resamples)
    weights: npt.NDArray[np.float64] = np.vstack([np.ones(len(names)), counts])[:, group]
    return weights


def interval_of(scores: Scores, weights: Weights, limits: tuple[float, float] = (-np.inf, np.inf)) -> Interval:
    """Give the 95 % interval, within the metric's `limits`, of scores [1 + resamples] over `group_weights`.

    The percentile interval, moved by twice the bootstrap's estimate of bias: once for the bias that resampling
    adds to the resamples, once for the like bias of the score itself. For most metrics that is nothing; average
    precision over few positives comes out too high both times, and percentiles alone then miss the truth.
    Resamples without a score are left out; the interval is NaN when they are more than half, or when all
    resamples are one (a single group says nothing about another).
    """
    valid = _valid(scores, weights)
    if valid is None:
        return UNKNOWN
    low, high = np.clip(np.quantile(valid, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]), *limits)
    return Interval(low=float(low), high=float(high))


def difference_of(scores_a: Scores, scores_b: Scores, weights: Weights) -> Difference:
    """Compare two models' scores [1 + resamples] over the same resamples of the same tracks.

    The interval is as in `interval_of`; where that is NaN, so is p.
    """
    differences = scores_a - scores_b
    valid = _valid(differences, weights)
    return Difference(
        difference=float(differences[0]),
        interval=interval_of(differences, weights),
        p=float("nan") if valid is None else _two_sided_p(valid),
    )


def _valid(scores: Scores, weights: Weights) -> Scores | None:
    """The resamples that have a score, moved by twice the bias; None where they do not tell."""
    resampled = scores[1:]
    lost = np.isnan(resampled)
    if np.isnan(scores[0]) or lost.mean() > LARGEST_NAN_SHARE or (weights[1:] == weights[1]).all():
        return None
    kept = resampled[~lost]
    moved: Scores = kept - 2 * (kept.mean() - scores[0])
    return moved


def _two_sided_p(differences: Scores) -> float:
    """Double the smaller share of resamples on either side of zero, each share with one more: never 0."""
    rarer = min((differences <= 0).sum(), (differences >= 0).sum())
    return float(min(1.0, 2 * (rarer + 1) / (len(differences) + 1)))
