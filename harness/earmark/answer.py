"""Each form of answer: how a probe learns it, what its outputs mean, how it is scored, and the best guess."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from earmark import metric
from earmark.metric import Metric
from earmark.target import FASTEST_BPM, KEYS, SLOWEST_BPM, Label, Target

Array = npt.NDArray[np.float64]
Link = Literal["softmax", "sigmoid", "identity"]

TEMPO_STEP = 0.02
"""Neighbouring tempo bins differ by 2 %: half of the 4 % that Acc1 allows."""
TEMPO_BINS_BPM = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM) + TEMPO_STEP, TEMPO_STEP))
TEMPO_SPREAD = 0.03
"""Deviation of the smoothed tempo target in log BPM: three bins hold most of it. Our choice."""
TEMPO_READ = 2.5 * TEMPO_STEP
"""Half the width, in log BPM, of the window around the highest bin whose mean is the estimated tempo: two bins on
either side, whatever the rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one form of answer is learnt, read and scored; every function takes the target first."""

    link: Link
    encode: Callable[[Target, Sequence[Any]], Array]
    """Labels to what a probe is fitted to: [tracks, outputs]."""
    reference: Callable[[Target, Sequence[Any]], npt.NDArray[Any]]
    """Labels to what the metrics compare with: [tracks, ...]."""
    decode: Callable[[Target, Array], Array]
    """A probe's outputs [tracks, outputs] to what the metrics score."""
    metrics: Callable[[Target], tuple[Metric, ...]]
    """The first is the main one."""
    guesses: Callable[[Target, Array], Array]
    """Constant answers worth trying, from the training split's encoded labels: [guesses, ...] as `decode` gives."""


def _class_index(target: Target, labels: Sequence[str]) -> npt.NDArray[np.intp]:
    index = {name: i for i, name in enumerate(target.classes or KEYS)}
    return np.array([index[label] for label in labels], dtype=np.intp)


def _one_hot(target: Target, labels: Sequence[str]) -> Array:
    return np.eye(len(target.classes or KEYS))[_class_index(target, labels)]


def _multi_hot(target: Target, labels: Sequence[tuple[str, ...]]) -> Array:
    return np.array([[float(c in chosen) for c in target.classes] for chosen in labels])


def _is_present(_: Target, labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([label == "yes" for label in labels])


def _numbers(_: Target, labels: Sequence[float]) -> Array:
    return np.asarray(labels, dtype=np.float64)


def _tempo_bins(_: Target, labels: Sequence[float]) -> Array:
    """Spread each tempo over its neighbouring bins with a Gaussian: [tracks, bins], rows sum to 1.

    It ends at three deviations: a share of 1e-20 teaches nothing, but the fit of its bin would never converge.
    """
    tempi_bpm = np.clip(np.asarray(labels, dtype=np.float64), TEMPO_BINS_BPM[0], TEMPO_BINS_BPM[-1])
    distance = np.log(tempi_bpm)[:, None] - np.log(TEMPO_BINS_BPM)
    spread = np.exp(-0.5 * (distance / TEMPO_SPREAD) ** 2) * (np.abs(distance) <= 3 * TEMPO_SPREAD)
    return np.asarray(spread / spread.sum(1, keepdims=True))


def _read_tempo(_: Target, outputs: Array) -> Array:
    """BPM at the highest bin, refined by the mean over the bins within TEMPO_READ of it: [tracks]."""
    log_bpm = np.log(TEMPO_BINS_BPM)
    near = np.abs(log_bpm - log_bpm[outputs.argmax(1)][:, None]) <= TEMPO_READ
    mass = outputs * near
    return np.asarray(np.exp((mass * log_bpm).sum(1) / mass.sum(1)))


def _class_guesses(_: Target, answers: Array) -> Array:
    return np.eye(answers.shape[1])


def _ordered_metrics(target: Target) -> tuple[Metric, ...]:
    in_years = (metric.mae_years(target.years),) if target.years else ()
    return (metric.ACCURACY, metric.MAE_PERIODS, *in_years)


def _always(*metrics: Metric) -> Callable[[Target], tuple[Metric, ...]]:
    return lambda _: metrics


def _as_given(_: Target, outputs: Array) -> Array:
    return outputs


def _first_column(_: Target, outputs: Array) -> Array:
    return outputs[:, 0]


ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "class": Answer(
            link="softmax",
            encode=_one_hot,
            reference=_class_index,
            decode=_as_given,
            metrics=_always(metric.ACCURACY, metric.MACRO_F1),
            guesses=_class_guesses,
        ),
        "ordered": Answer(
            link="softmax",
            encode=_one_hot,
            reference=_class_index,
            decode=_as_given,
            metrics=_ordered_metrics,
            guesses=_class_guesses,
        ),
        "classes": Answer(
            link="sigmoid",
            encode=_multi_hot,
            reference=lambda target, labels: _multi_hot(target, labels) > 0,
            decode=_as_given,
            metrics=_always(metric.MACRO_AP, metric.MACRO_AUC),
            guesses=lambda _, answers: answers.mean(0, keepdims=True),
        ),
        "presence": Answer(
            link="sigmoid",
            encode=lambda target, labels: _is_present(target, labels)[:, None].astype(np.float64),
            reference=_is_present,
            decode=_first_column,
            metrics=_always(metric.ROC_AUC, metric.PRESENCE_ACCURACY),
            guesses=lambda *_: np.array([0.0, 1.0]),
        ),
        "key": Answer(
            link="softmax",
            encode=_one_hot,
            reference=_class_index,
            decode=_as_given,
            metrics=_always(metric.MIREX, metric.KEY_ACCURACY),
            guesses=_class_guesses,
        ),
        "tempo": Answer(
            link="softmax",
            encode=_tempo_bins,
            reference=_numbers,
            decode=_read_tempo,
            metrics=_always(metric.ACC1, metric.ACC2),
            guesses=lambda *_: TEMPO_BINS_BPM,
        ),
        "number": Answer(
            link="identity",
            encode=lambda target, labels: _numbers(target, labels)[:, None],
            reference=_numbers,
            decode=_first_column,
            metrics=_always(metric.R2),
            guesses=lambda _, answers: answers.mean(0),
        ),
    }
)
"""By the form of the target. A timeline is no single answer: see `earmark.probe`."""


def best_guess(target: Target, labels: Sequence[Label], count: int, main: Metric) -> Array:
    """The constant answer that scores best on the training labels, `count` times: chance."""
    answer = ANSWERS[target.form]
    reference = answer.reference(target, labels)
    guesses = answer.guesses(target, answer.encode(target, labels))
    scores = [main(reference, np.repeat(guess[None], len(labels), axis=0)) for guess in guesses]
    best = int(np.argmax(np.nan_to_num(scores, nan=-np.inf))) if main.higher_is_better else int(np.nanargmin(scores))
    return np.repeat(guesses[best][None], count, axis=0)


def metrics_of(target: Target) -> tuple[Metric, ...]:
    """What a target is scored by; the first is the main one."""
    return metric.SEGMENT_METRICS if target.form == "timeline" else ANSWERS[target.form].metrics(target)
