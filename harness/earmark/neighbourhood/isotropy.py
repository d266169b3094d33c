"""Whether the vectors point every way, or all into one cone (Ethayarajh 2019: anisotropy)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.neighbourhood.exact import ROWS


def mean_cosine(vectors: npt.NDArray[Any]) -> float:
    """Average the cosine over all pairs of different vectors [tracks, dim]: 0 is isotropic, 1 a single direction.

    Exact, without the pairs: the squared length of the sum of the unit vectors is their number plus the cosines of
    all pairs. A vector of zeros has a cosine of 0 to every other. NaN for fewer than two vectors.
    """
    tracks = len(vectors)
    if tracks < 2:
        return float("nan")
    total, directed = np.zeros(vectors.shape[1]), 0
    for start in range(0, tracks, ROWS):
        rows = vectors[start : start + ROWS].astype(np.float64)
        largest = np.abs(rows).max(axis=1, keepdims=True)
        rows /= np.where(largest > 0, largest, 1.0)
        lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
        total += (rows / np.where(lengths > 0, lengths, 1.0)).sum(axis=0)
        directed += int((lengths > 0).sum())
    return float((total @ total - directed) / (tracks * (tracks - 1)))
