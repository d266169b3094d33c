"""How the vectors of a data set fill the space."""

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric import Metric, group_weights, interval_of
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
from earmark.neighbours.space import Space
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.scoring import finite
from earmark.result import Score
from earmark.result.neighbours.record import Hubness, Shape

NEAREST = 10


def _dimensions(_: Any, ratios: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return two_nn(ratios, weights)


DIMENSION = Metric(
    name="two-nn", function=_dimensions, source="Facco et al. 2017", unit="dimensions", limits=(0.0, np.inf)
)


def shape_of(space: Space, seed: int) -> Shape:
    """Intrinsic dimension, spread, anisotropy and hubs of the tracks that ask, among themselves."""
    asking = space.sample()
    return Shape(
        intrinsic_dimension=_dimension(asking, seed),
        participation_ratio=finite(participation_ratio(asking.vectors)),
        mean_cosine=finite(mean_cosine(asking.vectors)),
        hubness=tuple(_hubness(asking, distance) for distance in DISTANCES),
    )


def _dimension(space: Space, seed: int) -> Score:
    """Two-NN over the tracks, its interval over groups."""
    ratios = log_ratios(space.vectors)
    weights = group_weights(space.groups, RESAMPLES, seed)
    found = DIMENSION.function(None, ratios, weights)
    interval = interval_of(DIMENSION, found, weights)
    return Score(
        metric=DIMENSION.name, value=finite(found[0]), low=finite(interval.low), high=finite(interval.high),
        unit=DIMENSION.unit,
    )  # fmt: skip


def _hubness(space: Space, distance: Distance) -> Hubness:
    indices = nearest(space.vectors, NEAREST, distance=distance).indices
    found = k_occurrence(indices, len(space.ids))
    return Hubness(
        distance=distance, k=NEAREST, skewness=finite(found.skewness), most=found.most, orphans=found.orphans
    )
