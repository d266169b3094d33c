"""Several results beside each other: one row a task, one column a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.result.table import SHORT, model_name, number, overlap

if TYPE_CHECKING:
    from earmark.result.record import Result, TaskResult
    from earmark.result.score import Score


def beside(results: Sequence[Result]) -> str:
    """Main scores with their 95 % intervals; raises ResultError for results that cannot stand beside each other."""
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    _check_comparable(results)
    tasks = {(t.task, t.probe): t for result in results for t in result.tasks}
    rows = [_row(task, results) for task in tasks.values()]
    heads = ["task", "probe", "metric", "chance", *map(_column, results)]
    align = ["left", "left", "left", "right", *["right"] * len(results)]
    first = results[0].benchmark
    table = tabulate(rows, headers=heads, tablefmt="simple", disable_numparse=True, colalign=align)
    notes = [f"{model_name(result)}: {note}" for result in results for note in overlap(result)]
    return "\n".join([f"{first.name} {first.version}: score and 95 % interval", "", table, "", *notes]).strip()


def _column(result: Result) -> str:
    layers = result.model.layers
    read = f" · {len(layers)} layers" if len(layers) > 1 else f" · {layers[0]}" if layers else ""
    return f"{model_name(result)} {result.model.version}{read}"


def _check_comparable(results: Sequence[Result]) -> None:
    """Scores stand beside each other only where the same was asked of the same data."""
    if bare := [result.model.name for result in results if not result.tasks]:
        raise ResultError(f"A result of {bare[0]} holds no scores of tasks that could stand beside others.")
    for result in results[1:]:
        for what, one, other in (
            ("benchmark", results[0].benchmark, result.benchmark),
            ("data", _data(results[0]), _data(result)),
            ("limit", results[0].limit, result.limit),
        ):
            if one != other:
                raise ResultError(
                    f"The results of {results[0].model.name} and {result.model.name} differ in their {what} "
                    f"({one} and {other}): run both models on the same."
                )


def _data(result: Result) -> str:
    return ", ".join(f"{d.name} {d.version} {d.checksum[:8]}" for d in result.datasets)


def _row(task: TaskResult, results: Sequence[Result]) -> list[str]:
    found = [{(t.task, t.probe): t.main for t in result.tasks}.get((task.task, task.probe)) for result in results]
    arrow = "" if task.main.higher_is_better else " ↓"
    about = [task.task, SHORT[task.probe], task.main.metric + arrow, number(task.chance[0].value)]
    return [*about, *(_cell(score) for score in found)]


def _cell(score: Score | None) -> str:
    if score is None or score.value is None:
        return "–"
    return f"{number(score.value)} ({number(score.low)} – {number(score.high)})"
