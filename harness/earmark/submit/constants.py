"""Which constant answer a claimed chance is of: from the test labels alone, without the training split."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

import numpy as np

from earmark.answer import ANSWERS
from earmark.metric import Metric
from earmark.probe import PERIODS_S, regular
from earmark.protocol.scoring import Constant, finite, reference_of
from earmark.submit.case import TOLERANCE
from earmark.target import Label, Target, Timeline

Search = Callable[[Target, Sequence[Label], float | None], Iterator[Constant]]
"""Called with the target, the test labels and the claimed chance; gives the constant answers that it may be of."""


def scored(target: Target, metric: Metric, labels: Sequence[Label], constant: Constant) -> float | None:
    """What a constant answer scores under these labels."""
    return finite(metric(reference_of(target, list(labels)), constant(list(labels))))


@lru_cache(maxsize=64)
def behind(target: Target, metric: Metric, labels: tuple[Label, ...], chance: float | None) -> tuple[Constant, ...]:
    """The constant answers that score `chance` under these labels; none where no constant answer does."""
    candidates = CANDIDATES.get(target.form, _guesses)(target, labels, chance)
    return tuple(one for one in candidates if _close(scored(target, metric, labels, one), chance))


def _close(found: float | None, chance: float | None) -> bool:
    return found == chance if found is None or chance is None else abs(found - chance) <= TOLERANCE


def _repeated(answer: object) -> Constant:
    return lambda labels: np.repeat(np.asarray(answer)[None], len(labels), axis=0)


def _guesses(target: Target, labels: Sequence[Label], _: float | None) -> Iterator[Constant]:
    """Every answer that there is; of several classes one stands for all, for no constant ranks."""
    answer = ANSWERS[target.form]
    for guess in answer.guesses(target, answer.encode(target, labels)):
        yield _repeated(guess)


def _numbers(_: Target, labels: Sequence[Label], chance: float | None) -> Iterator[Constant]:
    """R² = -(c - mean)² / variance: solved for c, which lies on either side of the mean."""
    values = np.asarray(labels, dtype=np.float64)
    if chance is not None and chance <= TOLERANCE:
        for sign in (1.0, -1.0):
            yield _repeated(values.mean() + sign * np.sqrt(max(0.0, -chance) * values.var()))


def _clocks(*_: object) -> Iterator[Constant]:
    """Boundaries by the clock, at every period that is tried on the training split."""
    for period_s in PERIODS_S:
        yield partial(_by_the_clock, period_s)


def _by_the_clock(period_s: float, labels: Sequence[Any]) -> list[Timeline]:
    return [regular(one.edges_s[-1], period_s) for one in labels]


CANDIDATES: Mapping[str, Search] = MappingProxyType({"number": _numbers, "timeline": _clocks})
"""By form, where the constant answers are not those that `Answer.guesses` lists."""
