"""The contract of a model, tried clause by clause: `check` returns a finding for each."""

from earmark.check.check import CHECKS, TRACK_CHECKS, check
from earmark.check.finding import ERROR, NOTE, PASSED, SKIPPED, WARNING, Check, Finding

__all__ = ["CHECKS", "ERROR", "NOTE", "PASSED", "SKIPPED", "TRACK_CHECKS", "WARNING", "Check", "Finding", "check"]
