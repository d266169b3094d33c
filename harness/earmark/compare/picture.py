"""The forest plot of a comparison: a row a task, its change with the interval, and what may be called a difference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from earmark.compare.notes import task_name
from earmark.errors import ResultError
from earmark.result.picture import BLUE, GREY, ORANGE, check_ending, save

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from earmark.compare.record import Compared, Comparison

BAND, ZERO = "#eeeeee", "#555555"
NAMES_INCH, PANEL_INCH, ROW_INCH, FRAME_INCH = 2.1, 5.6, 0.25, 0.55
"""Of a sheet: the names at the left, a lone panel, a row, and what stands above and below the rows of a panel."""
SMALL_INCH = 2.0
"""Width of a panel among several."""
WIDEST = 5
"""Panels beside each other."""
MOST, BEYOND = 0.95, 2.0
"""The panels reach as far as the furthest change or end of an interval, but no further than BEYOND times what MOST of
them keep within; a change beyond is drawn at the edge with its number."""
ROOM = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a verdict is drawn: told apart by shape and fill as well as by colour."""

    marker: str
    color: str
    size: float = 6.0
    hollow: bool = False


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "better": Look(marker="^", color=BLUE, size=7.0),
        "worse": Look(marker="v", color=ORANGE, size=7.0),
        "no difference shown": Look(marker="o", color=ZERO, size=5.5),
        "not enough data": Look(marker="o", color=GREY, size=5.5, hollow=True),
    }
)


def draw(comparison: Comparison, path: Path) -> None:
    """Write the picture as SVG, PNG or PDF, by the ending of `path`: a panel, or one for each condition.

    Raises ResultError for another ending, and where there is nothing to draw.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    check_ending(path)
    panels = _panels(comparison)
    if not panels:
        raise ResultError("Nothing was compared, so there is nothing to draw.")
    tasks = list(dict.fromkeys(_name(one) for one in (*comparison.tasks, *comparison.conditions)))
    columns = min(WIDEST, len(panels))
    lines = math.ceil(len(panels) / columns)
    width = NAMES_INCH + (PANEL_INCH if columns == 1 else SMALL_INCH * columns)
    figure = Figure(figsize=(width, 1.2 + lines * (FRAME_INCH + ROW_INCH * len(tasks))), layout="constrained")
    grid = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    cells = list(grid.flat)
    edge = _edge([one for some in panels.values() for one in some])
    for axes, (title, some) in zip(cells, panels.items(), strict=False):
        _draw_panel(axes, some, tasks, edge)
        axes.set_title(title if len(panels) > 1 else "", fontsize=9, loc="left")
    for axes in cells[: len(panels)][-columns:]:  # below some of them nothing is drawn
        axes.tick_params(labelbottom=True)
    for axes in cells[len(panels) :]:
        axes.set_axis_off()
    _furnish(figure, cells[0], comparison, tasks)
    save(figure, path)


def _panels(comparison: Comparison) -> dict[str, list[Compared]]:
    """By condition, clean audio first."""
    found: dict[str, list[Compared]] = {}
    for one in (*comparison.tasks, *comparison.conditions):
        found.setdefault(one.condition or "clean", []).append(one)
    return found


def _name(one: Compared) -> str:
    return f"{task_name(one.task, one.probe)}  [{one.metric}{'' if one.higher_is_better else ' ↓'}]"


def _draw_panel(axes: Axes, some: Sequence[Compared], tasks: Sequence[str], edge: float) -> None:
    axes.axvspan(-some[0].smallest, some[0].smallest, color=BAND, linewidth=0, zorder=0)
    axes.axvline(0, color=ZERO, linewidth=0.9, zorder=1)
    for one in some:
        _mark(axes, tasks.index(_name(one)), one, edge)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="both", labelsize=8.5)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _mark(axes: Axes, row: int, one: Compared, edge: float) -> None:
    """One change with its interval, turned so that better is to the right."""
    look, found = LOOKS[one.verdict], one.difference
    direction = 1 if one.higher_is_better else -1
    if found.value is None:
        return
    if found.low is not None and found.high is not None:
        ends = [max(-edge, min(edge, direction * end)) for end in (found.low, found.high)]
        axes.plot(ends, [row, row], color=look.color, linewidth=1.6, solid_capstyle="butt", zorder=2)
    place = max(-edge, min(edge, direction * found.value))
    axes.plot(
        [place], [row], marker=look.marker, markersize=look.size, color=look.color,
        markerfacecolor="white" if look.hollow else look.color, linestyle="", zorder=3, gid=one.verdict,
    )  # fmt: skip
    if place != direction * found.value:
        axes.annotate(
            f"{direction * found.value:+.2f}", (place, row), xytext=(-6 if place > 0 else 6, 4),
            textcoords="offset points", ha="right" if place > 0 else "left", fontsize=7.5, color=look.color,
        )  # fmt: skip


def _furnish(figure: Figure, first: Axes, comparison: Comparison, tasks: Sequence[str]) -> None:
    every = [*comparison.tasks, *comparison.conditions]
    first.set_yticks(range(len(tasks)), tasks)
    first.set_ylim(len(tasks) - 0.4, -0.6)
    edge = ROOM * _edge(every)
    first.set_xlim(-edge, edge)
    old, new, on = comparison.old, comparison.new, comparison.benchmark
    figure.suptitle(
        f"{new.name} {new.version} against {old.name} {old.version} on {on.name} {on.version}\n"
        f"← worse · better →   change of the score with 95 % interval; shaded: less than {every[0].smallest:g}",
        fontsize=9, x=0.01, ha="left",
    )  # fmt: skip
    _legend(figure, [one.verdict for one in every])


def _edge(every: Sequence[Compared]) -> float:
    """How far from zero the panels reach, and at least twice the band."""
    found = [one.difference for one in every]
    ends = sorted(abs(end) for one in found for end in (one.low, one.value, one.high) if end is not None)
    usual = ends[math.ceil(MOST * len(ends)) - 1] if ends else 0.0
    return max(2 * every[0].smallest, *(end for end in (0.0, *ends) if end <= BEYOND * usual))


def _legend(figure: Figure, found: Sequence[str]) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    handles = [
        Line2D(
            [], [], marker=look.marker, color=look.color, markersize=look.size, label=verdict,
            markerfacecolor="white" if look.hollow else look.color, linewidth=1.6,
        )
        for verdict, look in LOOKS.items()
        if verdict in found
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, fontsize=8.5)
