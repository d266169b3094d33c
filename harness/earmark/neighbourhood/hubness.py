"""Hubs: vectors that are among the nearest of many others, while some are among nobody's.

They come with many dimensions and with an off-centre cloud, and answer queries that they have nothing to do with
(Radovanović, Nanopoulos and Ivanović 2010, JMLR 11; in music: Flexer, Schnitzer and Schlüter 2012).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """How unevenly the places among the k nearest are shared out."""

    skewness: float
    """Of how often each vector occurs: E(N - mean)³ / deviation³; 0 is even. NaN where all occur alike often."""
    most: int
    """How often the greatest hub occurs."""
    orphans: float
    """Share of the vectors that occur nowhere (anti-hubs)."""


def k_occurrence(indices: npt.NDArray[np.int64], tracks: int) -> Occurrence:
    """Count how often each of `tracks` vectors is among the k nearest of another, from indices [queries, k].

    Every vector must have been a query, or too many look like orphans. Indices below zero are nobody. Raises
    ValueError for other indices that are none of the vectors.
    """
    found = indices[indices >= 0]
    if tracks < 1 or (found >= tracks).any():
        raise ValueError(f"Neighbours must be indices below {tracks}, not up to {found.max(initial=0)}.")
    counts = np.bincount(found, minlength=tracks).astype(np.float64)
    apart = counts - counts.mean()
    deviation = np.sqrt((apart**2).mean())
    skewness = float((apart**3).mean() / deviation**3) if deviation > 0 else float("nan")
    return Occurrence(skewness=skewness, most=int(counts.max()), orphans=float((counts == 0).mean()))
