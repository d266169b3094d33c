"""`bench check` on a model of a stranger, in the review's environment."""

import json
import re
from typing import Any

from pydantic import ValidationError

from earmark.check import CHECKS, ERROR, TRACK_CHECKS
from earmark.check.shape import LOAD
from earmark.submit.plugin.cage import Ran
from earmark.submit.plugin.environment import Environment
from earmark.submit.plugin.record import CheckFinding, ReviewedModel

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
"""A model's name that means nothing else to the command line: no option, no path, no adapter."""
WHOLE = tuple(frozenset(check.name for check in (LOAD, *checks)) for checks in (CHECKS, TRACK_CHECKS))
"""What a whole list of findings is about."""


def is_plain(name: str) -> bool:
    """Whether a model's name can be typed and stand in a path."""
    return PLAIN.fullmatch(name) is not None and not name.endswith(".py")


def check_model(model: ReviewedModel, environment: Environment) -> tuple[ReviewedModel, Ran | None]:
    """The model with what its check found, and what the check took; None where it was not tried."""
    if not is_plain(model.name):
        return model.model_copy(update={"problem": "Its name is no plain name, so it was not checked."}), None
    words = ["-m", "earmark", "check", "--json", "--device", "cpu", "--", model.name]
    ran = environment.cage.run([environment.python, *words])
    findings = _findings(ran.out)
    problem = ran.stopped and f"Its check was stopped: {ran.stopped}."
    if not problem and {finding.check for finding in findings} not in WHOLE and not _not_loaded(findings):
        problem = f"Its check ended with exit status {ran.code} and without a whole list of findings."
    keeps = not problem and not any(finding.outcome == ERROR for finding in findings)
    return model.model_copy(update={"findings": findings, "problem": problem, "keeps": keeps}), ran


def _not_loaded(findings: tuple[CheckFinding, ...]) -> bool:
    """A model that does not load is asked nothing else."""
    return [(finding.check, finding.outcome) for finding in findings] == [(LOAD.name, ERROR)]


def _findings(out: str) -> tuple[CheckFinding, ...]:
    """The list that `bench check --json` ends with, whatever the plugin printed before; empty where there is none."""
    _, _, last = f"\n{out}".rpartition("\n[\n")
    try:
        found: Any = json.loads(f"[{last}")
        return tuple(CheckFinding(**one) for one in found)
    except (ValueError, TypeError, RecursionError, ValidationError):
        return ()
