"""How well vectors are moved to where the same music at another speed is: the evaluation of McCallum et al. 2024.

What is measured follows the abstract of arXiv 2401.08902: how near a translated vector comes to that of the truly
stretched audio, whether its neighbours among clean tracks have the tempo that was asked for, and whether they still
share the genre. The vectors of the stretched audio themselves stand beside as an oracle, the ceiling, and the vectors
as they were as identity, the floor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.answer import ANSWERS
from earmark.metric.metric import weighted_mean
from earmark.neighbourhood import distance_blocks, nearest_of
from earmark.neighbours.interval import COSINE, Resamples
from earmark.neighbours.likeness import LIKENESSES, Likeness
from earmark.neighbours.space import NEAREST, Space
from earmark.protocol.scoring import finite, score_of
from earmark.result.neighbours.record import Translation
from earmark.result.score import Score
from earmark.target import Label, Target
from earmark.translator import ORACLE, Translate, TranslatorInfo

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Opened = tuple[TranslatorInfo, Translate]
"""What a plugin says of a translator, and that translator for the model at hand."""

IDENTITY = "identity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretched:
    """Some tracks of a space as the model hears them at another speed."""

    speed: float
    """1.25 plays a quarter faster: the tempo is multiplied by it."""
    tracks: Indices
    """Their places in the space: [queries]."""
    vectors: Vectors
    """[queries, dim]"""

    def __post_init__(self) -> None:
        if not self.speed > 0 or self.vectors.ndim != 2 or not 0 < len(self.tracks) == len(self.vectors):
            raise ValueError(
                f"Tracks {list(self.tracks.shape)} at × {self.speed:g} speed need as many vectors [tracks, dim],"
                f" not {list(self.vectors.shape)}."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """One target, and its label of every track of a space: None where there is none."""

    target: Target
    labels: Sequence[Label | None]

    @property
    def places(self) -> Indices:
        """Of the labelled tracks."""
        return np.array([i for i, label in enumerate(self.labels) if label is not None], dtype=np.int64)

    def of(self, places: Indices) -> npt.NDArray[Any]:
        """The labels of those tracks as the metrics compare them: [tracks, ...]."""
        return ANSWERS[self.target.form].reference(self.target, [self.labels[i] for i in places])


def translation(
    space: Space,
    stretched: Sequence[Stretched],
    translators: Sequence[Opened],
    *,
    tempo: Labels | None = None,
    genre: Labels | None = None,
    seed: int = 0,
) -> tuple[Translation, ...]:
    """Evaluate translators at every speed: first identity, then those given, last the oracle.

    `tempo` is of form tempo, `genre` of any form that `LIKENESSES` compares; what is missing is not reported. The
    neighbours are clean tracks with that label, by cosine, none of the query's own group. The seed is the bootstrap's.
    """
    found = []
    for one in stretched:
        resamples = Resamples.of([space.groups[i] for i in one.tracks], seed)
        judge = Judge(space=space, stretched=one, tempo=tempo, genre=genre, resamples=resamples)
        found += [judge.record(name, version, vectors) for name, version, vectors in _moved(space, one, translators)]
    return tuple(found)


def _moved(space: Space, stretched: Stretched, translators: Sequence[Opened]) -> list[tuple[str, str, Vectors]]:
    """Name and version of each translator, and what it makes of the queries: [queries, dim]."""
    clean = space.vectors[stretched.tracks]
    others = [(info, translate) for info, translate in translators if info.name != IDENTITY]
    return [
        (IDENTITY, "1", clean),
        *((info.name, info.version, translate(clean, stretched.speed)) for info, translate in others),
        (ORACLE, "1", stretched.vectors),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Holds what translators make of the same tracks at one speed against the truth."""

    space: Space
    stretched: Stretched
    tempo: Labels | None
    genre: Labels | None
    resamples: Resamples

    def record(self, name: str, version: str, vectors: Vectors) -> Translation:
        """Judge moved vectors [queries, dim]."""
        truth, clean = self.stretched.vectors, self.space.vectors[self.stretched.tracks]
        near, before = cosines(vectors, truth), cosines(clean, truth)
        hits, octave = self._shares(self.tempo, LIKENESSES["tempo"], vectors, self.stretched.speed)
        genre = LIKENESSES[self.genre.target.form][:1] if self.genre else ()
        return Translation(
            translator=name,
            version=version,
            speed=self.stretched.speed,
            tracks=len(truth),
            cosine=score_of(COSINE, weighted_mean(near, self.resamples.weights), self.resamples.weights),
            gain=finite(float(near.mean() - before.mean())),
            tempo_hits=hits,
            tempo_hits_octave=octave,
            genre_match=next(iter(self._shares(self.genre, genre, vectors, 1.0)), None),
        )

    def _shares(
        self, known: Labels | None, ways: Sequence[Likeness], vectors: Vectors, factor: float
    ) -> list[Score | None]:
        """For each way the mean likeness of the nearest to the track's label times a factor; None where there is none.

        Only labelled tracks ask, and only labelled ones are found.
        """
        tracks = self.stretched.tracks
        asking = np.zeros(0, np.int64) if known is None else np.flatnonzero(np.isin(tracks, known.places))
        if known is None or not len(asking):
            return [None for _ in ways]
        near = nearest_clean(self.space, known.places, tracks[asking], vectors[asking])
        wanted, labels = known.of(tracks[asking]), known.of(known.places)
        wanted = wanted if factor == 1.0 else wanted * factor
        scores: list[Score | None] = []
        for way in ways:
            values = np.full(len(tracks), np.nan)
            values[asking] = [_mean_likeness(way, wanted[i : i + 1], labels[n[n >= 0]]) for i, n in enumerate(near)]
            scores.append(self.resamples.mean(way.measure, values))
        return scores


def _mean_likeness(way: Likeness, wanted: npt.NDArray[Any], labels: npt.NDArray[Any]) -> float:
    """Of one label [1, ...] to those of its neighbours [k, ...]; NaN where there is none."""
    return float(way.pairs(wanted, labels).mean()) if len(labels) else float("nan")


def nearest_clean(space: Space, index: Indices, tracks: Indices, vectors: Vectors) -> Indices:
    """Find the nearest of the clean tracks at `index`, by cosine, to the moved vectors [queries, dim] of `tracks`.

    None is of the track's own group. Places in `index` [queries, k], nearest first, -1 where there are fewer.
    """
    both = np.concatenate([space.vectors[index], vectors])
    groups = space.group_numbers[np.concatenate([index, tracks])]
    found = []
    for block in distance_blocks(both, distance="cosine", queries=np.arange(len(index), len(both))):
        distances = block.without(groups).distances[:, : len(index)]  # moved vectors are nobody's neighbours
        found.append(nearest_of(distances, NEAREST).indices)
    return np.concatenate(found)


def cosines(vectors: Vectors, others: Vectors) -> Floats:
    """Cosine of each of vectors [tracks, dim] with the same row of others: [tracks]; 0 of a vector of zeros."""
    first, second = vectors.astype(np.float64), others.astype(np.float64)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray((first * second).sum(axis=1) / np.where(lengths > 0, lengths, 1.0))
