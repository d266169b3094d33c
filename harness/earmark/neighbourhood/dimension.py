"""How many dimensions the vectors fill: near by (Two-NN) and on the whole (participation ratio)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.neighbourhood.exact import ROWS
from earmark.neighbourhood.search import nearest

Floats = npt.NDArray[np.float64]

KEPT = 0.9
"""Share of the smallest ratios that the line is fitted to: the largest tell most of curved and thin regions
(Facco et al. 2017 leave out a tenth)."""
FEWEST = 3
"""With fewer ratios there is no line to fit."""


def log_ratios(vectors: npt.NDArray[Any], queries: npt.NDArray[np.int64] | None = None) -> Floats:
    """Log of the distance to the second nearest over that to the nearest, Euclidean: [queries], all if None.

    Copies of a vector count as one point, for a distance of zero says nothing of the dimension: all but the first
    copy are NaN. Raises ValueError for vectors that are no table of finite numbers.
    """
    asked = np.arange(len(vectors)) if queries is None else queries
    rows = np.ascontiguousarray(vectors + np.zeros(1, vectors.dtype))  # -0.0 becomes 0.0, the same place
    _, first = np.unique(rows.view(np.dtype((np.void, rows[0].nbytes)))[:, 0], return_index=True)
    kept = np.sort(first)
    is_point = np.isin(asked, kept)
    found = nearest(rows[kept], 2, distance="euclidean", queries=np.searchsorted(kept, asked[is_point]))
    ratios = np.full(len(asked), np.nan)
    ratios[is_point] = _log_ratio(found.distances)
    return ratios


def _log_ratio(distances: Floats) -> Floats:
    """From distances [points, 2]; NaN where there is no second neighbour, or the nearest is too near to tell."""
    told = (distances[:, 0] > 0) & np.isfinite(distances[:, 1])
    nearest_one, second = np.where(told[:, None], distances, 1.0).T
    return np.where(told, np.log(second / nearest_one), np.nan)


def two_nn(ratios: Floats, weights: Floats | None = None) -> Floats:
    """Estimate the intrinsic dimension from `log_ratios` [points], once for each row of weights: [resamples].

    The estimator of Facco, d'Errico, Rodriguez and Laio 2017: the slope of the line through the origin that fits
    -log(1 - F) to the log ratios, by least squares, without the largest tenth; F is the share of the points up to
    that ratio. It is low for many dimensions and few points. Weights say how often each point counts
    [resamples, points]; without them every point counts once. NaN where no line can be fitted.
    """
    told = np.flatnonzero(np.isfinite(ratios))
    order = told[np.argsort(ratios[told], kind="stable")]
    counted = np.ones((1, len(ratios))) if weights is None else weights
    return np.array([_slope(ratios[order], row[order]) for row in counted])


def _slope(ratios: Floats, weights: Floats) -> float:
    """Fit through the origin over rising ratios [points]."""
    counts = weights > 0
    x, w = ratios[counts], weights[counts]
    if len(x) < FEWEST:
        return float("nan")
    share = np.cumsum(w) / w.sum()
    used = share <= KEPT
    x, w, y = x[used], w[used], -np.log1p(-share[used])
    below = float((w * x * x).sum())
    return float((w * x * y).sum()) / below if below > 0 else float("nan")


def participation_ratio(vectors: npt.NDArray[Any]) -> float:
    """In how many principal directions the variance of vectors [tracks, dim] lies, as a number from 1 to dim.

    (Sum of the eigenvalues of the covariance)² / sum of their squares: d where d directions share it evenly. NaN
    where nothing varies. At most tracks - 1.
    """
    apart = vectors.astype(np.float64)
    apart -= apart.mean(axis=0)
    largest = float(np.abs(apart).max(initial=0.0))
    if largest == 0:
        return float("nan")
    apart /= largest  # squares of squares of the smallest and the largest numbers would not fit
    apart = apart if apart.shape[0] > apart.shape[1] else apart.T  # the non-zero eigenvalues of A'A and AA' are one
    products = np.zeros((apart.shape[1], apart.shape[1]))
    for start in range(0, len(apart), ROWS):
        rows = apart[start : start + ROWS]
        products += rows.T @ rows
    return float(np.trace(products) ** 2 / (products * products).sum())
