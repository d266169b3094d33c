"""What a gate says of a comparison: sentences with the numbers in them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from earmark.compare.culprits import loss_of
from earmark.compare.record import Compared
from earmark.gate.blame import reading_of
from earmark.gate.record import Judged, Reason, Threshold
from earmark.gate.scope import spelled
from earmark.result.table import number

NAMED = 3
"""So many failures stand in the verdict line."""
ASIDES: Mapping[Reason, str] = MappingProxyType(
    {"worse, but allowed": "worse, but allowed", "not enough data": "cannot tell"}
)
"""What passes, but is said in the line."""


def name_of(judged: Judged) -> str:
    """As an allowance names it, with the probe where that is not the usual one."""
    return spelled(reading_of(judged))


def moved(compared: Compared) -> str:
    """Worse or better, by how much, with the interval of that: ``worse by 0.120 [0.080, 0.160]``."""
    loss = loss_of(compared)
    low, high = compared.difference.low, compared.difference.high
    if (loss > 0) == compared.higher_is_better:  # a fall of 0.12 is worse by 0.12: the interval is turned with it
        low, high = (None if end is None else -end for end in (high, low))
    amount = f"{'worse' if loss > 0 else 'better'} by {digits(abs(loss))}" if loss else "the same"
    return f"{amount} [{digits(low)}, {digits(high)}]"


def digits(value: float | None) -> str:
    """Three decimals, without a minus before 0.000; a dash for nothing."""
    return number(None if value is None else round(value, 3) + 0.0)


def allowed(threshold: Threshold) -> str:
    """How much worse is let pass: 0.01, or 0."""
    return f"{-threshold.allowed + 0.0:g}"


def lacking(compared: Compared) -> str:
    """Why nothing can be told, and what would be needed."""
    if compared.old.value is None or compared.new.value is None:
        which = "neither has" if compared.new.value is None else "OLD has not"
        return f"cannot tell: {which} a score to compare"
    if compared.tracks_needed is None:
        return f"cannot tell: {moved(compared)}; too few test groups: {compared.groups}"
    return (
        f"cannot tell: {moved(compared)}; to show a difference of {compared.smallest:g} would need about "
        f"{compared.tracks_needed:,} test tracks, there are {compared.tracks:,}"
    )


def verdict_line(judged: Sequence[Judged]) -> str:
    """The first thing that anybody reads: passed or failed, and what failed."""
    failed = [one for one in judged if one.state == "failed"]
    if not failed:
        reasons = Counter(one.reason for one in judged)
        asides = [f"; {reasons[reason]} {words}" for reason, words in ASIDES.items() if reasons[reason]]
        return f"PASSED: nothing is clearly worse by more than allowed ({counted(len(judged))}{''.join(asides)})"
    named = "; ".join(f"{name_of(one)} {one.sentence}" for one in failed[:NAMED])
    more = f"; and {len(failed) - NAMED} more" if len(failed) > NAMED else ""
    return f"FAILED: {named}{more}"


def counted(number_of: int) -> str:
    """One comparison, two comparisons."""
    return f"{number_of:,} comparison{'' if number_of == 1 else 's'}"
