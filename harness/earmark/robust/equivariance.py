"""Whether answers move as the label does."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from earmark.metric.tempo import ROUNDING, TOLERANCE
from earmark.perturbation import Condition
from earmark.result.robust.record import Equivariance
from earmark.target import Label, Target

FOLLOWS, STAYS, BREAKS = "follows", "stays", "breaks"


def equivariance_of(
    target: Target, condition: Condition, before: Sequence[Label], after: Sequence[Label]
) -> Equivariance | None:
    """The shares of answers that moved as the label does, stayed, or did neither.

    `before` and `after` are answers about the same tracks on clean and on changed audio, right or wrong. None where
    the condition does not move this target, or its form has no answers that could follow.
    """
    judge = JUDGES.get(target.form)
    moved = [condition.moved(target, answer) for answer in before]
    if judge is None or all(m == answer for m, answer in zip(moved, before, strict=True)):
        return None
    verdicts = [
        judge(own, there, now) for own, there, now in zip(before, moved, after, strict=True) if there is not None
    ]
    if not verdicts:
        return None
    shares = {verdict: float(np.mean([v == verdict for v in verdicts])) for verdict in (FOLLOWS, STAYS, BREAKS)}
    return Equivariance(tracks=len(verdicts), **shares)


def _same_or_not(before: Label, moved: Label, after: Label) -> str:
    return FOLLOWS if after == moved else STAYS if after == before else BREAKS


def _nearest_tempo(before: Label, moved: Label, after: Label) -> str:
    """Within 4 % of the moved or of the old tempo; where both are as near, the nearer one counts."""
    to_moved, to_old = (abs(float(after) / float(bpm) - 1) for bpm in (moved, before))  # type: ignore[arg-type]
    if min(to_moved, to_old) > TOLERANCE + ROUNDING:
        return BREAKS
    return FOLLOWS if to_moved <= to_old else STAYS


JUDGES: Mapping[str, Callable[[Label, Label, Label], str]] = MappingProxyType(
    {"key": _same_or_not, "tempo": _nearest_tempo}
)
"""By form of answer: what an answer did, from the answers before, where it should be, and after."""
