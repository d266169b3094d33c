"""The difference of two models on one question, and how surely there is one.

A t test whose standard error comes from the paired bootstrap over groups:

- The standard error is the deviation of the resampled differences, times sqrt(G / (G - 1)): a bootstrap over G groups
  draws from a population whose variance is too small by that (Efron and Tibshirani 1993, chapters 5 and 12).
- It is itself an estimate. Where few groups make most of the difference (eight tracks that changed of 300, ten
  positives of a class) it is a poor one, so its degrees of freedom are those of the variance of values with the excess
  kurtosis k of the groups' influences, 2 / (2 / (G - 1) + k / G), at most G - 1 (Satterthwaite 1946; Cramér 1946,
  chapter 27; Carter, Schnepel and Steigerwald 2017 for groups of unlike size). The influence of a group is the
  covariance of how often it is drawn with the difference that then comes out (Efron 2014, JASA 109, 991-1007).
- Student's t goes on where resamples end: 10,000 of them resolve no p below 2 in 10,001, and Holm's correction over
  124,750 pairs of models asks for less than 4e-7.

How it holds was simulated: `tests/harness/compare/test_calibration.py`, with the figures.
"""

import math
import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.metric import Metric, Scores, Weights
from earmark.metric.interval import LARGEST_NAN_SHARE, LEVEL
from earmark.protocol.scoring import finite
from earmark.result import Difference

RESAMPLES = 10_000
"""They give the standard error to 0.7 %: its square has a relative deviation of sqrt(2 / RESAMPLES)."""
PROBED = 64
"""Resamples that tell groups apart: the chance that two groups are drawn alike so often is below 1e-30."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far the difference of two models would stray with other groups of tracks; NaN where they do not tell."""

    error: float
    """Standard error, in the metric."""
    degrees: float
    """Of freedom with which it is known."""
    groups: int

    def p(self, difference: float) -> float:
        """The two-sided chance of a difference as large where there is none; NaN where the tracks do not tell."""
        if math.isnan(self.error):
            return math.nan
        return float(p_of(np.array(abs(difference)), np.array(self.error), np.array(self.degrees), self.groups))

    def edge(self, level: float) -> float:
        """How many standard errors a difference must have to be told from none at `level`, two-sided."""
        from scipy.special import stdtrit  # noqa: PLC0415

        return float(stdtrit(self.degrees, 1 - level / 2))


def paired(metric: Metric, old: Scores, new: Scores, weights: Weights) -> Difference:
    """New minus old, from the scores of both [1 + resamples] over the same resamples of the same groups.

    The interval holds zero just where p is 0.05 or more. Interval and p are null where the tracks do not tell: one
    group, or no score in most resamples.
    """
    return difference_by(spread_of(old, new, weights), metric, old, new)


def difference_by(spread: Spread, metric: Metric, old: Scores, new: Scores) -> Difference:
    """The same by a spread that is known already."""
    value = float(new[0] - old[0])
    half = spread.edge(1 - LEVEL) * spread.error
    furthest = metric.limits[1] - metric.limits[0]
    return Difference(
        value=finite(value), low=finite(max(value - half, -furthest)), high=finite(min(value + half, furthest)),
        p=finite(spread.p(value)),
    )  # fmt: skip


def p_of(sizes: Floats, errors: Floats, degrees: Floats, groups: int) -> Floats:
    """Two-sided p of differences of those sizes by Student's t, elementwise; 1 for no difference.

    At least 2^(1 - groups), below which no test goes that flips the signs of whole groups.
    """
    from scipy.special import stdtr  # noqa: PLC0415 - listing commands need none

    ratios = np.divide(sizes, errors, out=np.full(sizes.shape, np.inf), where=errors > 0)
    tails = np.maximum(2 * stdtr(degrees, -ratios), max(2.0 ** (1 - groups), sys.float_info.min))
    return np.where(sizes == 0, 1.0, tails)


def spread_of(old: Scores, new: Scores, weights: Weights) -> Spread:
    """How far new minus old would stray, from the scores of both [1 + resamples] over the same resamples."""
    differences = np.asarray(new - old, dtype=np.float64)
    firsts = one_of_each_group(weights)
    known = ~np.isnan(differences[1:])
    if np.isnan(differences[0]) or 1 - known.mean() > LARGEST_NAN_SHARE or len(firsts) < 2:
        return Spread(error=math.nan, degrees=math.nan, groups=len(firsts))
    error = float(differences[1:][known].std())
    if error <= sys.float_info.epsilon * float(np.abs(differences[1:][known]).max()):  # one number, but for rounding
        return Spread(error=0.0, degrees=len(firsts) - 1.0, groups=len(firsts))
    influences = _influences(differences[1:], weights[1:])[firsts]
    degrees = degrees_of(influences, noise=np.array(error**2 / known.sum()))
    return Spread(error=float(corrected(np.array(error), len(firsts))), degrees=float(degrees), groups=len(firsts))


def corrected(error: Floats, groups: int) -> Floats:
    """The standard error, from the deviation of resamples of so many groups."""
    return np.asarray(error * math.sqrt(groups / (groups - 1)))


def degrees_of(influences: Floats, *, noise: Floats) -> Floats:
    """Degrees of freedom of a variance over groups of those influences [..., groups], estimated with that noise.

    `noise` is a variance: it adds to the second moment, but nothing to the fourth cumulant.
    """
    groups, centred = influences.shape[-1], influences - influences.mean(axis=-1, keepdims=True)
    squares = centred**2
    second, fourth = squares.mean(axis=-1), (squares**2).mean(axis=-1)
    excess = np.maximum(0.0, (fourth - 3 * second**2) / np.maximum(second - noise, second / 2) ** 2)
    return np.asarray(2 / (2 / (groups - 1) + excess / groups))


def _influences(differences: Floats, weights: Weights) -> Floats:
    """The covariance of each track's weight with the difference, over resamples that have one: [tracks]."""
    known = ~np.isnan(differences)
    centred = np.where(known, differences - differences[known].mean(), 0.0)
    return np.asarray(centred @ weights / known.sum())


def one_of_each_group(weights: Weights) -> npt.NDArray[np.intp]:
    """A track of each group, in the order of how groups are drawn: those of one group are always drawn together.

    As `numpy.unique` over columns tells, in a fifth of the time: the bytes of counts, the highest first, sort as they.
    """
    columns = np.ascontiguousarray(weights[1 : 1 + PROBED].T, dtype=">f8")
    firsts: dict[bytes, int] = {}
    for track, column in enumerate(columns):
        firsts.setdefault(column.tobytes(), track)
    return np.array([firsts[drawn] for drawn in sorted(firsts)], dtype=np.intp)
