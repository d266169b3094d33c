"""From filed results to a board."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from earmark.archive import Archive
from earmark.compare.paired import RESAMPLES
from earmark.errors import ResultError
from earmark.leaderboard.entries import Entries, Entry, entries_of
from earmark.leaderboard.marks import Bench, Marks, height
from earmark.leaderboard.ranks import ranks_of
from earmark.leaderboard.record import Board, Cell, Column, Row
from earmark.progress import Progress, silent
from earmark.protocol.scoring import finite, score_of
from earmark.result import Named, Result, Score
from earmark.result.table import trained_on

CHANCE = "chance"
DIGITS = 6
"""Decimals of what a board holds: those beyond depend on how many threads a sum was spread over."""
SAME_SCORE, SAME_DIGITS = 1e-6, 1e-9
"""What the predictions give and what the result says may be rounding apart, no more: absolutely, or of a score that is
a large number, such as an R² far below 0, relatively."""


def board_of(
    archive: Archive, benchmark: str, *, resamples: int = RESAMPLES, seed: int = 0, progress: Progress = silent
) -> Board:
    """Every model filed on a benchmark, the highest above chance first, with intervals and rank ranges.

    Computed from the predictions of the filed results alone. Raises UnknownName where nothing is filed on that
    benchmark, and ResultError, naming the file, for a result that cannot stand beside the others.
    """
    entries = entries_of(archive, benchmark, progress)
    return board_from(entries, archive.folder, resamples=resamples, seed=seed, progress=progress)


def board_from(
    entries: Entries, folder: Path, *, resamples: int = RESAMPLES, seed: int = 0, progress: Progress = silent
) -> Board:
    """The same from entries that are read already, filed in a folder; raises ResultError for an edited score."""
    bench = Bench(entries=entries, resamples=resamples, seed=seed)
    by_task = {task.task: bench.of((task.task,)) for task in entries.tasks}
    by_family = {name: bench.of(tasks) for name, tasks in entries.families.items()}
    _check_claims(entries, by_task)
    overall = bench.above_chance(tuple(entries.families.values()))
    models = _models(folder, entries, _all_cells([overall, *by_family.values(), *by_task.values()], progress))
    return Board(
        benchmark=Named(name=entries.benchmark, version=entries.version),
        resamples=resamples,
        tests={task.task: task.tracks["test"] for task in entries.tasks},
        families=tuple(_column(name, name, entries.families[name], marks) for name, marks in by_family.items()),
        tasks=tuple(_column(t.task, t.family, (t.task,), by_task[t.task]) for t in entries.tasks),
        rows=(*sorted((*models, *_unfiled(entries, by_family)), key=_place), _chance(by_family, by_task)),
        notes=entries.notes,
    )


def boards_of(folder: Path, benchmark: str | None = None, progress: Progress = silent) -> list[Board]:
    """The board of one benchmark, or of each that there are results on, by name.

    Raises ResultError, saying how to file one, where there is no result.
    """
    archive = Archive(folder=folder)
    names = [benchmark] if benchmark else archive.benchmarks()
    return [board_of(archive, name, progress=progress) for name in names]


def _check_claims(entries: Entries, by_task: Mapping[str, Marks]) -> None:
    """Raise ResultError where a result says another score than its predictions give."""
    for name, marks in by_task.items():
        for entry, value in zip(entries.entries, marks.scores[:, 0], strict=True):
            claimed = entry.tasks[name].main.value
            if claimed is not None and not math.isclose(claimed, value, rel_tol=SAME_DIGITS, abs_tol=SAME_SCORE):
                raise ResultError(
                    f"{entry.filed.path}: says {claimed} of {name}, but its predictions give {value}: "
                    "one of them was changed."
                )


def _column(name: str, family: str, tasks: Sequence[str], marks: Marks) -> Column:
    return Column(
        name=name, family=family, metric=marks.metric.name, tasks=tuple(tasks),
        higher_is_better=marks.metric.higher_is_better,
    )  # fmt: skip


def _all_cells(columns: Sequence[Marks], progress: Progress) -> list[list[Cell]]:
    """Of each column the cells, one a model."""
    found = []
    for done, marks in enumerate(columns):
        progress("rank", done, len(columns), "columns")
        found.append(_cells(marks))
    progress("rank", len(columns), len(columns), "columns")
    return found


def _models(folder: Path, entries: Entries, cells: Sequence[list[Cell]]) -> list[Row]:
    """One row a model, from the cells of above chance, of every family and of every task."""
    whole, *others = cells
    families = dict(zip(entries.families, others, strict=False))
    tasks = dict(zip([task.task for task in entries.tasks], others[len(families) :], strict=True))
    return [
        Row(
            kind="baseline" if _is_baseline(entry) else "model",
            model=Named(name=entry.key.name, version=entry.key.version),
            overall=whole[i],
            families={name: column[i] for name, column in families.items()},
            tasks={name: column[i] for name, column in tasks.items()},
            overlap=trained_on(entry.filed.result),
            breaks_first=_breaks_first(entry),
            path=entry.filed.path.relative_to(folder).as_posix(),
            **_costs(entry.filed.result),
        )
        for i, entry in enumerate(entries.entries)
    ]


def _cells(marks: Marks) -> list[Cell]:
    """One a model."""
    ranks = ranks_of(marks.scores, marks.weights, higher_is_better=marks.metric.higher_is_better)
    scores = [score_of(marks.metric, scores, marks.weights) for scores in marks.scores]
    return [_cell(score).model_copy(update={"rank": rank}) for score, rank in zip(scores, ranks, strict=True)]


def _cell(score: Score) -> Cell:
    return Cell(value=_rounded(score.value), low=_rounded(score.low), high=_rounded(score.high))


def _rounded(value: float | None) -> float | None:
    """To DIGITS, and zero without a sign."""
    return None if value is None else round(value, DIGITS) + 0.0


def _is_baseline(entry: Entry) -> bool:
    baseline = entry.filed.result.baseline
    return baseline is not None and (baseline.name, baseline.version) == entry.key


def _breaks_first(entry: Entry) -> str:
    robustness = entry.robust.result.robustness if entry.robust is not None else None
    return robustness.sentence if robustness is not None else ""


def _costs(result: Result) -> dict[str, Any]:
    """What is known of the model, and what it took."""
    model, speed = result.model, result.cost.audio_s_per_s
    return {
        "parameters": model.parameters,
        "dim": model.dim,
        "audio_s_per_s": speed,
        "machine": _machine(result.environment) if speed is not None else "",
        "training_data": model.training_data,
        "license": model.license,
        "source": model.source,
    }


def _machine(environment: Mapping[str, str]) -> str:
    """Device and cores, as far as the result says."""
    cores = environment.get("cores", "")
    return ", ".join(part for part in (environment.get("device", ""), f"{cores} cores" if cores else "") if part)


def _unfiled(entries: Entries, by_family: Mapping[str, Marks]) -> list[Row]:
    """The baseline as the first result reports it, where it is not filed itself: without ranks."""
    first = entries.entries[0]
    named = first.filed.result.baseline
    if named is None or any(entry.key.name == named.name for entry in entries.entries):
        return []
    scores = {name: task.baseline[0] for name, task in first.tasks.items() if task.baseline}
    tasks = {name: _cell(scores[name]) if name in scores else Cell(value=None) for name in first.tasks}
    families = {name: _mean([tasks[task] for task in entries.families[name]]) for name in by_family}
    heights = [_height(families[name], marks) for name, marks in by_family.items()]
    return [Row(kind="baseline", model=named, overall=_mean(heights), families=families, tasks=tasks)]


def _height(cell: Cell, marks: Marks) -> Cell:
    """Of the way from chance to perfect."""
    value = np.array(np.nan if cell.value is None else cell.value)
    return Cell(value=_rounded(finite(float(height(value, marks.metric, marks.chance)))))


def _mean(cells: Sequence[Cell]) -> Cell:
    """Of one the cell itself; of several no interval is known."""
    values = [cell.value for cell in cells if cell.value is not None]
    if len(values) < len(cells):
        return Cell(value=None)
    return cells[0] if len(cells) == 1 else Cell(value=_rounded(sum(values) / len(values)))


def _chance(by_family: Mapping[str, Marks], by_task: Mapping[str, Marks]) -> Row:
    known = 0.0 if all(marks.chance is not None for marks in by_family.values()) else None
    return Row(
        kind="chance",
        model=Named(name=CHANCE, version=""),
        overall=Cell(value=known),
        families={name: Cell(value=_rounded(marks.chance)) for name, marks in by_family.items()},
        tasks={name: Cell(value=_rounded(marks.chance)) for name, marks in by_task.items()},
    )


def _place(row: Row) -> tuple[bool, float, str, str]:
    """The highest first, then by name and version; last who has no score."""
    value = row.overall.value
    return value is None, -(value or 0.0), row.model.name, row.model.version
