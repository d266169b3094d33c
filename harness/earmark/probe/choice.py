"""The grid of L2 strengths, and how validation chooses among them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earmark.probe.fold import Link

RELATIVE_STRENGTHS = np.logspace(0, -6, 13)
"""Strongest first, half a decade apart, as shares of the mean squared length of a train embedding.

At 1 no logit can pass about ±1 however the features correlate, so the probe ranks as class centroids do and a
stronger penalty changes little; at 1e-6 directions that hold a millionth of the variance are still read.
"""

TIE = 1e-9
"""Scores closer than this are equal: rounding must not choose a strength."""


def strength_grid(embeddings: NDArray[np.float64]) -> NDArray[np.float64]:
    """L2 strengths [13], strongest first, for standardised train embeddings [tracks, dim].

    Relative to the mean squared length, so that a wider embedding (each column has variance one) meets the
    same range of shrinkage; per track, as the objective is a mean. In scikit-learn's terms C = 1 / (tracks ×
    strength) and Ridge's alpha = tracks × strength.
    """
    squared_length = float((embeddings**2).sum(axis=1).mean())
    return RELATIVE_STRENGTHS * (squared_length or 1.0)


def choose(scores: Sequence[float]) -> int:
    """Index of the highest of scores, given strongest first: ties go to the stronger, NaN is worthless."""
    worth = np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    return int(np.argmax(worth >= worth.max() - TIE))


def edge_of(chosen: int, count: int) -> str:
    """`strongest` or `weakest` when the chosen index ends a grid of count strengths, else empty."""
    return {0: "strongest", count - 1: "weakest"}.get(chosen, "")


def check_answers(answers: NDArray[np.float64], link: Link) -> None:
    """Raise `ValueError` for answers [tracks, outputs] that the link cannot produce."""
    if link == "identity":
        return
    if answers.min() < 0 or answers.max() > 1:
        raise ValueError(f"Answers lie in [{answers.min()}, {answers.max()}]; {link} needs [0, 1].")
    sums = answers.sum(axis=1)
    if link == "softmax" and not np.allclose(sums, 1.0, atol=1e-6):
        raise ValueError(f"Answers sum to {sums.min()} … {sums.max()} per track; softmax needs 1.")
