"""What a task falls into: its classes, its keys and kinds of error, the thirds of its numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric import ACC1, ACCURACY, KEY_ACCURACY, MACRO_AP, PRESENCE_ACCURACY, Metric, Scores, Weights
from earmark.metric.key import key_scores
from earmark.metric.metric import mean_over_tracks
from earmark.recount import Answered

Floats = npt.NDArray[np.float64]
THIRDS = ("lowest", "middle", "highest")
KINDS = MappingProxyType({"same": 1.0, "fifth": 0.5, "relative": 0.3, "parallel": 0.2, "other": 0.0})
"""Of an answered key, and what MIREX gives for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One class, key or third of a task: some of its tracks, and what is measured of them."""

    name: str
    measure: str
    metric: Metric
    tracks: tuple[int, ...]
    """Places of those that count."""


def parts_of(answered: Answered) -> list[Part]:
    """What a task falls into, by its form; nothing for timelines."""
    return list(PARTS.get(answered.target.form, _none)(answered))


def _none(_: Answered) -> Iterator[Part]:
    return iter(())


def _recalls(metric: Metric, answered: Answered) -> Iterator[Part]:
    """Of each class that the test has: the share of its tracks that were told to be of it."""
    for name in dict.fromkeys((*answered.target.classes, *sorted(map(str, answered.labels)))):
        tracks = tuple(i for i, label in enumerate(answered.labels) if label == name)
        if tracks:
            yield Part(name=name, measure="recall", metric=metric, tracks=tracks)


def _precisions(answered: Answered) -> Iterator[Part]:
    """Of each class that has a positive: its average precision among all tracks."""
    everywhere = tuple(range(len(answered.tracks)))
    for place, name in enumerate(answered.target.classes):
        if any(name in label for label in answered.labels if isinstance(label, tuple)):
            metric = Metric(name="ap", function=partial(_of_column, place), source=MACRO_AP.source)
            yield Part(name=name, measure="ap", metric=metric, tracks=everywhere)


def _of_column(place: int, reference: Any, estimated: Any, weights: Weights) -> Scores:
    return MACRO_AP.function(reference[:, [place]], estimated[:, [place]], weights)


def _keys(answered: Answered) -> Iterator[Part]:
    """Each key, and of all tracks the share whose answer is of each kind."""
    everywhere = tuple(range(len(answered.tracks)))
    for kind, worth in KINDS.items():
        metric = mean_over_tracks(
            kind, partial(_is_worth, worth), source="mir_eval.key.weighted_score", higher_is_better=kind != "other"
        )
        yield Part(name=kind, measure="share of answers", metric=metric, tracks=everywhere)
    yield from _recalls(KEY_ACCURACY, answered)


def _is_worth(worth: float, reference: Any, estimated: Any) -> Floats:
    worths: Floats = key_scores()[reference, np.argmax(estimated, axis=1)]
    return np.isclose(worths, worth).astype(np.float64)


def _thirds(metric: Metric, spelled: str, answered: Answered) -> Iterator[Part]:
    """The lowest, the middle and the highest third of the numbers that are true."""
    numbers = np.array(answered.labels, dtype=np.float64)
    third = np.searchsorted(np.quantile(numbers, [1 / 3, 2 / 3]), numbers)
    for place, which in enumerate(THIRDS):
        tracks = np.flatnonzero(third == place)
        if len(tracks):
            span = spelled.format(numbers[tracks].min(), numbers[tracks].max())
            yield Part(
                name=f"{which} third ({span})", measure=metric.name, metric=metric, tracks=tuple(tracks.tolist())
            )


def _distance(reference: Any, estimated: Any) -> Floats:
    truth, answer = (np.asarray(numbers, dtype=np.float64) for numbers in (reference, estimated))
    return np.asarray(np.abs(truth - answer))


DISTANCE = mean_over_tracks(
    "mean error", _distance, source="mean absolute error", higher_is_better=False, limits=(0.0, np.inf)
)
"""Of numbers: within a third there is little variance that R² could explain."""
PARTS: Mapping[str, Callable[[Answered], Iterator[Part]]] = MappingProxyType(
    {
        "class": partial(_recalls, ACCURACY),
        "ordered": partial(_recalls, ACCURACY),
        "presence": partial(_recalls, PRESENCE_ACCURACY),
        "classes": _precisions,
        "key": _keys,
        "tempo": partial(_thirds, ACC1, "{:.0f} to {:.0f} BPM"),
        "number": partial(_thirds, DISTANCE, "{:.2f} to {:.2f}"),
    }
)
"""By form of answer."""


def marks_of_part(part: Part, answered: Answered, weights: Weights) -> Scores:
    """The part's scores over the resamples: [1 + resamples]; `weights` are of its tracks alone."""
    places: Sequence[int] = part.tracks
    return answered.only([answered.tracks[i] for i in places]).marks(part.metric, weights)
