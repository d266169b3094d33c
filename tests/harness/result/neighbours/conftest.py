from collections.abc import Callable

import pytest

from earmark.result import Result, Score
from earmark.result.neighbours.record import (
    Distance,
    Hubness,
    Leak,
    Leakage,
    Locality,
    Neighbourhood,
    Retrieval,
    Shape,
    Translation,
)


def a_score(value: float | None, *, metric: str = "accuracy", width: float = 0.05) -> Score:
    ends = {} if value is None else {"low": value - width, "high": value + width}
    return Score(metric=metric, value=value, **ends)


def a_retrieval(target: str, value: float, *, same_group: bool = False, distance: Distance = "cosine") -> Retrieval:
    names = ("1-nn", "10-nn", "p@1", "p@5", "p@10", "map")
    return Retrieval(
        target=target, family="genre", distance=distance, same_group=same_group, queries=600,
        scores=tuple(a_score(value, metric=name) for name in names),
        chance=tuple(Score(metric=name, value=0.125) for name in names),
    )  # fmt: skip


def a_locality(target: str, lift: float, *, family: str = "genre", measure: str = "same label",
               distance: Distance = "cosine", same_group: bool = False, width: float = 0.2) -> Locality:  # fmt: skip
    return Locality(
        target=target, family=family, measure=measure, distance=distance, same_group=same_group, k=10,
        neighbours=a_score(0.1 * lift), random=0.1, lift=a_score(lift, metric="lift", width=width),
    )  # fmt: skip


def a_leak(span: str, target: str, kept: float, *, random: float = 0.2, width: float = 0.05) -> Leak:
    """Of targets that are known from 0, chance, to 1, the whole: what is kept is the score."""
    return Leak(span=span, target=target, directions=3, score=a_score(kept, width=width), random=random, kept=kept,
                random_kept=random)  # fmt: skip


def a_leakage(kept: dict[tuple[str, str], float], *, unknown: tuple[str, ...] = ()) -> Leakage:
    targets = (*dict.fromkeys(span for span, _ in kept), *unknown)
    cells = [a_leak(span, target, kept.get((span, target), 0.2)) for span in targets for target in targets]
    whole = tuple(a_score(0.01 if name in unknown else 1.0) for name in targets)
    return Leakage(targets=targets, whole=whole, chance=(0.0,) * len(targets), cells=tuple(cells))


def a_neighbourhood(**more: object) -> Neighbourhood:
    hubs = tuple(Hubness(distance=d, k=10, skewness=1.83, most=61, orphans=0.042) for d in ("cosine", "euclidean"))
    shape = Shape(
        intrinsic_dimension=a_score(11.3, width=1.0), participation_ratio=6.24, mean_cosine=0.934, hubness=hubs
    )
    fields = {
        "tracks": 600, "queries": 600, "k": 10, "retrieval": (a_retrieval("genre", 0.5),),
        "locality": (a_locality("genre", 2.0),), "shape": shape, "leakage": None,
    }  # fmt: skip
    return Neighbourhood.model_validate(fields | more)


def a_translation(name: str, cosine: float, gain: float, **more: object) -> Translation:
    fields = {
        "translator": name, "version": "1", "speed": 1.25, "tracks": 264, "cosine": a_score(cosine, width=0.0),
        "gain": gain, "tempo_hits": a_score(0.25), "tempo_hits_octave": a_score(0.5), "genre_match": None,
    }  # fmt: skip
    return Translation.model_validate(fields | more)


@pytest.fixture
def found(make_result: Callable[..., Result]) -> Callable[..., Result]:
    """A result whose neighbourhood has those fields."""
    return lambda **fields: make_result(neighbourhood=a_neighbourhood(**fields))


@pytest.fixture
def make() -> dict[str, Callable[..., object]]:
    """What a neighbourhood is made of."""
    return {
        "retrieval": a_retrieval, "locality": a_locality, "leakage": a_leakage, "leak": a_leak,
        "translation": a_translation, "score": a_score,
    }  # fmt: skip
