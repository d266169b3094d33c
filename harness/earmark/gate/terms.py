"""What a release has to meet: what is gated, and how much worse each score may be."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from earmark.compare import SMALLEST
from earmark.errors import EarmarkError
from earmark.gate.record import Threshold

ALL = "all"
"""The allowance of whatever has none of its own."""
CLEAN = "clean"
"""Among the conditions: the audio as it is."""
CALLER, DEFAULT = "caller", "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of a gate; raises EarmarkError for an allowance or a smallest difference that cannot be meant."""

    allowances: Mapping[str, float] = field(default_factory=dict)
    """By task, family or ``all``, by condition or perturbation, or by ``task@condition``: 0 or below. -0.01 lets a
    score be 0.01 worse: lower where more is better, higher where less is."""
    tasks: tuple[str, ...] = ()
    """Tasks or families that are gated; all when empty."""
    conditions: tuple[str, ...] = ()
    """``clean``, conditions or perturbations that are gated; all when empty."""
    smallest: float = SMALLEST
    """The smallest difference that the data must be able to show."""
    require_data: bool = False
    """Whether a comparison that cannot tell fails."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Who named it, by the name of a setting; of an allowance by ``allow`` and its name: ``allow tempo``."""

    def __post_init__(self) -> None:
        for name, allowed in self.allowances.items():
            check_allowance(name, allowed)
        if not (math.isfinite(self.smallest) and self.smallest > 0):
            raise EarmarkError(
                f"The smallest difference worth knowing of is above 0, such as 0.05, not {self.smallest}."
            )

    def threshold(self, task: str, family: str, condition: str) -> Threshold:
        """The allowance of one comparison: of the names that fit, the most specific."""
        for name in names_for(task, family, condition):
            if name in self.allowances:
                source = self.sources.get(f"allow {name}", CALLER)
                return Threshold(allowed=self.allowances[name], name=name, source=source)
        return Threshold(allowed=0.0, name="", source=DEFAULT)


def names_for(task: str, family: str, condition: str) -> Iterator[str]:
    """Names of allowances that fit a comparison, the most specific first.

    >>> list(names_for("register", "vocal", "mp3:32"))[:4]
    ['register@mp3:32', 'vocal@mp3:32', 'register@mp3', 'vocal@mp3']
    >>> list(names_for("register", "vocal", "mp3:32"))[4:]
    ['mp3:32', 'mp3', 'register', 'vocal', 'all']
    """
    conditions = (condition, condition.partition(":")[0]) if condition else ()
    yield from (f"{asked}@{heard}" for heard in conditions for asked in (task, family))
    yield from (*conditions, task, family, ALL)


def check_allowance(name: str, allowed: float) -> None:
    """Raise EarmarkError for what is no allowance, saying what one looks like."""
    if isinstance(allowed, bool) or not isinstance(allowed, (int, float)) or not math.isfinite(allowed):
        raise EarmarkError(f"The allowance of {name!r} is {allowed!r}, which is no number: write {name}=-0.01.")
    if allowed > 0:
        raise EarmarkError(
            f"The allowance of {name!r} is {allowed:g}: write {name}=-{allowed:g} to let it be {allowed:g} worse. "
            "A gate asks for no gain."
        )
