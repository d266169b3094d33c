"""What the pictures of changed audio are drawn on and with: a grid of panels, marks, a head and a legend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.result.picture import GREY
from earmark.result.table import model_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    from earmark.result.record import Result

INK = "#333333"
PANEL_INCH, FRAME_INCH = (2.35, 1.75), (0.5, 0.55)
LEGEND_INCH, LETTER_INCH, LINE_INCH = 0.175, 0.066, 0.62
"""Of the legend: a row, a letter, and a line with the room around it."""
WIDEST = 6
"""Panels beside each other."""
BELOW, ABOVE = "1", "2"
"""The marks of what lies beyond the panel."""
ROOM, EDGE = 0.05, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a curve is told from the others."""

    color: str
    marker: str
    style: str = "-"
    fill: str = "full"
    """Of the marker, as matplotlib names it."""


def grid(count: int) -> tuple[Figure, list[Axes]]:
    """A figure of that many panels, in rows as full as they can be."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    rows = -(-count // WIDEST)
    columns = -(-count // rows)
    size = (PANEL_INCH[0] * max(columns, 2) + FRAME_INCH[0], PANEL_INCH[1] * rows + FRAME_INCH[1])
    figure = Figure(figsize=size, layout="constrained")
    cells = list(figure.subplots(rows, columns, squeeze=False, sharey=True).flat)
    for axes in cells[count:]:
        axes.set_visible(False)
    return figure, cells[:count]


def levels(axes: Axes, clean: float | None, chance: float | None) -> None:
    """Clean audio as a line, and chance as a dashed one."""
    for height, color, style in ((clean, INK, "-"), (chance, GREY, "--")):
        if height is not None:
            axes.axhline(height, color=color, linestyle=style, linewidth=0.8, zorder=1)


def dots(axes: Axes, points: Iterable[tuple[float, float]], look: Look, window: tuple[float, float]) -> None:
    """Mark what was measured; what lies beyond the window is marked at its edge."""
    low, high = window
    edge = EDGE * (high - low) if math.isfinite(high - low) else 0.0
    for x, y in points:
        marker, size = (BELOW, 6.0) if y < low else (ABOVE, 6.0) if y > high else (look.marker, SIZES[look.marker])
        axes.plot(
            [x], [min(max(y, low + edge), high - edge)], marker=marker, markersize=size, color=look.color,
            fillstyle=look.fill, markerfacecoloralt="white", markeredgewidth=0.9, linestyle="", gid="score",
        )  # fmt: skip


SIZES = {"o": 3.4, "s": 3.2, "D": 3.0, "^": 3.8, "v": 3.8, "P": 4.2, "X": 4.2, "*": 5.2}
"""That look equally large."""


def limit(
    cells: Sequence[Axes], heights: Iterable[float], least: tuple[float, float], most: tuple[float, float]
) -> None:
    """One height for all panels: all there is to show, at least and at most so much; and plain looks."""
    known = [height for height in heights if not math.isnan(height)]
    low, high = min([least[0], *known]), max([least[1], *known])
    room = ROOM * (high - low)
    for axes in cells:
        axes.set_ylim(max(most[0], low - room), min(most[1], high + room))
        axes.tick_params(axis="y", labelsize=6.5)
        axes.grid(axis="y", color="#ececec", linewidth=0.6)
        axes.set_axisbelow(True)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)


def head(figure: Figure, result: Result, what: str) -> None:
    """Model and benchmark, then what is drawn."""
    about = f"{model_name(result)} {result.model.version} on {result.benchmark.name} {result.benchmark.version}"
    figure.suptitle(f"{about}\n{what}", fontsize=8.5, x=0.01, ha="left")


def legend(figure: Figure, entries: dict[str, Look]) -> None:
    """Below all panels, as many entries beside each other as there is room for, then clean and chance."""
    whole = {**entries, "clean": Look(color=INK, marker=""), "chance": Look(color=GREY, marker="", style="--")}
    columns = next(n for n in range(len(whole), 0, -1) if n == 1 or _width(list(whole), n) < figure.get_figwidth())
    rows = -(-len(whole) // columns)
    figure.set_figheight(figure.get_figheight() + LEGEND_INCH * rows)
    figure.legend(
        handles=[_line(look, label) for label, look in whole.items()], loc="outside lower center",
        ncols=-(-len(whole) // rows), fontsize=7.5, frameon=False,
    )  # fmt: skip


def _width(labels: Sequence[str], columns: int) -> float:
    """Inches that a legend of so many columns takes, filled from top to bottom."""
    rows = -(-len(labels) // columns)
    longest = [max(map(len, labels[start : start + rows])) for start in range(0, len(labels), rows)]
    return sum(LINE_INCH + LETTER_INCH * letters for letters in longest)


def beyond(heights: Iterable[float], window: tuple[float, float]) -> str:
    """Say what the marks at an edge mean, where there are any."""
    out = any(height < window[0] or height > window[1] for height in heights)
    return " Three strokes at an edge: beyond it." if out else ""


def _line(look: Look, label: str) -> Line2D:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    line = Line2D([], [], color=look.color, marker=look.marker, markersize=SIZES.get(look.marker, 0) + 1, label=label)
    line.set(linestyle=look.style, linewidth=1.2, fillstyle=look.fill, markerfacecoloralt="white")
    return line
