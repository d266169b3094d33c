"""How sure a score is: bootstrap over groups of tracks, of one model or of two on the same tracks.

Tracks of one artist or song are alike, so whole groups are drawn, never single tracks (Efron and Tibshirani
1993, chapters 8, 13 and 16).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.metric.metric import Metric, Scores, Weights

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


def interval_of(metric: Metric, scores: Scores, weights: Weights) -> Interval:
    """Give the 95 % interval of a metric's scores [1 + resamples] over the weights of `group_weights`.

    The percentile interval. That of a metric that is no mean is moved by twice the bootstrap's estimate of bias:
    once for the bias that resampling adds to the resamples, once for the like bias of the score itself. Average
    precision over few positives comes out too high both times, and percentiles alone then miss the truth; its
    interval may lie wholly below the score. Resamples without a score are left out; the interval is NaN when they
    are more than half, or when all resamples are one (a single group says nothing about another).
    """
    low, high = _quantiles(scores, weights, moved=not metric.is_mean)
    return Interval(low=float(np.clip(low, *metric.limits)), high=float(np.clip(high, *metric.limits)))


def difference_of(metric: Metric, scores_a: Scores, scores_b: Scores, weights: Weights) -> Difference:
    """Compare two models' scores [1 + resamples] over the same resamples of the same tracks.

    The interval is as in `interval_of`; where that is NaN, so is p. For p the resamples are taken as they are:
    the biases of two models cancel, and where most resamples show no difference at all, none may be made of them.
    """
    differences = scores_a - scores_b
    low, high = _quantiles(differences, weights, moved=not metric.is_mean)
    return Difference(
        difference=float(differences[0]),
        interval=Interval(low=low, high=high),
        p=float("nan") if np.isnan(low) else _two_sided_p(differences[1:]),
    )


def _quantiles(scores: Scores, weights: Weights, *, moved: bool) -> tuple[float, float]:
    """Ends of the middle 95 % of the resamples; NaN where they do not tell."""
    resampled = scores[1:]
    lost = np.isnan(resampled)
    if np.isnan(scores[0]) or lost.mean() > LARGEST_NAN_SHARE or (weights[1:] == weights[1]).all():
        return float("nan"), float("nan")
    kept = resampled[~lost]
    bias = kept.mean() - scores[0] if moved else 0.0
    low, high = np.quantile(kept, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) - 2 * bias
    return float(low), float(high)


def _two_sided_p(differences: Scores) -> float:
    """Double the smaller share of resamples on either side of zero, ties on both, each with one more: never 0."""
    valid = differences[~np.isnan(differences)]
    rarer = min((valid <= 0).sum(), (valid >= 0).sum())
    return float(min(1.0, 2 * (rarer + 1) / (len(valid) + 1)))
