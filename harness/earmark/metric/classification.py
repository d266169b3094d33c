"""Scores of one class a track, also of classes in order.

The answer is the class of the highest probability; of equal ones the first, as numpy's argmax has it.
"""

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

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.int64]


def chosen_classes(reference: Any, estimated: Any) -> tuple[Classes, Classes, npt.NDArray[np.bool_]]:
    """Class indices [tracks] of reference and estimated [tracks, classes], and which estimates are finite.

    Of equal probabilities the first class is chosen. Raises ValueError for a reference that is no index of a
    class: -1 would silently count from the end.
    """
    truth, probability = np.asarray(reference), np.asarray(estimated, dtype=np.float64)
    if probability.ndim != 2 or truth.shape != probability.shape[:1]:
        raise ValueError(f"Classes need [tracks] and [tracks, classes], not {truth.shape}, {probability.shape}.")
    if not np.isin(truth, np.arange(probability.shape[1])).all():
        raise ValueError(f"References must be class indices 0..{probability.shape[1] - 1}, not {truth[:5]}.")
    finite = np.asarray(np.isfinite(probability).all(axis=1))
    return truth.astype(np.int64), probability.argmax(axis=1), finite


def is_right(reference: Any, estimated: Any) -> Floats:
    """One where the most probable class is the reference, else zero: [tracks]; NaN without probabilities."""
    truth, chosen, finite = chosen_classes(reference, estimated)
    return np.where(finite, truth == chosen, np.nan)


def mae_years(years: tuple[float, ...]) -> Metric:
    """Make the mean absolute error in years between classes whose middle `years` [classes] are known."""
    if not np.isfinite(years).all() or not years:
        raise ValueError(f"Every class needs the year of its middle, not {years}.")
    return mean_over_tracks(
        "mae-years",
        partial(_distance, years),
        source="mean absolute error between the middle years",
        higher_is_better=False,
        unit="years",
        limits=(0.0, np.inf),
    )


def _distance(positions: tuple[float, ...], reference: Any, estimated: Any) -> Floats:
    truth, chosen, finite = chosen_classes(reference, estimated)
    if np.shape(estimated)[1] != len(positions):
        raise ValueError(f"{len(positions)} years do not fit {np.shape(estimated)[1]} classes.")
    where = np.asarray(positions, dtype=np.float64)
    return np.where(finite, np.abs(where[chosen] - where[truth]), np.nan)


def _periods_apart(reference: Any, estimated: Any) -> Floats:
    truth, chosen, finite = chosen_classes(reference, estimated)
    return np.where(finite, np.abs(chosen - truth), np.nan)


def _macro_f1(reference: Any, estimated: Any, weights: Weights) -> Scores:
    truth, chosen, finite = chosen_classes(reference, estimated)
    check_shapes(truth, chosen, weights)
    counts, classes = weights.T, np.shape(estimated)[1]
    positives = _count(truth, np.ones(len(truth)), counts, classes)  # [classes, resamples]
    answers = _count(chosen, np.ones(len(truth)), counts, classes)
    right = _count(truth, (truth == chosen).astype(np.float64), counts, classes)
    present = positives > 0
    f1 = np.where(present, 2 * right / np.where(present, positives + answers, 1.0), 0.0)
    return nan_where_counted(divide(f1.sum(axis=0), present.sum(axis=0)), ~finite, weights)


def _count(of: Classes, counted: Floats, weights: Floats, classes: int) -> Floats:
    """Sum the weights [tracks, resamples] of the counted tracks by class: [classes, resamples]."""
    sums: Floats = csr_array((counted, (of, np.arange(len(of)))), shape=(classes, len(of))) @ weights
    return sums


ACCURACY = mean_over_tracks("accuracy", is_right, source="share of right answers")
MACRO_F1 = Metric(
    name="macro-f1",
    function=_macro_f1,
    source="scikit-learn f1_score, mean over classes with a positive",
)
MAE_PERIODS = mean_over_tracks(
    "mae-periods",
    _periods_apart,
    source="mean absolute error between the places of the classes",
    higher_is_better=False,
    limits=(0.0, np.inf),
    unit="periods",
)
