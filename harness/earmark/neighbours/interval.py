"""Means over queries, and ratios of such means, with intervals by bootstrap over the groups of the queries.

The tracks that are searched stay what they are: the interval says how sure the number is of other queries to the
same collection.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric import Metric, Scores, Weights, group_weights
from earmark.metric.metric import divide, weighted_mean
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.scoring import score_of
from earmark.result.score import Score

Floats = npt.NDArray[np.float64]


def _unused(*_: Any) -> Floats:
    raise NotImplementedError("Only what an interval needs to know of a metric is used here.")


SHARE = Metric(name="share", function=_unused, source="mean over queries", is_mean=True)
COSINE = Metric(name="cosine", function=_unused, source="mean over tracks", limits=(-1.0, 1.0), is_mean=True)
LENGTH = Metric(name="length", function=_unused, source="mean over queries", limits=(0.0, np.inf), is_mean=True)
RATIO = Metric(name="ratio", function=_unused, source="ratio of two means over queries", limits=(0.0, np.inf))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resamples:
    """The resamples of the groups of the queries that all scores of a record share."""

    weights: Weights
    """[1 + resamples, queries]"""

    @classmethod
    def of(cls, groups: Sequence[str], seed: int) -> "Resamples":
        """Draw from the group of every query [queries]."""
        return cls(weights=group_weights(groups, RESAMPLES, seed))

    def mean(self, name: str, values: Floats, *, higher_is_better: bool = True, stretch: float = 1.0) -> Score:
        """Average values [queries] over those that have one (are not NaN): shares, or else lengths.

        `stretch` is by how much the interval must be wider than the bootstrap has it.
        """
        kept = ~np.isnan(values)
        weights = self.weights[:, kept]
        kind = replace(SHARE if higher_is_better else LENGTH, name=name, higher_is_better=higher_is_better)
        return score_of(kind, stretched(weighted_mean(values[kept], weights), stretch), weights)

    def ratio(self, name: str, above: Floats, below: Floats, *, stretch: float = 1.0) -> Score:
        """Divide the mean of `above` by that of `below`, both [queries], over the queries that have both."""
        kept = ~np.isnan(above + below)
        weights = self.weights[:, kept]
        scores = divide(weights @ above[kept], weights @ below[kept])
        return score_of(replace(RATIO, name=name), stretched(scores, stretch), weights)


def stretched(scores: Scores, stretch: float) -> Scores:
    """Move the resamples away from the score, which comes first."""
    return np.asarray(scores[0] + stretch * (scores - scores[0]))
