"""``bench submit``: check a stranger's result and file it, or review a stranger's plugin."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earmark.cli.options import BOARD, Cache, Json, Quiet
from earmark.cli.screen import Bars, complain
from earmark.errors import EarmarkError, SubmissionError

if TYPE_CHECKING:
    from earmark.submit import Finding, Submission, Submitted

NAME = "submit"

MARKS = {"passed": ("✓", None), "refused": ("✗", "red"), "skipped": ("–", "bright_black")}
"""The sign and the colour of each outcome; the word stands beside it."""
NAME_WIDTH = 18


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    result: Annotated[
        list[Path] | None, typer.Argument(help="Result files; their predictions lie beside them.", show_default=False)
    ] = None,
    to: Annotated[Path, typer.Option("--to", help="Folder of the leaderboard, with results/ in it.")] = BOARD,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an earlier result, and say what changed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check; write nothing.")] = False,
    plugin: Annotated[
        Path | None,
        typer.Option("--plugin", help="Instead of results: build and check a plugin (folder, wheel or sdist)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="With --plugin: the report's file (.md).", show_default="beside it")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="With --plugin: install all that it depends on anew (needs a network).")
    ] = False,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="With --plugin: for each step.")] = 600.0,
    memory: Annotated[float, typer.Option("--memory", min=0.5, help="With --plugin: GB for each step.")] = 8.0,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check results, compute their scores again from their predictions, and file them on a leaderboard."""
    if plugin is not None and (result or replace or dry_run):
        raise EarmarkError("--plugin takes no results: submit a plugin, then the results of its models.")
    if plugin is not None:
        _review(plugin, out, fresh=fresh, room=(seconds, memory), cache=cache, silent=quiet, as_json=as_json)
        return
    if not result:
        raise EarmarkError("Name the result files to submit, or a plugin with --plugin.")
    if out is not None:
        raise EarmarkError("--out names the report on a plugin; results are filed below --to.")
    desk = Desk(to, replace=replace, dry_run=dry_run, silent=as_json)
    reports = [desk.take(submission) for submission in desk.read(result)]
    if as_json:
        typer.echo(json.dumps([*desk.refused, *reports], indent=2, ensure_ascii=False))
    if not all(report["accepted"] for report in [*desk.refused, *reports]):
        raise typer.Exit(1)


class Desk:
    """Where results are handed in: one after the other, each told as it is checked; a refused one stops no other."""

    def __init__(self, folder: Path, *, replace: bool, dry_run: bool, silent: bool) -> None:
        from earmark.archive import Archive  # noqa: PLC0415 - `--help` imports no torch

        self._archive = Archive(folder=folder)
        self._replace, self._dry_run, self._silent = replace, dry_run, silent
        self._theme = ""
        self.refused: list[dict[str, Any]] = []
        """Reports on results that could not even be read."""

    def read(self, paths: Iterable[Path]) -> "list[Submission]":
        """Those that can be read, the baseline first: the others are held against it."""
        from earmark.submit import read_submission  # noqa: PLC0415 - `--help` imports no torch
        from earmark.submit.case import is_baseline  # noqa: PLC0415

        found = []
        for path in paths:
            try:
                found.append(read_submission(path))
            except SubmissionError as error:
                self.refused.append(_refusal(path, error))
        return sorted(found, key=lambda submission: not is_baseline(submission.result))

    def take(self, submission: "Submission") -> dict[str, Any]:
        """Check one result and file it; its report."""
        from earmark.submit import decide  # noqa: PLC0415 - `--help` imports no torch

        self._theme = ""
        self._say(f"\n{submission.path}")
        try:
            found = decide(submission, self._archive, replace=self._replace, dry_run=self._dry_run, tell=self._tell)
        except SubmissionError as error:
            return _refusal(submission.path, error)
        self._close(found)
        return _report(submission.path, found)

    def _tell(self, finding: "Finding") -> None:
        if finding.theme != self._theme:
            self._theme = finding.theme
            self._say(f"\n{finding.theme}")
        mark, colour = MARKS[finding.outcome]
        self._say(f"  {typer.style(f'{mark} {finding.outcome:<7}', fg=colour)}  {finding.check:<{NAME_WIDTH}}"
                  f"  {finding.proves}")  # fmt: skip

    def _close(self, found: "Submitted") -> None:
        """The last lines: what a maintainer should know, what was replaced, and where it is."""
        self._say("")
        for note in found.notes:
            self._say(f"Note: {note}")
        for change in found.replaced:
            self._say(f"Replaced: {change}" if not self._dry_run else f"Would replace: {change}")
        verb = "Would be filed" if self._dry_run else "Filed"
        self._say(f"{verb}: {found.path}" if found.is_new else f"Filed already, nothing changed: {found.path}")

    def _say(self, line: str) -> None:
        if not self._silent:
            typer.echo(line)


def _refusal(path: Path, error: SubmissionError) -> dict[str, Any]:
    """Complain, and keep what was said for the report."""
    complain(str(error))
    return {"result": str(path), "accepted": False, "problems": list(error.problems)}


def _report(path: Path, found: "Submitted") -> dict[str, Any]:
    return {
        "result": str(path),
        "accepted": True,
        "filed": str(found.path),
        "is_new": found.is_new,
        "replaced": list(found.replaced),
        "notes": list(found.notes),
        "checks": [asdict(finding) for finding in found.findings],
    }


def _review(
    plugin: Path,
    out: Path | None,
    *,
    fresh: bool,
    room: tuple[float, float],
    cache: Path | None,
    silent: bool,
    as_json: bool,
) -> None:
    """Print the report on a plugin; exit status 1 where one of its models breaks its contract.

    `room` is the seconds and the GB of memory that each step of it may take.
    """
    from earmark.submit.plugin import Limits, review  # noqa: PLC0415 - `--help` imports no torch

    limits = Limits(time_s=room[0], memory_bytes=round(room[1] * 1e9))
    with Bars(quiet=silent or as_json) as progress:
        report = review(plugin, out=out, fresh=fresh, limits=limits, cache=cache, progress=progress)
    typer.echo(report.model_dump_json(indent=2) if as_json else str(report))
    if not report.keeps:
        raise typer.Exit(1)
