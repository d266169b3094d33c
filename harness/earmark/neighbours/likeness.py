"""How alike two labels are, for each form of answer: what a pair of neighbours is scored by.

Every function takes labels as the metrics do (`earmark.answer`: indices of classes, BPM, numbers, or rows of 0 and 1
for several classes) and the query's label first: it is the reference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric.key import key_scores
from earmark.metric.tempo import OCTAVES, ROUNDING, TOLERANCE

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Labels = npt.NDArray[Any]
Pairs = Callable[[Labels, Labels], Floats]
"""(labels [m, ...] of queries, labels [n, ...]) -> a score of every pair [m, n]; NaN rows of queries with no class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """One way to score a pair of labels."""

    measure: str
    pairs: Pairs
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """When a neighbour counts as found, and what several neighbours say together."""

    pairs: Pairs
    """1 for a neighbour that is relevant; of several classes the share of the query's that it has."""
    aspects: Callable[[Any, Labels], Bools]
    """(the query's label, labels [n, ...]) -> which are relevant, once for each thing asked of it: [aspects, n]."""
    vote: Callable[[Any, Labels], float]
    """(the query's label, labels of its neighbours [k, ...], nearest first) -> how right their majority is."""


def _same(reference: Labels, others: Labels) -> Floats:
    return np.asarray(reference[:, None] == others, dtype=np.float64)


def _mirex(reference: Labels, others: Labels) -> Floats:
    return np.asarray(key_scores()[np.ix_(reference, others)])


def _near(factors: tuple[float, ...], reference: Labels, others: Labels) -> Floats:
    """Within 4 % of the query's tempo times one of the factors, as Acc1 and Acc2 of `earmark.metric` have it."""
    found = np.zeros((len(reference), len(others)), np.bool_)
    for factor in factors:
        found |= np.abs(others / (reference[:, None] * factor) - 1) <= TOLERANCE + ROUNDING
    return found.astype(np.float64)


def _shared(reference: Labels, others: Labels) -> Floats:
    """Share of the query's classes that the other has: [m, n]."""
    counts = reference.sum(axis=1, dtype=np.float64)[:, None]
    both = reference.astype(np.float64) @ others.astype(np.float64).T
    return np.where(counts > 0, both / np.maximum(counts, 1), np.nan)


def _apart(reference: Labels, others: Labels) -> Floats:
    return np.asarray(np.abs(reference[:, None] - others), dtype=np.float64)


def _one_aspect(pairs: Pairs, reference: Any, others: Labels) -> Bools:
    return pairs(np.asarray(reference)[None], others) > 0


def _aspect_by_class(reference: Any, others: Labels) -> Bools:
    """One for each class of the query: the others that have it [classes of the query, n]."""
    return others[:, np.flatnonzero(reference)].T > 0


def _plurality(pairs: Pairs, reference: Any, neighbours: Labels) -> float:
    """Whether the neighbours' label that most of them agree with is the query's; of equal votes the nearest's."""
    votes = pairs(neighbours, neighbours).sum(axis=1)
    winner = neighbours[int(votes.argmax())][None]
    return float(pairs(np.asarray(reference)[None], winner)[0, 0])


def _majority_by_class(reference: Any, neighbours: Labels) -> float:
    """Share of the query's classes that more than half of the neighbours have; at half the nearest decides."""
    votes = _aspect_by_class(reference, neighbours)  # [classes of the query, k]
    if not len(votes):
        return float("nan")
    lead = 2 * votes.sum(axis=1) - votes.shape[1]
    return float(((lead > 0) | ((lead == 0) & votes[:, 0])).mean())


def _relevance_of(pairs: Pairs) -> Relevance:
    return Relevance(pairs=pairs, aspects=partial(_one_aspect, pairs), vote=partial(_plurality, pairs))


SAME = Likeness(measure="same label", pairs=_same)
NEAR = Likeness(measure="within 4 %", pairs=partial(_near, (1.0,)))
LIKENESSES: Mapping[str, tuple[Likeness, ...]] = MappingProxyType(
    {
        "class": (SAME,),
        "ordered": (SAME,),
        "presence": (SAME,),
        "key": (SAME, Likeness(measure="mirex weighted score", pairs=_mirex)),
        "tempo": (NEAR, Likeness(measure="within 4 %, octave-tolerant", pairs=partial(_near, OCTAVES))),
        "classes": (Likeness(measure="share of the query's classes", pairs=_shared),),
        "number": (
            Likeness(
                measure="absolute difference (lift: random over neighbours)", pairs=_apart, higher_is_better=False
            ),
        ),
        "timeline": (),
    }
)
"""By form of answer, what locality is measured by; a timeline is no single label."""

RELEVANCES: Mapping[str, Relevance] = MappingProxyType(
    {
        **{form: _relevance_of(_same) for form in ("class", "ordered", "presence", "key")},
        "tempo": _relevance_of(NEAR.pairs),
        "classes": Relevance(pairs=_shared, aspects=_aspect_by_class, vote=_majority_by_class),
    }
)
"""By form of answer, what retrieval looks for. Nothing is simply right or wrong of a number or a timeline."""
