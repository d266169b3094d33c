"""A section as compact JSON: arrays where there are many, three decimals, everything by place."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args

from earmark.compare.record import Verdict
from earmark.leaderboard.record import Cell, Column, Row
from earmark.result import Score
from earmark.site.curves import Ladder, encode_robustness
from earmark.site.section import Details, Section, Versus

DECIMALS = 3
STEADY = 6
"""Decimals beyond these depend on how many threads a sum was spread over; they must not decide how a tie is rounded."""
Json = Any
"""What json.dumps takes."""
NOTHING = Details()
VERDICTS = get_args(Verdict)


def short(value: float | None) -> float | int | None:
    """Three decimals, whole numbers without a point, and never a minus before zero."""
    if value is None:
        return None
    rounded = round(round(value, STEADY), DECIMALS) + 0.0
    return int(rounded) if rounded.is_integer() else rounded


def encode_section(section: Section) -> Json:
    """Everything that the page's script needs to know of one benchmark."""
    board, details = section.board, [section.details.get(row.key, NOTHING) for row in section.board.rows]
    ladder = Ladder.of(one.robustness for one in details)
    metrics = _names(
        [(task, [score.metric for score, _ in found]) for one in details for task, found in one.scores.items()]
    )
    classes = _names([(task, [one.name for one in found]) for each in details for task, found in each.classes.items()])
    place = {row.key: i for i, row in enumerate(board.rows)}
    return {
        "benchmark": [board.benchmark.name, board.benchmark.version],
        "resamples": board.resamples,
        "notes": board.notes,
        "families": [_column(column) for column in board.families],
        "tasks": [{**_column(column), "tracks": board.tests.get(column.name)} for column in board.tasks],
        "metrics": metrics,
        "classes": {task: _class_heads(task, names, details) for task, names in classes.items()},
        "conditions": ladder.encoded(),
        "rows": [
            _row(row, one, section, metrics=metrics, classes=classes, ladder=ladder)
            for row, one in zip(board.rows, details, strict=True)
        ],
        "verdicts": VERDICTS,
        "pairs": [
            [place[a], place[b], _versus(found, section)]
            for (a, b), found in section.pairs.items()
            if a in place and b in place
        ],
    }  # fmt: skip


def _names(found: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """By task, all names that any model has, in the order in which they first come."""
    names: dict[str, dict[str, None]] = {}
    for task, some in found:
        names.setdefault(task, {}).update(dict.fromkeys(some))
    return {task: list(some) for task, some in names.items()}


def _class_heads(task: str, names: list[str], details: Sequence[Details]) -> Json:
    """What is measured of a task's classes, and each class with its test tracks."""
    known = {one.name: one for each in details for one in each.classes.get(task, ())}
    return {"measure": known[names[0]].score.metric, "names": names, "tracks": [known[name].tracks for name in names]}


def _column(column: Column) -> Json:
    return {
        "name": column.name, "family": column.family, "metric": column.metric, "tasks": column.tasks,
        "up": column.higher_is_better,
    }  # fmt: skip


def _row(
    row: Row, details: Details, section: Section, *, metrics: dict[str, list[str]], classes: dict[str, list[str]],
    ladder: Ladder,
) -> Json:  # fmt: skip
    board = section.board
    return {
        "kind": row.kind, "name": row.model.name, "version": row.model.version, "license": row.license,
        "source": row.source, "training": row.training_data, "overlap": row.overlap, "path": row.path,
        "cost": [row.parameters, row.dim, short(row.audio_s_per_s)], "machine": row.machine,
        "breaks": row.breaks_first, "overall": _cell(row.overall),
        "families": [_cell(row.families.get(column.name)) for column in board.families],
        "tasks": [_cell(row.tasks.get(column.name)) for column in board.tasks],
        "facts": list(details.facts.items()), "notes": details.notes,
        "further": {task: _further(details, task, metrics[task]) for task in details.scores},
        "classes": {task: _classes(details, task, classes[task]) for task in details.classes},
        "robust": encode_robustness(details.robustness, ladder, [c.name for c in board.tasks], short),
    }  # fmt: skip


def _cell(cell: Cell | None) -> Json:
    """Value, ends of the interval, best and worst place; None where there is no score."""
    if cell is None or cell.value is None:
        return None
    ranks = [cell.rank.best, cell.rank.worst] if cell.rank else []
    return [*_numbers(cell), *ranks]


def _numbers(score: Cell | Score) -> list[float | int | None]:
    return [short(score.value), short(score.low), short(score.high)]


def _further(details: Details, task: str, names: list[str]) -> Json:
    found = {score.metric: [*_numbers(score), short(chance)] for score, chance in details.scores[task]}
    return [found.get(name) for name in names]


def _classes(details: Details, task: str, names: list[str]) -> Json:
    found = {one.name: _numbers(one.score) for one in details.classes[task]}
    return [found.get(name) for name in names]


def _versus(found: tuple[Versus, ...], section: Section) -> Json:
    by_task = {
        one.task: [short(one.value), short(one.low), short(one.high), VERDICTS.index(one.verdict)] for one in found
    }
    return [by_task.get(column.name) for column in section.board.tasks]
