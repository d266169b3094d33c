"""The picture of what became of the scores: one small panel a perturbation, severity along it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.result.picture import BLUE, ORANGE, check_ending, save
from earmark.result.robust.canvas import Look, beyond, dots, grid, head, legend, levels, limit
from earmark.result.robust.panel import Panel, panels
from earmark.result.robust.table import in_order
from earmark.result.robust.verdict import kept, listed, reading, starts_above
from earmark.target import FAMILIES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from earmark.result.record import Result
    from earmark.result.robust.record import Robustness, TaskRobustness
    from earmark.result.score import Score

COLOURS = ("#000000", "#e69f00", "#cc79a7", "#0072b2", "#d55e00", "#009e73", "#56b4e9", "#882255")
"""Of the eight FAMILIES: Okabe and Ito's (2008) without yellow, which white paper swallows, and Tol's wine."""
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
STYLES, FILLS = ("-", "--", ":", "-."), ("full", "none", "bottom", "left")
"""Of lines and markers: the tasks of one family in turn."""
SHARES = (-0.4, 1.4)
"""What a panel of shares shows at most."""
LEAST_SPAN = 0.25
"""Of a score: so much is shown above and below clean and chance, where it is reached."""
TRUE_LABEL, OLD_LABEL = Look(color=BLUE, marker="o"), Look(color=ORANGE, marker="D", style="--")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How one task is drawn."""

    task: TaskRobustness
    look: Look
    aside: float
    """Where its point stands beside a level that stands apart, from -0.35 to 0.35."""


def draw_robust(result: Result, path: Path, task: str | None = None, *, probe: str = "linear") -> None:
    """Write the picture as SVG, PNG or PDF, by the ending of `path`; raises ResultError.

    Without `task` each line is a task: the share that is left of what clean audio gives above chance. With it the
    panels show that task's own score with its 95 % interval. What lies far beyond both is marked at the edge.
    """
    check_ending(path)
    found = result.robustness
    if found is None or not found.conditions:
        raise ResultError("This result tells nothing of changed audio; make one by `bench robust`.")
    shown = panels(in_order(found.conditions))
    save(_all_tasks(result, found, shown) if task is None else _one_task(result, found, shown, (task, probe)), path)


def _all_tasks(result: Result, found: Robustness, shown: list[Panel]) -> Figure:
    curves = _curves([task for task in found.tasks if starts_above(task)])
    figure, cells = grid(len(shown))
    for axes, panel in zip(cells, shown, strict=True):
        _draw_shares(axes, panel, curves)
    shares = [share for one in curves for share in _shares(one.task).values()]
    limit(cells, shares, (0.0, 1.0), SHARES)
    low = [reading(task) for task in found.tasks if starts_above(task) is False]
    below = f"\nLeft out, not above chance on clean audio: {listed(low)}." if low else ""
    what = "How much is left of what clean audio gives above chance: 1 all of it, 0 chance."
    head(figure, result, f"{what}{beyond(shares, SHARES)}{below}")
    figure.supylabel("share left", fontsize=8)
    legend(figure, {reading(one.task): one.look for one in curves})
    return figure


def _curves(tasks: Sequence[TaskRobustness]) -> list[Curve]:
    """Colour and marker by family, line and filling within it."""
    ordered = sorted(tasks, key=lambda task: (FAMILIES.index(task.family), task.probe == "mlp"))
    curves: list[Curve] = []
    for place, task in enumerate(ordered):
        family = FAMILIES.index(task.family)
        nth = sum(one.task.family == task.family for one in curves) % len(STYLES)
        look = Look(color=COLOURS[family], marker=MARKERS[family], style=STYLES[nth], fill=FILLS[nth])
        curves.append(Curve(task=task, look=look, aside=0.7 * ((place + 0.5) / len(ordered) - 0.5)))
    return curves


def _shares(task: TaskRobustness) -> dict[str, float]:
    """By condition: the share that is left, NaN where it is not known."""
    return {score.condition: _height(kept(task, score)) for score in task.conditions}


def _height(value: float | None) -> float:
    return math.nan if value is None else value  # which leaves a gap in the curve


def _draw_shares(axes: Axes, panel: Panel, curves: Sequence[Curve]) -> None:
    levels(axes, 1.0, 0.0)
    for one in curves:
        _draw_curve(axes, panel, _shares(one.task), one, clean=1.0, window=SHARES)
    panel.furnish(axes)


def _draw_curve(
    axes: Axes, panel: Panel, heights: Mapping[str, float], one: Curve, *, clean: float, window: tuple[float, float]
) -> None:
    """A line with a mark at each level; where levels stand apart, the marks alone, beside each other."""
    if not panel.apart:
        xs, ys = _points(panel, heights, clean)
        axes.plot(xs, ys, one.look.style, color=one.look.color, linewidth=1.1)
    aside = one.aside if panel.apart else 0.0
    known = {place + aside: heights.get(name, math.nan) for name, place in panel.places.items()}
    dots(axes, [(x, y) for x, y in known.items() if not math.isnan(y)], one.look, window)


def _points(panel: Panel, heights: Mapping[str, float], clean: float) -> tuple[list[float], list[float]]:
    """A curve from left to right; the level that changes nothing shows the clean value."""
    points = [(place, heights.get(name, math.nan)) for name, place in panel.places.items()]
    if panel.neutral is not None and panel.neutral not in panel.places.values():
        points = sorted([*points, (panel.neutral, clean)], key=lambda point: point[0])
    return [x for x, _ in points], [y for _, y in points]


def _one_task(result: Result, found: Robustness, shown: list[Panel], asked: tuple[str, str]) -> Figure:
    task = _named(found, *asked)
    figure, cells = grid(len(shown))
    for axes, panel in zip(cells, shown, strict=True):
        _draw_scores(axes, panel, task)
    seen = [score for one in task.conditions for score in (one.score, one.unmoved) if score is not None]
    heights = [getattr(score, part) for score in (task.clean, *seen) for part in ("low", "value", "high")]
    known = [value for value in [*heights, task.chance] if value is not None]
    limit(cells, known, (min(known, default=0.0), max(known, default=1.0)), _window(task))
    strokes = beyond([s.value for s in seen if s.value is not None], _window(task))
    down = "" if task.clean.higher_is_better else "; less is better"
    head(figure, result, f"{reading(task)}: score with 95 % intervals over groups{down}.{strokes}")
    figure.supylabel(task.clean.metric, fontsize=8)
    old = {"under the label of the clean audio": OLD_LABEL} if any(one.unmoved for one in task.conditions) else {}
    legend(figure, {"under the label that is then true": TRUE_LABEL, **old})
    return figure


def _named(found: Robustness, name: str, probe: str) -> TaskRobustness:
    for task in found.tasks:
        if task.task == name and (task.probe == "mlp") == (probe == "mlp"):
            return task
    known = ", ".join(reading(task) for task in found.tasks)
    raise ResultError(f"No task {name!r} with the {probe} probe was asked of changed audio; there are {known}.")


def _window(task: TaskRobustness) -> tuple[float, float]:
    """What the panels of one task show at most: an R² far below any use would flatten all others."""
    if task.clean.value is None or task.chance is None:
        return -math.inf, math.inf
    low, high = sorted((task.clean.value, task.chance))
    span = max(high - low, LEAST_SPAN)
    return low - span, high + span


def _draw_scores(axes: Axes, panel: Panel, task: TaskRobustness) -> None:
    levels(axes, task.clean.value, task.chance)
    here = [one for one in task.conditions if one.condition in panel.places]
    scores = {one.condition: one.score for one in here}
    old = {one.condition: one.unmoved for one in here if one.unmoved is not None}
    _draw_interval(axes, panel, scores, task.clean)
    for found, look, aside in ((old, OLD_LABEL, 0.15), (scores, TRUE_LABEL, 0.0)):
        if found:
            heights = {name: _height(score.value) for name, score in found.items()}
            curve = Curve(task=task, look=look, aside=aside)
            _draw_curve(axes, panel, heights, curve, clean=_height(task.clean.value), window=_window(task))
    panel.furnish(axes)


def _draw_interval(axes: Axes, panel: Panel, scores: Mapping[str, Score], clean: Score) -> None:
    """A band along a ladder, a bar at each level that stands apart."""
    lows, highs = ({name: _height(getattr(s, part)) for name, s in scores.items()} for part in ("low", "high"))
    xs, low = _points(panel, lows, _height(clean.low))
    _, high = _points(panel, highs, _height(clean.high))
    if panel.apart:
        axes.vlines(xs, low, high, color=BLUE, linewidth=1.6, alpha=0.5)
    else:
        axes.fill_between(xs, low, high, color=BLUE, alpha=0.18, linewidth=0)
