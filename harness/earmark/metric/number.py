"""Scores of a number: R², the share of the variance that the estimate explains."""

from typing import Any

import numpy as np

from earmark.metric.metric import Metric, Scores, Weights, check_shapes, divide, nan_where_counted

ROUNDING = 1e-12
"""A variance below this share of the second moment is rounding: the numbers are one number."""


def _r2(reference: Any, estimated: Any, weights: Weights) -> Scores:
    """R² [resamples]; NaN where the references that count are all one number: no variance to explain."""
    truth, answer = (np.asarray(numbers, dtype=np.float64) for numbers in (reference, estimated))
    check_shapes(truth, answer, weights)
    if truth.ndim != 1 or truth.shape != answer.shape:
        raise ValueError(f"Numbers need [tracks] twice, not {truth.shape}, {answer.shape}.")
    finite = np.isfinite(truth) & np.isfinite(answer)
    truth, answer = np.where(finite, truth, 0.0), np.where(finite, answer, 0.0)
    # About the mean of all tracks, so that the difference of the sums below keeps its digits.
    centred = truth - truth[finite].mean() if finite.any() else truth
    moment = weights @ centred**2
    variance = moment - (weights @ centred) ** 2 / np.where(moment > 0, weights.sum(axis=1), 1.0)
    variance = np.where(variance > ROUNDING * moment, variance, 0.0)
    scores = 1.0 - divide(weights @ (truth - answer) ** 2, variance)
    return nan_where_counted(scores, ~finite, weights)


R2 = Metric(name="r2", function=_r2, source="scikit-learn r2_score", limits=(-np.inf, 1.0))
