"""How much closer than random pairs the neighbours are in one attribute: lift, after McCallum et al. 2024.

Neighbours: the mean over the queries of the mean score of their ten nearest (of fewer, where there are fewer).
Random: the same over every candidate, exactly, so that both leave out the same tracks. Lift is neighbours over
random, and the other way round for a difference, where less is closer: 1 is chance, above 1 is closer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.neighbourhood import DISTANCES, Distance, distance_blocks, nearest_of
from earmark.neighbours.chance import expectation, pair_means
from earmark.neighbours.interval import Resamples
from earmark.neighbours.labelled import Labelled
from earmark.neighbours.likeness import LIKENESSES, Likeness
from earmark.neighbours.reciprocity import pair_scores, stretch
from earmark.neighbours.space import NEAREST, Space
from earmark.result.neighbours.record import Locality
from earmark.target import Label, Target

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


def locality(space: Space, target: Target, labels: Sequence[Label | None], seed: int) -> tuple[Locality, ...]:
    """Measure one target by labels [tracks], None where a track has none.

    One record for each distance, with and without the tracks of the query's own group, and each way to compare two
    labels of that form; none for a timeline, or for fewer than two labelled tracks. The seed is the bootstrap's.
    """
    ways = LIKENESSES[target.form]
    labelled = Labelled.of(space, target, labels) if ways else None
    if labelled is None:
        return ()
    resamples = Resamples.of(labelled.query_groups, seed)
    randoms = {same: [pair_means(labelled, w.pairs, same_group=same) for w in ways] for same in (True, False)}
    return tuple(
        _record(Found.of(labelled, way, near, random), distance, same_group, resamples)
        for distance in DISTANCES
        for same_group, near in _nearest(labelled, distance)
        for way, random in zip(ways, randoms[same_group], strict=True)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the neighbours of every query are worth in one way, beside random ones."""

    labelled: Labelled
    way: Likeness
    near: Floats
    """Mean over its neighbours: [queries]; NaN where there is none, or the query has no class."""
    random: Floats
    """Mean over its candidates: [queries]."""
    stretch: float
    """Of the intervals: see `earmark.neighbours.reciprocity`."""

    @classmethod
    def of(cls, labelled: Labelled, way: Likeness, near: Indices, random: Floats) -> "Found":
        """Score the neighbours [queries, k], -1 where there is none."""
        scores = pair_scores(labelled, way.pairs, near)
        counts = (~np.isnan(scores)).sum(axis=1)
        means = np.where(counts > 0, np.nansum(scores, axis=1) / np.maximum(counts, 1), np.nan)
        return cls(
            labelled=labelled, way=way, near=means, random=random, stretch=stretch(labelled, near, scores, random)
        )


def _record(found: Found, distance: Distance, same_group: bool, resamples: Resamples) -> Locality:
    way, target, better = found.way, found.labelled.target, found.way.higher_is_better
    above, below = (found.near, found.random) if better else (found.random, found.near)
    return Locality(
        target=target.name,
        family=target.family,
        measure=way.measure,
        distance=distance,
        same_group=same_group,
        k=NEAREST,
        neighbours=resamples.mean(way.measure, found.near, higher_is_better=better, stretch=found.stretch),
        random=expectation(way.measure, found.random).value,
        lift=resamples.ratio("lift", above, below, stretch=found.stretch),
    )


def _nearest(labelled: Labelled, distance: Distance) -> Iterator[tuple[bool, Indices]]:
    """With and without the own group: the nearest of every query [queries, k], -1 where there is none."""
    found: dict[bool, list[Indices]] = {True: [], False: []}
    for block in distance_blocks(labelled.space.vectors, distance=distance, queries=labelled.space.queries):
        found[True].append(nearest_of(block.distances, NEAREST).indices)
        found[False].append(nearest_of(block.without(labelled.groups).distances, NEAREST).indices)
    return ((same_group, np.concatenate(indices)) for same_group, indices in found.items())
