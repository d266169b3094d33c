"""What a metric is: one function that scores many resamples of the tracks at once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float64]
"""How often each track counts in each resample: [resamples, tracks]."""
Scores = npt.NDArray[np.float64]
"""One score a resample: [resamples]; NaN where a resample cannot be scored."""
PerTrack = Callable[[Any, Any], npt.NDArray[np.float64]]
"""(reference [tracks, ...], estimated [tracks, ...]) -> scores [tracks]; NaN where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A named, directed score of estimated against reference answers."""

    name: str
    function: Callable[[Any, Any, Weights], Scores]
    """(reference [tracks, ...], estimated [tracks, ...], weights [resamples, tracks]) -> [resamples]."""
    source: str
    higher_is_better: bool = True
    unit: str = ""
    limits: tuple[float, float] = (0.0, 1.0)
    """The lowest and the highest score that there can be."""
    is_mean: bool = False
    """A mean over tracks: its bootstrap has no bias but that of too few resamples."""

    def __call__(self, reference: Any, estimated: Any) -> float:
        """Score all tracks once."""
        return float(self.function(reference, estimated, np.ones((1, len(reference))))[0])


def mean_over_tracks(
    name: str,
    per_track: PerTrack,
    *,
    source: str,
    higher_is_better: bool = True,
    unit: str = "",
    limits: tuple[float, float] = (0.0, 1.0),
) -> Metric:
    """Make the metric that averages `per_track` over the tracks; that is called once for all resamples.

    A resample is NaN where a track that counts in it has no score.
    """
    function = partial(_mean_of_tracks, per_track)
    return Metric(
        name=name,
        function=function,
        source=source,
        higher_is_better=higher_is_better,
        unit=unit,
        limits=limits,
        is_mean=True,
    )


def weighted_mean(values: npt.NDArray[np.float64], weights: Weights) -> Scores:
    """Average values [tracks]: [resamples]; NaN where nothing counts, or a value that is not finite."""
    finite = np.isfinite(values)
    means: Scores = divide(weights @ np.where(finite, values, 0.0), weights.sum(axis=1))
    return nan_where_counted(means, ~finite, weights)


def nan_where_counted(scores: Scores, broken: npt.NDArray[np.bool_], weights: Weights) -> Scores:
    """Put NaN in the place of scores [resamples] in which a broken track [tracks] counts.

    A model that answered NaN must not get a plausible number for its other tracks.
    """
    poisoned = np.asarray((weights[:, broken] > 0).any(axis=1))
    return np.where(poisoned, np.nan, scores)


def divide(numerator: npt.NDArray[np.float64], denominator: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Divide element by element; NaN, without a warning, where the denominator is zero."""
    quotient: npt.NDArray[np.float64] = np.full(np.broadcast_shapes(numerator.shape, denominator.shape), np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient


def check_shapes(reference: npt.NDArray[Any], estimated: npt.NDArray[Any], weights: Weights) -> None:
    """Raise ValueError unless all three speak of the same tracks: numpy would broadcast to a wrong number."""
    tracks = len(reference)
    if len(estimated) != tracks or weights.ndim != 2 or weights.shape[1] != tracks:
        shapes = f"reference {reference.shape}, estimated {estimated.shape}, weights {weights.shape}"
        raise ValueError(f"A metric needs [tracks, ...] twice and [resamples, tracks], not {shapes}.")


def _mean_of_tracks(per_track: PerTrack, reference: Any, estimated: Any, weights: Weights) -> Scores:
    values = np.asarray(per_track(reference, estimated), dtype=np.float64)
    check_shapes(values, values, weights)
    if len(reference) != len(values) or len(estimated) != len(values) or values.ndim != 1:
        raise ValueError(f"{len(reference)} and {len(estimated)} answers, but scores {values.shape}.")
    return weighted_mean(values, weights)
