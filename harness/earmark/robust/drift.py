"""How far a condition moves the vectors of an embedding."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from earmark.result.robust.record import Drift

Vectors = npt.NDArray[np.float32]
LOW_PERCENT = 5.0
AT_ONCE = 256
"""Takes whose similarities are held in memory together."""
ROUNDING = 4e-15
"""Cosines that differ less are equal: vectors so alike differ by no more than the last digit of float32."""


def drift_of(pairs: Sequence[tuple[Vectors, Vectors]]) -> Drift:
    """The drift over pairs of clean and changed vectors [tracks, dim] twice, one pair a data set.

    A changed track is looked for among the clean tracks of its own data set. Of tracks that are equally near, the one
    that is looked for counts as the middle one.
    """
    found = [_compare(_unit(clean), _unit(changed)) for clean, changed in pairs if len(clean)]
    cosines = np.concatenate([cosine for cosine, _ in found]) if found else np.zeros(0)
    ranks = np.concatenate([rank for _, rank in found]) if found else np.zeros(0)
    if not len(cosines):
        return Drift(cosine=None, cosine_low=None, rank=None, found=None)
    return Drift(
        cosine=float(cosines.mean()),
        cosine_low=float(np.percentile(cosines, LOW_PERCENT)),
        rank=float(np.median(ranks)),
        found=float(np.mean(ranks == 1)),
    )


def _unit(vectors: Vectors) -> npt.NDArray[np.float64]:
    """Vectors of length 1; those of length 0 stay, and are like nothing."""
    exact = vectors.astype(np.float64)
    length = np.linalg.norm(exact, axis=1, keepdims=True)
    unit: npt.NDArray[np.float64] = np.divide(exact, length, out=np.zeros_like(exact), where=length > 0)
    return unit


def _compare(
    clean: npt.NDArray[np.float64], changed: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Cosine of each changed vector to its clean self, and that one's rank among all clean ones: [tracks] twice."""
    cosines, ranks = [], []
    for first in range(0, len(changed), AT_ONCE):
        likeness = changed[first : first + AT_ONCE] @ clean.T  # [some, tracks]
        own = likeness[np.arange(len(likeness)), first + np.arange(len(likeness))]
        ahead = likeness - own[:, None]
        nearer, equal = (ahead > ROUNDING).sum(axis=1), (np.abs(ahead) <= ROUNDING).sum(axis=1)
        cosines.append(own.clip(-1.0, 1.0))
        ranks.append(1 + nearer + (equal - 1) / 2)
    return np.concatenate(cosines), np.concatenate(ranks)
