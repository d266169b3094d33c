"""Two pictures: how much closer neighbours are than chance, and how entangled the targets are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.result.neighbours.table import by_group, measure, neighbourhood
from earmark.result.neighbours.words import beyond_random, known, readable
from earmark.result.picture import BLUE, GREY, check_ending, save
from earmark.result.table import model_name
from earmark.target import FAMILIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from earmark.result.neighbours.record import Leak, Leakage, Locality
    from earmark.result.record import Result

ROW_INCH, HEAD_INCH, WIDTH_INCH = 0.34, 1.35, 8.0
CELL_INCH, MARGIN_INCH = (0.68, 0.5), (2.4, 1.9)
LEAST = 0.05
TICKS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20, 50, 100)
COLORS = "YlGnBu"
"""One hue after the other, each darker: in order to every eye, and in print."""
DARK = 0.55
"""A share from which on the cell is so dark that it is written in white."""
INK = "#222222"


def draw_locality(result: Result, path: Path) -> None:
    """Write the lifts of the neighbours over random pairs, by cosine, one row an attribute.

    Raises ResultError for a result without them, and for an ending that is no picture's.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    check_ending(path)
    apart, beside = by_group([r for r in neighbourhood(result).locality if r.distance == "cosine"])
    rows = sorted(apart, key=lambda r: FAMILIES.index(r.family))
    if not rows:
        raise ResultError("This result has no lifts to draw: no target of the data set says what neighbours share.")
    along = {(r.target, r.measure): r for r in beside}
    figure = Figure(figsize=(WIDTH_INCH, HEAD_INCH + ROW_INCH * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    axes.axvline(1.0, color=GREY, linewidth=1.2, zorder=1, gid="chance")
    for y, row in enumerate(rows):
        _draw_lift(axes, y + 0.2, along.get((row.target, row.measure)), own=True)
        _draw_lift(axes, y, row, own=False)
    _furnish_lifts(axes, rows)
    if along:
        _legend(axes)
    k = neighbourhood(result).k
    _head(figure, f"{_title(result)}: what the {k} nearest by cosine share")
    save(figure, path)


def _draw_lift(axes: Axes, y: float, row: Locality | None, *, own: bool) -> None:
    """One point with its interval; on a logarithmic axis what is below LEAST stands there, as an arrow."""
    if row is None or row.lift.value is None:
        return
    value, low, high = row.lift.value, row.lift.low, row.lift.high
    color, size, fill = (GREY, 4.0, "white") if own else (BLUE, 7.0, BLUE)
    if low is not None and high is not None and not own:
        ends = [max(LEAST, low), max(LEAST, high)]
        axes.plot(ends, [y, y], color=color, linewidth=2, solid_capstyle="round", gid="interval")
    axes.plot(
        [max(LEAST, value)], [y], marker="<" if value < LEAST else "o", markersize=size, color=color,
        markerfacecolor=fill, linestyle="", markeredgewidth=1.2, gid="own" if own else "lift",
    )  # fmt: skip


def _furnish_lifts(axes: Axes, rows: list[Locality]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: PLC0415

    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), [f"{r.target}  [{measure(r)}]" for r in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.8), max(high, 1.25))
    axes.xaxis.set_major_locator(FixedLocator(TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}×"))
    axes.grid(axis="x", color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("lift over random pairs, with 95 % interval; 1×: no closer than chance")


def _legend(axes: Axes) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    entries = [("without the query's own group", 7.0, BLUE, BLUE), ("with it", 4.0, GREY, "white")]
    handles = [
        Line2D([], [], marker="o", markersize=size, color=c, markerfacecolor=fill, linestyle="", label=name)
        for name, size, c, fill in entries
    ]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 0.995), ncols=len(handles), frameon=False)


def _head(figure: Figure, text: str) -> None:
    figure.suptitle(text, x=0.01, ha="left", fontsize=12, fontweight="bold")


def _title(result: Result) -> str:
    model, on = result.model, result.benchmark
    return f"{model_name(result)} {model.version} on {on.name} {on.version}"


def draw_leakage(result: Result, path: Path) -> None:
    """Write how much of each target is found inside the directions of each other: rows read, columns are read.

    Only of targets that the whole embedding clearly knows. Raises ResultError where fewer than two are, and for an
    ending that is no picture's.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    check_ending(path)
    leakage = neighbourhood(result).leakage
    names = known(leakage) if leakage else ()
    if leakage is None or len(names) < 2:
        raise ResultError("Leaks need two targets that the embedding clearly knows; this result has fewer.")
    width, height = (cell * len(names) + margin for cell, margin in zip(CELL_INCH, MARGIN_INCH, strict=True))
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    cells = {(cell.span, cell.target): cell for cell in readable(leakage)}
    shares = [[_share(cells[span, target]) for target in names] for span in names]
    image = axes.imshow(shares, cmap=COLORS, vmin=0.0, vmax=1.0, aspect="auto")
    for (span, target), cell in cells.items():
        _write_cell(axes, names.index(span), names.index(target), cell)
    _furnish_leaks(figure, axes, result, names)
    bar = figure.colorbar(image, ax=axes, shrink=0.8, pad=0.02)
    bar.set_label("kept: 0 chance, 1 all that the embedding knows")
    bar.outline.set_visible(False)
    save(figure, path)


def _share(cell: Leak) -> float:
    """What the colour says, from chance to everything."""
    return min(1.0, max(0.0, cell.kept or 0.0))


def _write_cell(axes: Axes, row: int, column: int, cell: Leak) -> None:
    """The share that is kept, bold beyond random directions, and theirs beneath."""
    color = "white" if _share(cell) > DARK else INK
    kept, random = (_digits(share) for share in (cell.kept, cell.random_kept))
    weight = "bold" if beyond_random(cell) else "normal"
    for y, text, size, style in ((row - 0.13, kept, 9.5, weight), (row + 0.25, random, 6.5, "normal")):
        axes.text(column, y, text, fontsize=size, fontweight=style, color=color, ha="center", va="center")


def _digits(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}".replace("-", "−")


def _furnish_leaks(figure: Figure, axes: Axes, result: Result, names: tuple[str, ...]) -> None:
    leakage: Leakage = neighbourhood(result).leakage  # type: ignore[assignment]
    directions = {cell.span: cell.directions for cell in leakage.cells}
    axes.set_xticks(range(len(names)), names, rotation=35, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(names)), [f"{name} ({directions[name]})" for name in names])
    axes.tick_params(length=0)
    axes.set_ylabel("read inside the directions of (number of them)")
    for side in axes.spines.values():
        side.set_visible(False)
    _head(figure, f"{_title(result)}: targets inside others")
    lost = [name for name in leakage.targets if name not in names]
    note = f"\nNot clearly above chance, so not shown: {', '.join(lost)}." if lost else ""
    axes.set_xlabel(f"Small: inside as many random directions; bold: clearly above that.{note}", loc="left", fontsize=8)
