"""One panel: the model against chance and the baseline, task by task, with intervals."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.target import FAMILIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from earmark.result.record import Result, TaskResult
    from earmark.result.score import Score

FORMATS = (".svg", ".png", ".pdf")
BLUE, GREY, ORANGE = "#1f5fa8", "#8a8a8a", "#d9822b"  # tells apart in every common colour blindness
ROW_INCH, HEAD_INCH, WIDTH_INCH = 0.36, 1.5, 8.0


def draw(result: Result, path: Path) -> None:
    """Write the picture as SVG, PNG or PDF, by the ending of `path`; raises ResultError for another ending.

    Scores that count down, such as an error in periods, are left to the table: every row here reads to the right.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    tasks = sorted(
        (t for t in result.tasks if t.main.higher_is_better), key=lambda t: (FAMILIES.index(t.family), t.probe)
    )
    figure = Figure(figsize=(WIDTH_INCH, HEAD_INCH + ROW_INCH * len(tasks)), layout="constrained")
    axes = figure.add_subplot()
    for row, task in enumerate(tasks):
        _draw_row(axes, row, task, beside=_baseline_name(result) is not None)
    _furnish(axes, result, tasks)
    save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as SVG, PNG or PDF, by the ending of `path`; raises ResultError for another ending."""
    check_ending(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(drawn(figure, path))


def check_ending(path: Path) -> None:
    """Raise ResultError where a picture cannot be written under that ending."""
    if path.suffix.lower() not in FORMATS:
        raise ResultError(f"A picture is written as {', '.join(FORMATS)}, not {path.suffix or path.name!r}.")


def drawn(figure: Figure, path: Path) -> bytes:
    """A figure as the bytes of a file of that ending; the same figure gives the same SVG."""
    from matplotlib import rc_context  # noqa: PLC0415

    stream, kind = io.BytesIO(), path.suffix.lower()
    with rc_context({"svg.hashsalt": "earmark"}):  # otherwise the names inside an SVG are drawn by lot
        figure.savefig(stream, format=kind[1:], dpi=160, metadata={"Date": None} if kind == ".svg" else None)
    return stream.getvalue()


def _baseline_name(result: Result) -> str | None:
    """The baseline's name, unless it is the model itself."""
    return result.baseline.name if result.baseline and result.baseline.name != result.model.name else None


def _draw_row(axes: Axes, row: int, task: TaskResult, *, beside: bool) -> None:
    _mark(axes, row, task.chance[0] if task.chance else None, marker="|", color=GREY, label="chance")
    if task.baseline and beside:
        _mark(axes, row + 0.16, task.baseline[0], marker="D", color=ORANGE, label="baseline")
    _mark(axes, row - 0.1, task.main, marker="o", color=BLUE, label="model")


def _mark(axes: Axes, y: float, score: Score | None, *, marker: str, color: str, label: str) -> None:
    """Draw one score with its interval, held inside the panel from 0 to 1."""
    if score is None or score.value is None:
        return
    shown = max(0.0, score.value)
    if score.low is not None and score.high is not None and label != "chance":
        axes.plot([max(0.0, score.low), max(0.0, score.high)], [y, y], color=color, linewidth=2, solid_capstyle="round")
    size = {"|": 15, "D": 5, "o": 7}[marker]
    axes.plot([shown], [y], marker=marker, color=color, markersize=size, markeredgewidth=1.6, linestyle="", gid=label)


def _furnish(axes: Axes, result: Result, tasks: list[TaskResult]) -> None:
    axes.set_yticks(range(len(tasks)), [_row_name(t) for t in tasks])
    axes.set_ylim(len(tasks) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="x", color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_title(
        f"{result.model.name} {result.model.version} on {result.benchmark.name} {result.benchmark.version}",
        loc="left", fontsize=12, fontweight="bold",
    )  # fmt: skip
    axes.set_xlabel("score with 95 % interval over groups; scores below 0 are drawn at 0")
    _legend(axes, result)


def _row_name(task: TaskResult) -> str:
    probe = " · MLP" if task.probe == "mlp" else ""
    return f"{task.task}{probe}  [{task.main.metric}]"


def _legend(axes: Axes, result: Result) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    entries = [(result.model.name, "o", BLUE), ("chance", "|", GREY)]
    if (baseline := _baseline_name(result)) is not None:
        entries.insert(1, (baseline, "D", ORANGE))
    handles = [Line2D([], [], marker=m, color=c, linestyle="", label=n) for n, m, c in entries]
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(handles), frameon=False)
