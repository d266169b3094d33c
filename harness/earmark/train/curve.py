"""The curve of a training: losses and scores by epoch, as records and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.result.picture import BLUE, GREY, ORANGE, check_ending, drawn
from earmark.train.whole import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_INCH, HEIGHT_INCH = 8.0, 6.0
LABEL_HEIGHT = 0.055
"""Of the names of targets, on the axis of scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What one epoch came to."""

    number: int
    """From 1."""
    optimizer: str
    learning_rate: float
    train_loss: float
    """Mean over the batches, with dropout, while the weights moved."""
    valid_loss: float
    """Mean over the targets of the mean over their labelled clips of the mean over their chunks."""
    scores: Mapping[str, float | None]
    """By target its main metric on the validation clips, chunks averaged; None where it cannot be scored."""

    @property
    def score(self) -> float:
        """Mean of the scores."""
        known = [value for value in self.scores.values() if value is not None]
        return sum(known) / len(known) if known else float("nan")


def draw_curve(title: str, curve: Sequence[Epoch], best: int, path: Path) -> None:
    """Draw losses above scores, with the steps of the optimizer and the best epoch; raises EarmarkError."""
    check_ending(path)
    from matplotlib.figure import Figure  # noqa: PLC0415 - no pyplot: no global state, no display

    figure = Figure(figsize=(WIDTH_INCH, HEIGHT_INCH), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    numbers = [epoch.number for epoch in curve]
    above.plot(numbers, [e.train_loss for e in curve], color=GREY, label="training (with dropout)")
    above.plot(numbers, [e.valid_loss for e in curve], color=BLUE, label="validation")
    _draw_scores(below, curve, numbers)
    for axes in (above, below):
        _furnish(axes, curve, best)
    _name_phases(above, curve)
    above.set_title(title, loc="left", fontsize=12, fontweight="bold", pad=18)
    above.set_ylabel("loss")
    above.legend(edgecolor="none", framealpha=1.0, loc="upper right")  # opaque: lines pass behind it
    below.set_ylabel("validation score")
    below.set_xlabel("epoch")
    write_whole({path: drawn(figure, path)})


def _draw_scores(axes: Axes, curve: Sequence[Epoch], numbers: Sequence[int]) -> None:
    names = list(curve[0].scores)
    values = {name: [_or_nan(epoch.scores[name]) for epoch in curve] for name in names}
    for name in names:
        axes.plot(numbers, values[name], color=GREY, linewidth=0.9)
    for name, height in _apart({name: values[name][-1] for name in names}).items():
        axes.annotate(name, (numbers[-1], height), xytext=(8, 0), textcoords="offset points",
                      fontsize=8, color="#555555", va="center", annotation_clip=False)  # fmt: skip
    if len(names) != 1:
        axes.plot(numbers, [epoch.score for epoch in curve], color=BLUE, linewidth=2, label="mean over targets")
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    axes.set_ylim(0, 1)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _apart(heights: Mapping[str, float]) -> dict[str, float]:
    """Push labels upwards until none covers the next."""
    found: dict[str, float] = {}
    lowest = -1.0
    for name, height in sorted(heights.items(), key=lambda item: item[1]):
        if not isnan(height):
            lowest = found[name] = max(height, lowest + LABEL_HEIGHT)
    return found


def _furnish(axes: Axes, curve: Sequence[Epoch], best: int) -> None:
    """Mark the best epoch and the first of each phase but the first."""
    axes.axvline(best, color=ORANGE, linewidth=1.4, label=f"best epoch ({best})")
    for number in _switches(curve)[1:]:
        axes.axvline(number - 0.5, color=GREY, linewidth=0.9, linestyle=":")
    axes.set_xlim(0.5, len(curve) + 0.5)
    axes.grid(axis="y", color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _name_phases(axes: Axes, curve: Sequence[Epoch]) -> None:
    place = axes.get_xaxis_transform()
    for number in _switches(curve):
        epoch = curve[number - 1]
        name = f"{epoch.optimizer} {epoch.learning_rate:g}"
        axes.text(number - 0.5, 1.02, name, transform=place, fontsize=8, color="#555555")


def _switches(curve: Sequence[Epoch]) -> list[int]:
    """Return the numbers of the first epochs of the phases."""
    kinds = [(epoch.optimizer, epoch.learning_rate) for epoch in curve]
    return [i + 1 for i, kind in enumerate(kinds) if i == 0 or kind != kinds[i - 1]]
