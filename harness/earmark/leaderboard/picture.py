"""A board drawn: one panel a column, one row a model, each score with its interval, rank range and chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import EarmarkError
from earmark.leaderboard.escape import plain
from earmark.leaderboard.record import Board
from earmark.leaderboard.table import Line, Table, span, table_of
from earmark.result.picture import BLUE, GREY, ORANGE, check_ending, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 40
"""More models than that become unreadable: the first are drawn."""
LONGEST = 36
"""Characters of a model's name."""
ROW_INCH, HEAD_INCH, PANEL_INCH, NAMES_INCH = 0.42, 1.2, 1.35, 2.4
COLORS = {"model": BLUE, "baseline": ORANGE}


def draw_boards(boards: Sequence[Board], path: Path, *, by: str = "families", family: str | None = None) -> None:
    """Draw the only board; raises EarmarkError where there are several, and what `draw_board` and `table_of` raise."""
    if len(boards) > 1:
        names = ", ".join(board.benchmark.name for board in boards)
        raise EarmarkError(f"A picture shows one board, but there are results on {names}: choose one with --benchmark.")
    draw_board(table_of(boards[0], by=by, family=family), path)


def draw_board(table: Table, path: Path) -> None:
    """Write a table as SVG, PNG or PDF, by the ending of `path`; raises ResultError for another ending."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    check_ending(path)
    lines = [line for line in table.lines if line.row.kind != "chance"]
    shown = lines[:MOST]
    size = (NAMES_INCH + PANEL_INCH * len(table.columns), HEAD_INCH + ROW_INCH * len(shown))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(1, len(table.columns), sharey=True, squeeze=False)[0]
    for place, (axes, heading) in enumerate(zip(panels, table.headings, strict=True)):
        title = _literal(f"{heading.name}\n{heading.metric}".replace(".", ".\n", heading.name.count(".")))
        axes.set_title(title, fontsize=9)
        _draw(axes, shown, place)
        _draw_chance(axes, table, place)
    _name(panels[0], shown)
    more = f" · the first {MOST} of {len(lines)} models" if len(lines) > MOST else ""
    figure.suptitle(f"{_literal(table.title)}: score, 95 % interval and rank range; dotted: chance{more}", fontsize=10)
    save(figure, path)


def _draw(axes: Axes, lines: Sequence[Line], place: int) -> None:
    """The scores of one column from top to bottom."""
    for row, line in enumerate(lines):
        cell, color = line.cells[place], COLORS[line.row.kind]
        if cell.value is None:
            continue
        if cell.low is not None and cell.high is not None:
            axes.plot([cell.low, cell.high], [row, row], color=color, linewidth=2, alpha=0.5, solid_capstyle="butt")
        axes.plot([cell.value], [row], "D" if line.row.kind == "baseline" else "o", color=color, markersize=4)
        axes.annotate(
            span(cell.rank), (cell.value, row), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=7
        )
    axes.grid(axis="y", color="#eeeeee")
    axes.tick_params(labelsize=8, left=False)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _draw_chance(axes: Axes, table: Table, place: int) -> None:
    values = [line.cells[place].value for line in table.lines if line.row.kind == "chance"]
    for value in values:
        if value is not None:
            axes.axvline(value, color=GREY, linestyle=":", linewidth=1)


def _name(axes: Axes, lines: Sequence[Line]) -> None:
    axes.set_yticks(range(len(lines)), [_literal(_cut(line.label)) for line in lines])
    axes.set_ylim(len(lines) - 0.5, -0.7)


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _literal(words: str) -> str:
    """Dollars open no formula."""
    return "\n".join(plain(line) for line in words.split("\n")).replace("$", r"\$")
