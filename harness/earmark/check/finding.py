"""What a check is, what it found, and how a report tells it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
ERROR, WARNING, NOTE = "error", "warning", "note"
SEVERITIES = (ERROR, WARNING, NOTE)
"""What a failed check means: the scores would be wrong; they may be, or others cannot use them; worth knowing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one check saw."""

    outcome: str
    """passed, failed or skipped."""
    measured: str = ""
    remedy: str = ""
    """What to do about just this, where the check's own remedy is too general."""
    severity: str = ""
    """One of SEVERITIES, where it is not the check's own."""


def passed(measured: str = "") -> Found:
    """All is well; `measured` says by how much."""
    return Found(outcome=PASSED, measured=measured)


def failed(measured: str, remedy: str = "", severity: str = "") -> Found:
    """The contract is broken; `measured` says how."""
    return Found(outcome=FAILED, measured=measured, remedy=remedy, severity=severity)


def skipped(reason: str) -> Found:
    """The check was not tried; nothing is known."""
    return Found(outcome=SKIPPED, measured=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One clause of a model's contract, and how it is tried."""

    name: str
    theme: str
    proves: str
    """What holds if it passes, in a few words that begin in lower case."""
    remedy: str
    """What its author does when it fails."""
    examine: Callable[[Any], Found]
    """Called with the `Subject`; what it raises is a failure too."""
    severity: str = ERROR
    needs: tuple[str, ...] = ()
    """Names of earlier checks without which this one would only repeat their complaint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    check: str
    theme: str
    outcome: str
    """passed, error, warning, note or skipped."""
    sentence: str
    measured: str
    remedy: str
    """Empty unless it failed."""


def finding(check: Check, found: Found) -> Finding:
    """Tell what a check found."""
    is_failed = found.outcome == FAILED
    return Finding(
        check=check.name,
        theme=check.theme,
        outcome=(found.severity or check.severity) if is_failed else found.outcome,
        sentence=check.proves,
        measured=found.measured,
        remedy=(found.remedy or check.remedy) if is_failed else "",
    )
