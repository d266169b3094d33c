"""Each comparison held against its threshold."""

from collections.abc import Iterator, Mapping

from earmark.compare.culprits import loss_of
from earmark.compare.record import Compared, Comparison
from earmark.errors import EarmarkError, ResultError
from earmark.gate.blame import reading_of
from earmark.gate.record import Judged, Reason, State, Threshold
from earmark.gate.scope import Scope, spelled
from earmark.gate.terms import Terms
from earmark.gate.words import allowed, lacking, moved
from earmark.recount import Reading

WHOLE = 1.0
"""Of a score without a unit, from 0 to 1: whoever allows as much lets everything pass."""

ROUNDING = 1e-9
"""0.50 less 0.49 is no more than 0.01, whatever binary fractions say."""


def judge(scope: Scope, comparison: Comparison | None, terms: Terms) -> Iterator[Judged]:
    """Judge everything that is gated, in the order of OLD's table; raises EarmarkError, ResultError.

    `comparison` is of what both have, and of nothing else, so that Holm's correction is over what is gated.
    """
    found = {} if comparison is None else _by_reading(comparison)
    for reading, family in scope.families.items():
        threshold = terms.threshold(reading.task, family, reading.condition)
        if reading in scope.missing:
            yield _judged(reading, family, threshold, ("failed", "missing", "is missing in NEW"))
            continue
        if reading not in found:
            raise ResultError(
                f"OLD has no predictions for {spelled(reading)}: measure it again, or gate other --tasks."
            )
        compared = found[reading]
        _check_range(compared, threshold)
        said = _verdict(compared, threshold, scope.fewer.get(reading, 0), terms)
        yield _judged(reading, family, threshold, said, compared)


def _by_reading(comparison: Comparison) -> Mapping[Reading, Compared]:
    return {reading_of(one): one for one in (*comparison.tasks, *comparison.conditions)}


def _judged(
    reading: Reading,
    family: str,
    threshold: Threshold,
    said: tuple[State, Reason, str],
    compared: Compared | None = None,
) -> Judged:
    state, reason, sentence = said
    return Judged(
        task=reading.task, family=family, probe=reading.probe, condition=reading.condition, state=state, reason=reason,
        sentence=sentence, threshold=threshold, compared=compared,
    )  # fmt: skip


def _verdict(compared: Compared, threshold: Threshold, fewer: int, terms: Terms) -> tuple[State, Reason, str]:
    """What is wrong goes first, then what cannot be told, then what is right."""
    if compared.old.value is not None and compared.new.value is None:
        return "failed", "no score", "has no score in NEW"
    if fewer:
        return "failed", "fewer tracks", f"is not answered in NEW about {fewer:,} tracks that OLD answered"
    if compared.verdict == "not enough data":
        return "failed" if terms.require_data else "cannot tell", "not enough data", lacking(compared)
    sentence = f"{moved(compared)}, allowed {allowed(threshold)}"
    if compared.verdict == "worse":
        too_much = loss_of(compared) > -threshold.allowed + ROUNDING
        return ("failed", "worse", sentence) if too_much else ("passed", "worse, but allowed", sentence)
    return "passed", compared.verdict, sentence


def _check_range(compared: Compared, threshold: Threshold) -> None:
    """A typed -5 that was meant as 5 % would let everything pass; raises EarmarkError."""
    if not compared.old.unit and threshold.allowed <= -WHOLE:
        raise EarmarkError(
            f"The allowance of {threshold.name!r} is {threshold.allowed:g}, but {compared.metric} ends at 1: "
            "0.05 worse, or 5 percentage points, is -0.05. Leave out by --tasks what is not to be gated."
        )
