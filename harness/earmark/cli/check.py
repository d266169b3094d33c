"""``bench check``: does a model keep its contract?"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Cache, Json, TrustRemoteCode, TrustWeights, trusted

if TYPE_CHECKING:
    from earmark.check import Finding
    from earmark.model import ModelInfo

NAME = "check"

MARKS = {
    "passed": ("✓", None),
    "error": ("✗", "red"),
    "warning": ("!", "yellow"),
    "note": ("·", "cyan"),
    "skipped": ("–", "bright_black"),
}
"""The sign and the colour of each outcome; the word stands beside it."""
INDENT = 6


def command(
    model: Annotated[str, typer.Argument(help="Name from `bench models`, path/to/my_model.py, or adapter:what.")],
    device: Annotated[str, typer.Option("--device", help="cpu, cuda, cuda:1, mps or auto.")] = "auto",
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the other process and the 20 minutes.")] = False,
    trust_weights: TrustWeights = False,
    trust_remote_code: TrustRemoteCode = False,
    cache: Cache = None,
    as_json: Json = False,
) -> None:
    """Try a model's contract: shapes, times, batches, odd audio, sample rate, frozen weights, papers, cost."""
    from earmark.check import ERROR, check  # noqa: PLC0415 - `--help` imports no torch
    from earmark.place import Place  # noqa: PLC0415
    from earmark.registry import find_model  # noqa: PLC0415

    trust = frozenset(trusted(weights=trust_weights, remote_code=trust_remote_code))
    info, _ = find_model(model, trust)
    page = Page(info, silent=as_json)
    findings = check(
        model, device=device, models=Place.at(cache).models, trust=trust, quick=quick, tell=page.tell
    )  # fmt: skip
    typer.echo(json.dumps([asdict(f) for f in findings], indent=2) if as_json else page.total(findings))
    if any(finding.outcome == ERROR for finding in findings):
        raise typer.Exit(1)


class Page:
    """The report as it is read: a line a check, grouped by theme, with the remedy under what failed."""

    def __init__(self, info: "ModelInfo", *, silent: bool) -> None:
        from earmark.check import CHECKS, TRACK_CHECKS  # noqa: PLC0415

        self._info, self._silent, self._theme = info, silent, ""
        every = [*CHECKS, *TRACK_CHECKS]
        self._name = max(len(check.name) for check in every)
        self._proves = max(len(check.proves) for check in every)
        if not silent:
            window = "whole tracks" if info.window_s is None else f"windows of {info.window_s:g} s"
            heard = f"{info.sample_rate} Hz" if info.sample_rate else "hears nothing"
            typer.echo(f"{info.name} {info.version}: {heard}, {window}, dim {info.dim}")

    def tell(self, finding: "Finding") -> None:
        """Print one finding as soon as it is known."""
        if self._silent:
            return
        if finding.theme != self._theme:
            self._theme = finding.theme
            typer.echo(f"\n{finding.theme}")
        mark, colour = MARKS[finding.outcome]
        line = f"{finding.check:<{self._name}}  {finding.sentence:<{self._proves}}  {finding.measured}".rstrip()
        typer.echo(f"  {typer.style(f'{mark} {finding.outcome:<7}', fg=colour)}  {line}")
        if finding.remedy:
            typer.echo(f"{'':<{INDENT}}→ {finding.remedy}")

    def total(self, findings: "Sequence[Finding]") -> str:
        """The last lines: how many of each, and the verdict."""
        counts = Counter(finding.outcome for finding in findings)
        listed = ", ".join(_counted(counts[outcome], outcome) for outcome in MARKS if counts[outcome])
        kept = "keeps its contract" + (" as far as it was tried" if counts["skipped"] else "")
        verdict = "breaks its contract; mend the errors and check again" if counts["error"] else kept
        return f"\n{listed}: {self._info.name} {verdict}."


def _counted(number: int, outcome: str) -> str:
    plural = "s" if number != 1 and outcome not in ("passed", "skipped") else ""
    return f"{number} {outcome}{plural}"
