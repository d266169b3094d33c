"""What each track adds to a task's score, and what was answered about it in words."""

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.metric import Metric
from earmark.metric.metric import divide
from earmark.protocol.scoring import reference_of
from earmark.recount import Answered
from earmark.target import Label, Target, Timeline

Floats = npt.NDArray[np.float64]
AT_ONCE = 500
"""Tracks whose scores are asked for together: each is a resample of its own."""


def points_of(answered: Answered) -> Floats:
    """The score of each track alone, more is better, averaged over the seeds: [tracks].

    Of a metric that is a mean over tracks its summand; of R² likewise (the mean over tracks is R²); of ROC-AUC and
    AP the share of the tracks of the other side that the track is ranked right against, averaged over the classes
    that it has. NaN where there is none.
    """
    reference = reference_of(answered.target, list(answered.labels))
    score = POINTS.get(answered.target.form, _summands)
    found = [score(answered.metrics[0], reference, estimated) for estimated in answered.estimated]
    direction = 1 if answered.metrics[0].higher_is_better else -1
    return np.asarray(direction * np.mean(found, axis=0))


def _summands(metric: Metric, reference: Any, estimated: Any) -> Floats:
    """Each track is a resample in which nothing else counts."""
    parts = [slice(start, start + AT_ONCE) for start in range(0, len(reference), AT_ONCE)]
    scores = [metric.function(reference[p], estimated[p], np.eye(len(reference[p]))) for p in parts]
    return np.concatenate(scores)


def _explained(_: Metric, reference: Any, estimated: Any) -> Floats:
    truth, answer = (np.asarray(numbers, dtype=np.float64) for numbers in (reference, estimated))
    variance = truth.var()
    return np.asarray(1 - (truth - answer) ** 2 / variance) if variance > 0 else np.full(len(truth), np.nan)


def _ranked(_: Metric, reference: Any, estimated: Any) -> Floats:
    truth, answer = np.asarray(reference, dtype=bool), np.asarray(estimated, dtype=np.float64)
    return _column(truth, answer)


def _ranked_in_each(_: Metric, reference: Any, estimated: Any) -> Floats:
    """Over the classes that a track has; a track without any has no score."""
    truth, answer = np.asarray(reference, dtype=bool), np.asarray(estimated, dtype=np.float64)
    columns = np.stack([_column(truth[:, c], answer[:, c]) for c in range(truth.shape[1])], axis=1)
    counted = truth & np.isfinite(columns)
    total = np.where(counted, columns, 0.0).sum(axis=1)
    return divide(total, counted.sum(axis=1).astype(np.float64))


def _column(truth: npt.NDArray[np.bool_], answer: Floats) -> Floats:
    """The share of the other side that a track lies on the right side of; one beside it counts half: [tracks]."""
    found = np.full(len(truth), np.nan)
    for side, sign in ((truth, 1.0), (~truth, -1.0)):
        others = np.sort(sign * answer[~side])
        if len(others):
            mine = sign * answer[side]
            found[side] = (np.searchsorted(others, mine, "left") + np.searchsorted(others, mine, "right")) / 2
            found[side] /= len(others)
    return found


POINTS: Mapping[str, Callable[[Metric, Any, Any], Floats]] = MappingProxyType(
    {"number": _explained, "presence": _ranked, "classes": _ranked_in_each}
)
"""By form of answer; the others are means over tracks."""


def said_of(answered: Answered, place: int) -> str:
    """What was answered about a track; of several seeds what most said, of numbers the middle one."""
    labels = [said[place] for said in answered.answers]
    if answered.target.form == "presence":  # the rank is scored, and moves where the word stays
        return f"{np.mean([estimated[place] for estimated in answered.estimated]):.2f} for yes"
    if all(isinstance(label, float) for label in labels):
        return spelled(answered.target, float(np.median([float(str(label)) for label in labels])))
    return Counter(spelled(answered.target, label) for label in labels).most_common(1)[0][0]


def spelled(target: Target, label: Label) -> str:
    """A label as a person says it."""
    return SPELLINGS.get(target.form, str)(label)


def _timeline(label: Any) -> str:
    """Where sections begin, without the start of the track."""
    inner = label.edges_s[1:-1] if isinstance(label, Timeline) else ()
    return "at " + ", ".join(f"{edge:.1f}" for edge in inner) + " s" if inner else "no boundary"


SPELLINGS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "classes": lambda label: ", ".join(label) or "none",
        "tempo": lambda label: f"{label:.1f} BPM",
        "number": lambda label: f"{label:.2f}",
        "timeline": _timeline,
    }
)
"""By form of answer; the others are their own text."""
