"""What is printed where: answers on standard output, bars, warnings and complaints on standard error."""

import sys
import warnings
from types import TracebackType
from typing import Any, TextIO

import typer


def complain(sentence: str) -> None:
    """Print an error on standard error."""
    typer.secho(f"Error: {sentence}", fg="red", err=True)


def print_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,
) -> None:
    """Print a warning meant for the user as a sentence; leave the others to Python's own form."""
    if category.__module__.startswith("earmark"):
        typer.secho(f"Warning: {message}", fg="yellow", err=True)
    else:
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))


class Bars:
    """Progress bars on standard error, 80 columns wide: share done, speed in units a second, and the time left.

    Off a terminal each phase prints a line at its start and one at its end instead.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        from rich.console import Console  # noqa: PLC0415 - `bench --help` must answer at once
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        self._console = Console(stderr=True, quiet=quiet)
        self._progress = Progress(
            TextColumn("{task.description:<17}"),
            BarColumn(bar_width=12),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[speed]:<20}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=self._console,
            disable=quiet or not self._console.is_terminal,
        )
        self._phases: dict[str, Any] = {}
        self._notes: dict[str, str] = {}

    def __enter__(self) -> "Bars":
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(self, *problem: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop drawing; the bars stay on the screen."""
        self._progress.stop()

    def __call__(self, phase: str, done: float, total: float, unit: str) -> None:
        """Draw `done` of `total` units of `phase`."""
        if phase not in self._phases:
            self._phases[phase] = self._progress.add_task(phase, total=total, speed="")
            self._say_if_plain(f"{phase}: {total:,.0f} {unit}")
        task = self._progress.tasks[self._phases[phase]]
        speed = self._notes.get(phase) or (f"{task.speed:,.0f} {unit}/s" if task.speed else unit)
        finished = done > total - 1e-6  # seconds of audio are sums of fractions
        self._progress.update(task.id, completed=total if finished else done, total=total, speed=speed)
        if finished:
            self._say_if_plain(f"{phase}: done")

    def note(self, phase: str, text: str) -> None:
        """Show a text beside a phase's bar in place of its speed; about 28 characters fit."""
        self._notes[phase] = text

    def say(self, line: str) -> None:
        """Print a line, but only where no bar is drawn."""
        self._say_if_plain(line)

    def _say_if_plain(self, line: str) -> None:
        if not self._console.is_terminal:
            self._console.print(line, highlight=False, markup=False)


def table(rows: list[list[str]], headers: list[str]) -> str:
    """A plain table; cells are printed as they are."""
    from tabulate import tabulate  # noqa: PLC0415

    return str(tabulate(rows, headers=headers, tablefmt="simple", disable_numparse=True))
