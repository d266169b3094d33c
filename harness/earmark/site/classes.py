"""How well each class of a task is found, from what a result's predictions say."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from earmark.metric import ACC1, ACCURACY, KEY_ACCURACY, MACRO_AP, PRESENCE_ACCURACY, Metric, Scores, Weights
from earmark.protocol.scoring import marks_of, reference_of, score_of
from earmark.recount import Answered
from earmark.site.section import ClassScore
from earmark.target import KEYS

RESAMPLES = 1000
"""As for every score that a run shows."""
Marked = tuple[str, int, Metric, Scores, Weights]
"""A class, its tracks, and the marks it was given over the weights of its resamples."""


def class_scores(found: Answered, *, resamples: int = RESAMPLES, seed: int = 0) -> tuple[ClassScore, ...]:
    """Recall of each class, AP where a track has several, Acc1 of thirds of the tempi; of other forms nothing.

    A class that no test track has is left out.
    """
    marked = BY_FORM.get(found.target.form)
    if marked is None:
        return ()
    return tuple(
        ClassScore(name=name, tracks=tracks, score=score_of(metric, marks, weights))
        for name, tracks, metric, marks, weights in marked(found, resamples, seed)
    )


def _recalls(metric: Metric, names: tuple[str, ...], found: Answered, resamples: int, seed: int) -> Iterator[Marked]:
    """Of the tracks of one class, the share that was answered rightly is the recall of the class."""
    for name in names:
        yield from _part(name, [label == name for label in found.labels], replace(metric, name="recall"), found,
                         resamples, seed)  # fmt: skip


def _part(
    name: str, chosen: list[bool], metric: Metric, found: Answered, resamples: int, seed: int
) -> Iterator[Marked]:
    tracks = [track for track, is_in in zip(found.tracks, chosen, strict=True) if is_in]
    if tracks:
        part = found.only(tracks)
        weights = part.weights(resamples, seed)
        yield name, len(tracks), metric, part.marks(metric, weights), weights


def _of_classes(found: Answered, resamples: int, seed: int) -> Iterator[Marked]:
    return _recalls(ACCURACY, found.target.classes, found, resamples, seed)


def _of_keys(found: Answered, resamples: int, seed: int) -> Iterator[Marked]:
    return _recalls(KEY_ACCURACY, KEYS, found, resamples, seed)


def _of_presence(found: Answered, resamples: int, seed: int) -> Iterator[Marked]:
    return _recalls(PRESENCE_ACCURACY, ("yes", "no"), found, resamples, seed)


def _of_tempi(found: Answered, resamples: int, seed: int) -> Iterator[Marked]:
    bpm = np.array(found.labels, dtype=np.float64)
    low, high = np.quantile(bpm, [1 / 3, 2 / 3])
    thirds = (
        (f"below {low:.0f} BPM", bpm < low),
        (f"{low:.0f} to {high:.0f} BPM", (bpm >= low) & (bpm <= high)),
        (f"above {high:.0f} BPM", bpm > high),
    )
    for name, chosen in thirds:
        yield from _part(name, chosen.tolist(), ACC1, found, resamples, seed)


def _of_several(found: Answered, resamples: int, seed: int) -> Iterator[Marked]:
    """The macro mean over one class alone is the AP of that class."""
    reference = reference_of(found.target, list(found.labels))
    weights = found.weights(resamples, seed)
    for i, name in enumerate(found.target.classes):
        if tracks := int(reference[:, i].sum()):
            estimated = [one[:, [i]] for one in found.estimated]
            yield name, tracks, replace(MACRO_AP, name="AP"), marks_of(
                MACRO_AP, reference[:, [i]], estimated, weights
            ), weights  # fmt: skip


BY_FORM: Mapping[str, Callable[[Answered, int, int], Iterator[Marked]]] = MappingProxyType(
    {
        "class": _of_classes,
        "ordered": _of_classes,
        "key": _of_keys,
        "presence": _of_presence,
        "tempo": _of_tempi,
        "classes": _of_several,
    }
)
"""A single number and a timeline have no classes to find."""
