"""The places that models may have: those that cannot be told apart share them.

All pairs of models are compared as `earmark.compare.paired` compares two, with the same p; here the standard errors of
all pairs come from one product of matrices, for 500 models make 124,750 pairs a column.
"""

import numpy as np
import numpy.typing as npt

from earmark.compare.paired import corrected, degrees_of, one_of_each_group, p_of, spread_of
from earmark.leaderboard.record import Rank
from earmark.metric import Weights
from earmark.result.standout import LEVEL

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CANCELLED = 1e-6
"""Where a difference varies by less than this share of what both models do, the product of matrices has lost too many
digits, and the pair is computed by itself."""


def ranks_of(scores: Floats, weights: Weights, *, higher_is_better: bool = True) -> list[Rank | None]:
    """The places of each model, from scores [models, 1 + resamples]; None without a score.

    Best: 1 and as many as are clearly better. Worst: as many as there are, less those that are clearly worse.
    Clearly: p below 0.05 by paired bootstrap over groups, after Holm's correction over all pairs.
    """
    scored = np.isfinite(scores[:, 0])
    clear = clearly_above(scores[scored] if higher_is_better else -scores[scored], weights)
    better, worse = clear.sum(axis=0), clear.sum(axis=1)
    found = iter([Rank(best=1 + int(b), worst=len(clear) - int(w)) for b, w in zip(better, worse, strict=True)])
    return [next(found) if has_one else None for has_one in scored]


def clearly_above(scores: Floats, weights: Weights) -> Bools:
    """Whether the first model is clearly above the second: [models, models]."""
    count = len(scores)
    first, second = np.triu_indices(count, k=1)
    p = p_values(scores, weights)[first, second]
    clear = holm_rejects(np.where(np.isnan(p), 1.0, p))
    upward = scores[first, 0] > scores[second, 0]
    found = np.zeros((count, count), dtype=np.bool_)
    found[first[clear & upward], second[clear & upward]] = True
    found[second[clear & ~upward], first[clear & ~upward]] = True
    return found


def holm_rejects(p: Floats, level: float = LEVEL) -> Bools:
    """Which hypotheses Holm's (1979) step-down procedure rejects: all up to the first that is not small enough."""
    order = np.argsort(p, kind="stable")
    passed = np.logical_and.accumulate(p[order] * np.arange(len(p), 0, -1) < level)
    rejected = np.zeros(len(p), dtype=np.bool_)
    rejected[order[passed]] = True
    return rejected


def p_values(scores: Floats, weights: Weights) -> Floats:
    """Of every pair of models the p of `paired`, from scores [models, 1 + resamples]: [models, models].

    NaN where the tracks do not tell.
    """
    p = np.ones((len(scores), len(scores)))
    groups = one_of_each_group(weights)
    if len(groups) < 2:
        return np.full_like(p, np.nan)
    whole = np.asarray(np.isfinite(scores).all(axis=1))
    errors, alone = _errors(scores, whole)
    influences = _influences(scores, weights, groups)
    for row in range(len(scores) - 1):
        rest = slice(row + 1, None)
        noise = errors[row, rest] ** 2 / (scores.shape[1] - 1)
        with np.errstate(divide="ignore", invalid="ignore"):  # of those that are computed alone
            degrees = degrees_of(influences[rest] - influences[row], noise=noise)
        sizes = np.abs(scores[rest, 0] - scores[row, 0])
        p[row, rest] = p[rest, row] = p_of(sizes, corrected(errors[row, rest], len(groups)), degrees, len(groups))
    for row, column in np.argwhere(np.triu(alone, k=1)):
        p[row, column] = p[column, row] = _alone(scores[row], scores[column], weights)
    return p


def _alone(one: Floats, other: Floats, weights: Weights) -> float:
    """The p of one pair."""
    if np.array_equal(one, other):
        return 1.0
    return spread_of(one, other, weights).p(float(other[0] - one[0]))


def _errors(scores: Floats, whole: Bools) -> tuple[Floats, Bools]:
    """The deviation of every pair's resampled differences, and which pairs must be computed by themselves."""
    resampled = np.where(whole[:, None], scores[:, 1:], 0.0)
    centred = resampled - resampled.mean(axis=1, keepdims=True)
    products = centred @ centred.T / centred.shape[1]
    own = products.diagonal()
    both = own[:, None] + own
    variances = both - 2 * products
    alone = (variances <= CANCELLED * both) | ~(whole[:, None] & whole)
    return np.sqrt(np.where(alone, 0.0, variances)), alone


def _influences(scores: Floats, weights: Weights, groups: npt.NDArray[np.intp]) -> Floats:
    """The covariance of how often each group is drawn with each model's score: [models, groups]."""
    resampled = np.where(np.isfinite(scores[:, 1:]), scores[:, 1:], 0.0)
    centred = resampled - resampled.mean(axis=1, keepdims=True)
    return np.asarray(centred @ weights[1:, groups] / resampled.shape[1])
