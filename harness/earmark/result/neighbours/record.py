"""What is near in the space of an embedding, before any probe."""

from typing import Literal

from pydantic import Field

from earmark.result.score import Record, Score

Distance = Literal["cosine", "euclidean"]


class Retrieval(Record):
    """How often the neighbours of a track share its label."""

    target: str
    family: str
    distance: Distance
    same_group: bool = Field(description="Whether tracks of the query's own group (song, artist) count.")
    queries: int
    scores: tuple[Score, ...] = Field(description="1-nn, 10-nn accuracy, p@1, p@5, p@10, map; those that apply.")
    chance: tuple[Score, ...] = Field(description="The same of neighbours drawn at random.")


class Locality(Record):
    """How much closer than random pairs the neighbours are in one attribute."""

    target: str
    family: str
    measure: str = Field(description="What a pair is scored by: within 4 %, mirex, same class, ...")
    distance: Distance
    same_group: bool
    k: int
    neighbours: Score = Field(description="Mean over the pairs of a track and its k nearest, with interval.")
    random: float | None = Field(description="Mean over all pairs that could have been neighbours.")
    lift: Score = Field(description="Neighbours over random, with interval: 1 is chance.")


class Hubness(Record):
    """Whether a few of the tracks that ask are near to all the others of them."""

    distance: Distance
    k: int
    skewness: float | None = Field(description="Of how often each track is among the k nearest of another.")
    most: int = Field(description="How often the greatest hub is.")
    orphans: float = Field(description="Share of the tracks that are among nobody's k nearest.")


class Shape(Record):
    """How the vectors of the tracks that ask fill the space: of all, or of the sample."""

    intrinsic_dimension: Score = Field(description="Two-NN, with interval for other tracks of the same kind.")
    participation_ratio: float | None = Field(description="Principal directions that hold the variance, as a number.")
    mean_cosine: float | None = Field(description="Of random pairs: 0 is isotropic, 1 a single direction.")
    hubness: tuple[Hubness, ...]


class Leak(Record):
    """What a linear probe finds of one target inside the directions that another one's probe reads."""

    span: str = Field(description="The target whose probe gave the directions.")
    target: str = Field(description="The target that is read inside them.")
    directions: int
    score: Score
    random: float | None = Field(description="The same inside as many random directions: mean over several draws.")
    kept: float | None = Field(description="Share of what the whole embedding knows above chance: 1 is everything.")
    random_kept: float | None


class Leakage(Record):
    """How entangled the targets are."""

    targets: tuple[str, ...]
    whole: tuple[Score, ...] = Field(description="Read from the whole embedding, by target.")
    chance: tuple[float | None, ...]
    cells: tuple[Leak, ...]


class Translation(Record):
    """How well vectors are moved to what the same music at another speed embeds to (McCallum et al. 2024)."""

    translator: str
    version: str
    speed: float = Field(description="Of the stretched audio: 1.25 plays faster.")
    tracks: int
    cosine: Score = Field(description="Mean cosine of the translated to the truly stretched vector.")
    gain: float | None = Field(description="Over the cosine of the vector as it was.")
    tempo_hits: Score | None = Field(description="Share of the neighbours within 4 % of the tempo asked for.")
    tempo_hits_octave: Score | None = Field(description="The same, octave-tolerant.")
    genre_match: Score | None = Field(description="Share of the neighbours of the query's genre.")


class Neighbourhood(Record):
    """What `bench neighbours` adds to a result."""

    tracks: int = Field(description="In the index: all of the data set that could be embedded.")
    queries: int = Field(description="All of them, or a seeded sample where there are very many.")
    k: int
    retrieval: tuple[Retrieval, ...]
    locality: tuple[Locality, ...]
    shape: Shape
    leakage: Leakage | None
    translations: tuple[Translation, ...] = ()
    notes: tuple[str, ...] = ()
