"""Scores by layer: a table, and a picture of the curves."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.result.picture import BLUE, GREY, ORANGE, save
from earmark.target import FAMILIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from earmark.result.record import LayerScore, Result, TaskResult

COLUMNS, PANEL_INCH = 4, (2.9, 2.2)
PICKED = "*"


def layered(result: Result) -> list[TaskResult]:
    """The readings of several layers; raises ResultError when there are none."""
    found = [task for task in result.tasks if task.by_layer]
    if not found:
        raise ResultError("This result compares no layers; run a model that has several with --layers all.")
    return sorted(found, key=lambda task: (FAMILIES.index(task.family), task.probe))


def layer_table(result: Result) -> str:
    """One row a layer, one column a reading: the score on test, with a star at what validation picked."""
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    from earmark.result.table import number  # noqa: PLC0415

    def cell(task: TaskResult, score: LayerScore) -> str:
        return number(score.score.value) + (PICKED if score.layer == task.layer else " ")

    tasks = layered(result)
    names = [score.layer for score in tasks[0].by_layer]
    cells = [[name, *(cell(task, task.by_layer[row]) for task in tasks)] for row, name in enumerate(names)]
    heads = ["layer", *(_title(task) for task in tasks)]
    align = ["left", *["right"] * len(tasks)]
    shown = tabulate(cells, headers=heads, tablefmt="simple", disable_numparse=True, colalign=align)
    return f"{shown}\n\n{PICKED} picked on validation; the columns are scores on test."


def draw_layers(result: Result, path: Path) -> None:
    """Write the curves as SVG, PNG or PDF, one small panel a reading; raises ResultError."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    tasks = layered(result)
    rows = -(-len(tasks) // COLUMNS)
    figure = Figure(figsize=(PANEL_INCH[0] * COLUMNS, PANEL_INCH[1] * rows + 0.5), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False)
    for axes in panels.flat[len(tasks) :]:
        axes.set_visible(False)
    for axes, task in zip(panels.flat, tasks, strict=False):
        _draw_curve(axes, task)
    figure.suptitle(
        f"{result.model.name} {result.model.version} on {result.benchmark.name}: score by layer, 95 % intervals; "
        "ring: picked on validation; dashed: chance; dotted: baseline",
        fontsize=9,
    )
    save(figure, path)


def _draw_curve(axes: Axes, task: TaskResult) -> None:
    scores = [one.score for one in task.by_layer]
    values, lows, highs = ([_height(getattr(s, part)) for s in scores] for part in ("value", "low", "high"))
    places = range(len(scores))
    axes.fill_between(places, lows, highs, color=BLUE, alpha=0.18, linewidth=0)
    axes.plot(places, values, color=BLUE, marker="o", markersize=3)
    picked = next(i for i, one in enumerate(task.by_layer) if one.layer == task.layer)
    axes.plot([picked], [values[picked]], marker="o", markersize=9, markerfacecolor="none", color=BLUE)
    for others, color, style in ((task.chance, GREY, "--"), (task.baseline, ORANGE, ":")):
        if others and others[0].value is not None:
            axes.axhline(others[0].value, color=color, linestyle=style, linewidth=1.2)
    _furnish(axes, task)


def _height(value: float | None) -> float:
    return math.nan if value is None else value  # which leaves a gap in the curve


def _furnish(axes: Axes, task: TaskResult) -> None:
    names = [one.layer for one in task.by_layer]
    step = -(-len(names) // 7)
    long = max(map(len, names)) > 3
    axes.set_xticks(range(0, len(names), step), names[::step], fontsize=7, rotation=35 if long else 0)
    axes.tick_params(axis="y", labelsize=7)
    axes.set_title(f"{_title(task)}  [{task.main.metric}]", fontsize=8, loc="left")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _title(task: TaskResult) -> str:
    return f"{task.task}{' · MLP' if task.probe == 'mlp' else ''}"
