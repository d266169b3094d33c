"""Distances whose last digit does not depend on how the work was cut.

A matrix product adds in an order that changes with its shape, the library and the threads, and so does its last
digit: two tracks equally far away would change places. Here every vector is cut into two rows of integers, so
small that the sums of their products are exact in float64: in whatever order, the same number comes out
(error-free transformation, Ozaki, Ogita, Oishi and Rump 2012). What is lost lies below 2^-36 of the lengths of the
two vectors; a float32 holds 2^-24.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EXACT_BITS = 53
"""Integers up to 2^53 are exact in float64."""
MOST_BITS = 24
"""Integers up to 2^24 are exact in float32, in which they are kept."""
ROWS = 4096
"""Vectors that are cut at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Vectors as integers: row i is ``scale[i] * (high[i] + low[i] / 2**bits) / 2**bits``."""

    high: npt.NDArray[np.float32]
    """[tracks, dim]"""
    low: npt.NDArray[np.float32]
    """[tracks, dim]"""
    scale: Floats
    """Powers of two: [tracks]."""
    squared: Floats
    """Squared lengths of the rows, as they are summed here: [tracks]."""
    bits: int
    directed: npt.NDArray[np.bool_]
    """Which rows point anywhere: false for vectors of zeros [tracks]."""


def cut(vectors: npt.NDArray[Any], *, unit: bool) -> Cut:
    """Cut vectors [tracks, dim] into integers, brought to length 1 if `unit`, else with their middle moved to zero.

    Moving all vectors leaves the distances between them as they are and makes the lengths small beside them. A
    vector of zeros stays one. Raises ValueError for vectors that are no table of finite numbers.
    """
    _check(vectors)
    tracks, dim = vectors.shape
    bits = min(MOST_BITS, (EXACT_BITS - int(np.ceil(np.log2(dim)))) // 2)
    high, low = np.empty((tracks, dim), np.float32), np.empty((tracks, dim), np.float32)
    scale, squared, directed = np.ones(tracks), np.empty(tracks), np.empty(tracks, np.bool_)
    middle = np.zeros(dim) if unit else _middle(vectors)
    for start in range(0, tracks, ROWS):
        rows = slice(start, start + ROWS)
        scaled, scale[rows] = _scaled(np.asarray(vectors[rows], np.float64) - middle)
        directed[rows] = scaled.any(axis=1)
        if unit:
            lengths = np.sqrt((scaled * scaled).sum(axis=1, keepdims=True))
            scaled, scale[rows] = scaled / np.where(lengths > 0, lengths, 1.0), 1.0
        scaled *= 2.0**bits
        first = np.rint(scaled)
        second = np.rint((scaled - first) * 2.0**bits)
        high[rows], low[rows] = first, second
        products = (first * first).sum(axis=1) + 2 * (first * second).sum(axis=1) / 2.0**bits
        squared[rows] = products * (scale[rows] / 2.0**bits) ** 2
    return Cut(high=high, low=low, scale=scale, squared=squared, bits=bits, directed=directed)


def squared_distances(cut: Cut, queries: npt.NDArray[np.int64], tile: int) -> Floats:
    """Squared distances from the queries [rows] to all vectors: [rows, tracks].

    They are the same for any `queries` beside them and any `tile`, the number of vectors worked on at a time; a
    vector is at 0 from its equal, and from i to j is as far as from j to i.
    """
    high, low = (part[queries].astype(np.float64) for part in (cut.high, cut.low))
    found = np.empty((len(queries), len(cut.high)))
    for start in range(0, len(cut.high), tile):
        part = slice(start, start + tile)
        other_high, other_low = (half[part].astype(np.float64) for half in (cut.high, cut.low))
        crossed = high @ other_low.T
        crossed += low @ other_high.T
        crossed /= 2.0**cut.bits
        crossed += high @ other_high.T  # the only rounding
        crossed *= cut.scale[part] / 2.0 ** (2 * cut.bits - 1)  # with the factor 2 of (a - b)² = a² + b² - 2ab
        crossed *= cut.scale[queries][:, None]
        np.add(cut.squared[queries][:, None], cut.squared[part], out=found[:, part])
        found[:, part] -= crossed
    return np.maximum(found, 0.0, out=found)


def _check(vectors: npt.NDArray[Any]) -> None:
    if vectors.ndim != 2 or not all(vectors.shape) or not np.issubdtype(vectors.dtype, np.floating):
        raise ValueError(f"Neighbours need vectors [tracks, dim] of floats, not {vectors.shape} of {vectors.dtype}.")
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        raise ValueError(
            f"{len(broken)} vectors hold NaN or infinity, the first is number {broken[0]}; leave them out."
        )


def _middle(vectors: npt.NDArray[Any]) -> Floats:
    """The median of some of the vectors [dim]: unlike the mean it stays among them when one lies far out."""
    step = -(-len(vectors) // ROWS)
    return np.median(vectors[::step].astype(np.float64), axis=0)


def _scaled(rows: Floats) -> tuple[Floats, Floats]:
    """Bring each row below 1 by a power of two: the rows [rows, dim] and the powers [rows]."""
    _, exponents = np.frexp(np.abs(rows).max(axis=1))
    return np.ldexp(rows, -exponents[:, None]), np.ldexp(1.0, exponents)
