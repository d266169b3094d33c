"""The nearest neighbours of every vector, exact, in blocks: memory grows with the vectors, not with their pairs.

Of two equally far the one with the lower index is nearer, so that the block size changes nothing. Cosine distance is
one minus the cosine; a vector of zeros has no direction and is at 1 from every other, as in scikit-learn. Callers
set the number of threads.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from earmark.neighbourhood.exact import Cut, Floats, cut, squared_distances

Distance = Literal["cosine", "euclidean"]
DISTANCES: tuple[Distance, ...] = ("cosine", "euclidean")
Indices = npt.NDArray[np.int64]

BLOCK_BYTES = 32_000_000
"""Distances that are held at a time; what is done with them takes a few times as much."""
NOBODY = -1
"""The index of a neighbour that there is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The k nearest of every query, nearest first; where there are fewer, index NOBODY (-1) at infinity."""

    indices: Indices
    """[queries, k]"""
    distances: Floats
    """[queries, k]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some of the queries with their distances to all vectors."""

    queries: Indices
    """[rows]"""
    distances: Floats
    """[rows, tracks]; infinite where the vector is no candidate: the query itself, and what was excluded."""

    def without(self, groups: npt.NDArray[Any]) -> "Block":
        """The same with the vectors of the query's own group excluded; groups are [tracks]."""
        own = groups[self.queries][:, None] == groups
        return replace(self, distances=np.where(own, np.inf, self.distances))


def distance_blocks(
    vectors: npt.NDArray[Any],
    *,
    distance: Distance,
    queries: Indices | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Block]:
    """Yield the distances from the queries (all vectors if None) to all vectors [tracks, dim], block by block.

    Raises ValueError for vectors that are no table of finite numbers, and for queries that are none of them.
    """
    prepared = cut(vectors, unit=distance == "cosine")
    asked = _asked(queries, len(vectors))
    rows = max(1, block_bytes // (8 * len(vectors)))
    tile = max(1, block_bytes // (16 * vectors.shape[1]))
    for start in range(0, len(asked), rows):
        some = asked[start : start + rows]
        found = FINISH[distance](prepared, some, squared_distances(prepared, some, tile))
        found[np.arange(len(some)), some] = np.inf
        yield Block(queries=some, distances=found)


def nearest(
    vectors: npt.NDArray[Any],
    k: int,
    *,
    distance: Distance,
    queries: Indices | None = None,
    groups: npt.NDArray[Any] | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Neighbours:
    """Find the k nearest vectors [tracks, dim] of every query (of all if None), never the query itself.

    With `groups` [tracks] those of the query's own group do not count. Raises ValueError as `distance_blocks`.
    """
    blocks = distance_blocks(vectors, distance=distance, queries=queries, block_bytes=block_bytes)
    allowed = (block if groups is None else block.without(groups) for block in blocks)
    found = [nearest_of(block.distances, k) for block in allowed]
    return Neighbours(
        indices=np.concatenate([np.empty((0, k), np.int64), *(f.indices for f in found)]),
        distances=np.concatenate([np.empty((0, k)), *(f.distances for f in found)]),
    )


def nearest_of(distances: Floats, k: int) -> Neighbours:
    """Take the k nearest from distances [rows, tracks], which are infinite where there is no candidate."""
    if k < 1:
        raise ValueError(f"There is at least one nearest neighbour to look for, not {k}.")
    last = min(k, distances.shape[1]) - 1
    farthest = np.partition(distances, last, axis=1)[:, last]
    rows, columns = np.nonzero((distances <= farthest[:, None]) & np.isfinite(distances))
    order = np.lexsort((columns, distances[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    rows, columns, place = (values[place < k] for values in (rows, columns, place))
    indices, kept = np.full((len(distances), k), NOBODY), np.full((len(distances), k), np.inf)
    indices[rows, place], kept[rows, place] = columns, distances[rows, columns]
    return Neighbours(indices=indices, distances=kept)


def _asked(queries: Indices | None, tracks: int) -> Indices:
    asked = np.arange(tracks) if queries is None else np.asarray(queries, dtype=np.int64)
    if asked.ndim != 1 or ((asked < 0) | (asked >= tracks)).any():
        raise ValueError(f"Queries must be indices 0..{tracks - 1}, not {asked[:5]}.")
    return asked


def _cosine(cut: Cut, queries: Indices, squared: Floats) -> Floats:
    """Half the squared distance of unit vectors is one minus their cosine."""
    squared /= 2
    squared[~cut.directed[queries]] = 1.0
    squared[:, ~cut.directed] = 1.0
    return squared


def _euclidean(_: Cut, __: Indices, squared: Floats) -> Floats:
    return np.sqrt(squared, out=squared)


FINISH = {"cosine": _cosine, "euclidean": _euclidean}
"""From squared distances [rows, tracks] to the distance of that name, in place."""
