"""How often the nearest tracks share the label of the one that asks, and how often random ones would.

- 1-nn and 10-nn: accuracy of the label that most of so many neighbours agree with, of equal votes the nearest's. Of a
  tempo, neighbours within 4 % agree, and the answer is right within 4 %.
- p@1, p@5, p@10: share of the nearest tracks that are relevant (have the same label; a tempo within 4 %). p@1 is 1-nn.
- map: mean over the queries of the average precision over the full ranking, as scikit-learn has it; tracks equally far
  away are found together. A query without a relevant candidate has none and is left out.

Of several classes a track, each class of the query is asked for by itself and the mean is taken: the share of the
query's classes that a neighbour has; the share that more than half of ten neighbours have (at half the nearest
decides); the average precision of each class that a candidate has. A query without a class is left out. Numbers and
timelines are neither right nor wrong: they have no retrieval.

Where there are fewer candidates than neighbours asked for, those there are count. A query without a candidate is
none. Chance is exact, but for the votes, which are drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from earmark.neighbourhood import DISTANCES, Block, Distance, average_precision, distance_blocks, nearest_of
from earmark.neighbours.chance import expectation, expected_precisions, pair_means, random_votes
from earmark.neighbours.interval import Resamples
from earmark.neighbours.labelled import Labelled
from earmark.neighbours.likeness import RELEVANCES, Relevance
from earmark.neighbours.reciprocity import pair_scores, stretch
from earmark.neighbours.space import Space
from earmark.result.neighbours.record import Retrieval
from earmark.result.score import Score
from earmark.target import Label, Target

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

VOTERS = 10
MEASURES = MappingProxyType({"1-nn": 1, "10-nn": 10, "p@1": 1, "p@5": 5, "p@10": 10, "map": 10})
"""How many neighbours choosing each other widen the interval of each: see `earmark.neighbours.reciprocity`."""


def retrieval(space: Space, target: Target, labels: Sequence[Label | None], seed: int) -> tuple[Retrieval, ...]:
    """Measure one target by labels [tracks], None where a track has none.

    One record for each distance, with and without the tracks of the query's own group; none for a target that has
    no retrieval, or fewer than two labelled tracks. The seed is that of the bootstrap and of the drawn votes.
    """
    relevance = RELEVANCES.get(target.form)
    labelled = None if relevance is None else Labelled.of(space, target, labels)
    if relevance is None or labelled is None:
        return ()
    resamples = Resamples.of(labelled.query_groups, seed)
    chances = {same: Chances.of(labelled, relevance, same_group=same, seed=seed) for same in (True, False)}
    return tuple(
        Retrieval(
            target=target.name,
            family=target.family,
            distance=distance,
            same_group=same_group,
            queries=int((~np.isnan(values[:, 0])).sum()),
            scores=_scores(resamples, values, _stretches(labelled, relevance, near, chances[same_group])),
            chance=chances[same_group].scores,
        )
        for distance in DISTANCES
        for same_group, values, near in _measured(labelled, relevance, distance)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What neighbours at random are worth."""

    share: Floats
    """Of each query's candidates that are relevant: [queries]."""
    scores: tuple[Score, ...]
    """In the order of MEASURES."""

    @classmethod
    def of(cls, labelled: Labelled, relevance: Relevance, *, same_group: bool, seed: int) -> "Chances":
        """Work them out for the labels of a target; the vectors do not matter."""
        share = pair_means(labelled, relevance.pairs, same_group=same_group)
        votes = random_votes(labelled, relevance, VOTERS, same_group=same_group, seed=seed)
        ranked = expected_precisions(labelled, relevance, same_group=same_group)
        by_name = {"10-nn": votes, "map": ranked}
        return cls(share=share, scores=tuple(expectation(name, by_name.get(name, share)) for name in MEASURES))


def _measured(labelled: Labelled, relevance: Relevance, distance: Distance) -> Iterator[tuple[bool, Floats, Indices]]:
    """With and without the own group: each query's MEASURES [queries, measures], and its neighbours [queries, k]."""
    found: dict[bool, list[tuple[Floats, Indices]]] = {True: [], False: []}
    for block in distance_blocks(labelled.space.vectors, distance=distance, queries=labelled.space.queries):
        found[True].append(_of_block(labelled, relevance, block))
        found[False].append(_of_block(labelled, relevance, block.without(labelled.groups)))
    for same_group, parts in found.items():
        values, near = zip(*parts, strict=True)
        yield same_group, np.concatenate(values), np.concatenate(near)


def _of_block(labelled: Labelled, relevance: Relevance, block: Block) -> tuple[Floats, Indices]:
    near = nearest_of(block.distances, VOTERS).indices
    rows = zip(block.queries, block.distances, near, strict=True)
    values = [_of_query(labelled, relevance, int(q), distances, n[n >= 0]) for q, distances, n in rows]
    return np.array(values), near


def _stretches(labelled: Labelled, relevance: Relevance, near: Indices, chances: Chances) -> dict[int, float]:
    """By how much the intervals of so many neighbours are wider."""
    scores = pair_scores(labelled, relevance.pairs, near)
    return {k: stretch(labelled, near[:, :k], scores[:, :k], chances.share) for k in (1, 5, VOTERS)}


def _scores(resamples: Resamples, values: Floats, stretches: dict[int, float]) -> tuple[Score, ...]:
    return tuple(
        resamples.mean(name, values[:, i], stretch=stretches[k]) for i, (name, k) in enumerate(MEASURES.items())
    )


def _of_query(labelled: Labelled, relevance: Relevance, query: int, distances: Floats, near: Indices) -> list[float]:
    if not len(near):
        return [np.nan] * len(MEASURES)
    label, neighbours = labelled.labels[query], labelled.labels[near]
    alike = relevance.pairs(labelled.labels[query : query + 1], neighbours)[0]
    return [
        alike[0],
        relevance.vote(label, neighbours),
        alike[0],
        alike[:5].mean(),
        alike.mean(),
        _mean_precision(relevance.aspects(label, labelled.labels), distances),
    ]


def _mean_precision(aspects: npt.NDArray[np.bool_], distances: Floats) -> float:
    """Average the average precision over the aspects [aspects, tracks] that have a relevant candidate."""
    ordered = np.sort(distances)  # what is no candidate comes last, at infinity
    found = [distances[relevant & np.isfinite(distances)] for relevant in aspects]
    precisions = [average_precision(ordered, relevant) for relevant in found if len(relevant)]
    return float(np.mean(precisions)) if precisions else float("nan")
