"""Average precision of a ranking, and what a random ranking is expected to have."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def average_precision(ordered: Floats, relevant: Floats) -> float:
    """Average the precision at every relevant candidate; NaN where there is none.

    `ordered` are the distances of all candidates in rising order [candidates], `relevant` those of the relevant ones
    in any order. Candidates equally far away are found together: scikit-learn's `average_precision_score`.
    """
    if not len(relevant):
        return float("nan")
    found = np.sort(relevant)
    hits = np.searchsorted(found, found, side="right")
    retrieved = np.searchsorted(ordered, found, side="right")
    return float((hits / retrieved).mean())


def expected_average_precision(relevant: npt.NDArray[np.int64], candidates: npt.NDArray[np.int64]) -> Floats:
    """Expected average precision of a ranking at random, for counts of relevant ones among candidates [queries].

    Exact (Bestgen 2015, PBML 103): 1/N (H + (R - 1) (N - H) / (N - 1)) with R relevant of N and the N-th harmonic
    number H; above R / N, the more so the fewer there are. NaN where nothing is relevant.
    """
    if ((relevant < 0) | (relevant > candidates)).any():
        raise ValueError("There cannot be more relevant candidates than candidates, nor fewer than none.")
    most = int(candidates.max(initial=0))
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, most + 1))])[candidates]
    others = np.maximum(candidates - 1, 1)
    expected = (harmonic + (relevant - 1) * (candidates - harmonic) / others) / np.maximum(candidates, 1)
    return np.where(relevant > 0, expected, np.nan)
