"""The rows of a predictions table, each held against what a row may be."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from earmark.errors import LabelError, ResultError
from earmark.target import Label, Target, Timeline, check_label

NEEDED = ("task", "probe", "seed", "track", "group", "reference", "estimated", "outputs")
"""Columns of every predictions table; the first schema had no `condition`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was answered about one track, by one seed, under one condition."""

    task: str
    probe: str
    condition: str
    """Empty: clean audio."""
    seed: int
    track: str
    group: str
    reference: str
    """JSON, as the table holds it."""
    estimated: str
    outputs: tuple[float, ...] | None
    """Of the probe; None where the metrics do not need them, or the answer is a timeline."""


def rows_of(table: pd.DataFrame) -> Iterator[Row]:
    """Each row, checked for its types; raises ResultError naming the first that is none."""
    if missing := [name for name in NEEDED if name not in table.columns]:
        raise ResultError(f"The predictions have no column {missing[0]!r}: this is no predictions table of earmark.")
    names = [name for name in (*NEEDED, "condition") if name in table.columns]
    columns = [table[name].tolist() for name in names]
    for number, cells in enumerate(zip(*columns, strict=True), start=1):
        yield _row(number, {"condition": "", **dict(zip(names, cells, strict=True))})


def _row(number: int, cells: Mapping[str, Any]) -> Row:
    for name in ("task", "probe", "condition", "track", "group", "reference", "estimated"):
        if not isinstance(cells[name], str):
            raise ResultError(f"Row {number} of the predictions: {name} is {cells[name]!r}, which is no text.")
    if isinstance(cells["seed"], bool) or not isinstance(cells["seed"], (int, np.integer)):
        raise ResultError(f"Row {number} of the predictions: seed is {cells['seed']!r}, which is no whole number.")
    return Row(**{**cells, "seed": int(cells["seed"]), "outputs": _outputs(number, cells["outputs"])})


def _outputs(number: int, cell: Any) -> tuple[float, ...] | None:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    try:
        found = np.asarray(cell, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ResultError(f"Row {number} of the predictions: outputs are no list of numbers ({error}).") from error
    if found.ndim != 1 or not len(found) or not np.isfinite(found).all():
        raise ResultError(f"Row {number} of the predictions: outputs are no list of finite numbers.")
    return tuple(found.tolist())


def label_of(target: Target, text: str, *, where: str) -> Label:
    """Read a label from its JSON; raises ResultError, saying `where`, for what is no label of the target."""
    try:
        label = READ.get(target.form, _as_text)(json.loads(text, parse_constant=_refuse))
        problem = check_label(target, label) if target.form not in OPEN else _check_kind(target, label)
    except (LabelError, TypeError, ValueError, KeyError, RecursionError) as error:
        raise ResultError(f"{where}: {text[:80]!r} is no answer of form {target.form} ({error}).") from error
    if problem:
        raise ResultError(f"{where}: {problem}.")
    return label


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _as_text(found: Any) -> Label:
    if not isinstance(found, str):
        raise TypeError(f"{found!r} is no text")
    return found


def _as_number(found: Any) -> Label:
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        raise TypeError(f"{found!r} is no number")
    return float(found)


def _as_timeline(found: Any) -> Label:
    labels = tuple(str(_as_text(label)) for label in found["labels"])
    return Timeline(edges_s=tuple(float(_as_number(edge)) for edge in found["edges_s"]), labels=labels)  # type: ignore[arg-type]


READ: Mapping[str, Callable[[Any], Label]] = MappingProxyType(
    {
        "classes": lambda found: tuple(str(_as_text(name)) for name in found),
        "tempo": _as_number,
        "number": _as_number,
        "timeline": _as_timeline,
    }
)
"""By form of answer: from what JSON gives to a label; all others are text."""
OPEN = frozenset({"tempo", "timeline"})
"""Forms whose answers may leave the range or the vocabulary of the labels."""


def _check_kind(target: Target, label: Label) -> str:
    """Say what is wrong with an answer of an open form: a tempo need only be a positive number."""
    wrong = isinstance(label, float) and not (math.isfinite(label) and (label > 0 or target.form != "tempo"))
    return f"{label!r} is no {target.form}" if wrong else ""


def outputs_array(rows: list[Row]) -> npt.NDArray[np.float64] | None:
    """The outputs of some rows [tracks, outputs], or None where they have none; raises ResultError where only some."""
    lengths = {None if row.outputs is None else len(row.outputs) for row in rows}
    if len(lengths) > 1:
        raise ResultError(f"Task {rows[0].task!r}: the predictions have outputs of different lengths.")
    return None if lengths == {None} else np.array([row.outputs for row in rows], dtype=np.float64)
