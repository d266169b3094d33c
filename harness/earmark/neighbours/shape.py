"""How the vectors of a data set fill the space."""

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric import Metric, group_weights
from earmark.neighbourhood import (
    DISTANCES,
    Distance,
    k_occurrence,
    log_ratios,
    mean_cosine,
    nearest,
    participation_ratio,
    two_nn,
)
from earmark.neighbours.interval import stretched
from earmark.neighbours.reciprocity import reciprocity
from earmark.neighbours.space import NEAREST, Space
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.scoring import finite, score_of
from earmark.result import Score
from earmark.result.neighbours.record import Hubness, Shape

Indices = npt.NDArray[np.int64]

AT_ONCE = 256
"""Points that are left out in turn at a time."""


def _dimensions(_: Any, ratios: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return two_nn(ratios, weights)


DIMENSION = Metric(
    name="two-nn", function=_dimensions, source="Facco et al. 2017", unit="dimensions", limits=(0.0, np.inf)
)


def shape_of(space: Space, seed: int) -> Shape:
    """Intrinsic dimension, spread, anisotropy and hubs of the tracks that ask, among themselves.

    Of more than MOST_QUERIES tracks it is a sample, whose places among the nearest are those of a sparser space.
    """
    asking = space.sample()
    near = {distance: nearest(asking.vectors, NEAREST, distance=distance).indices for distance in DISTANCES}
    return Shape(
        intrinsic_dimension=_dimension(asking, near["euclidean"][:, :1], seed),
        participation_ratio=finite(participation_ratio(asking.vectors)),
        mean_cosine=finite(mean_cosine(asking.vectors)),
        hubness=tuple(_hubness(distance, indices) for distance, indices in near.items()),
    )


def _dimension(space: Space, near: Indices, seed: int) -> Score:
    """Two-NN over the tracks, its interval over groups; `near` is the nearest of each [tracks, 1].

    Two tracks that are each other's nearest share a distance, and with it a part of their ratios: by that the
    interval is wider than the bootstrap has it, 95 % of which would be 84 to 93 %.
    """
    ratios = log_ratios(space.vectors)
    weights = group_weights(space.groups, RESAMPLES, seed)
    found = DIMENSION.function(None, ratios, weights)
    groups = space.group_numbers
    wider = reciprocity(groups, groups[near], influences(ratios)[:, None])
    return score_of(DIMENSION, stretched(found, wider), weights)


def influences(ratios: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How much each point moves the dimension: what leaving it out takes away, [points]; 0 of a point without ratio."""
    told = np.flatnonzero(np.isfinite(ratios))
    found, known = np.zeros(len(ratios)), ratios[told]
    for start in range(0, len(told), AT_ONCE):
        some = np.arange(start, min(start + AT_ONCE, len(told)))
        others = np.ones((len(some), len(told)))
        others[np.arange(len(some)), some] = 0.0
        found[told[some]] = two_nn(known)[0] - two_nn(known, others)
    return found


def _hubness(distance: Distance, indices: Indices) -> Hubness:
    found = k_occurrence(indices, len(indices))
    return Hubness(
        distance=distance, k=NEAREST, skewness=finite(found.skewness), most=found.most, orphans=found.orphans
    )
