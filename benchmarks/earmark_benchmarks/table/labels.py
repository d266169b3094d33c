"""What the cells of a target say, and in which form: one class, several, a number, or a timeline."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from earmark.errors import LabelError, UnknownName
from earmark.target import FORMS, Label, Target, parse_number, parse_presence
from earmark_benchmarks.table.columns import family_of
from earmark_benchmarks.table.periods import in_order, middle_years, parse_period
from earmark_benchmarks.table.sections import parse_sections
from earmark_benchmarks.table.sheet import Cell, Problem, Row, enumerated

MOST = 0.5
"""When more than this share of the cells are years, numbers, or yes and no, the others are mistakes and not classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One target as the table answers it."""

    target: Target
    column: str
    labels: Mapping[int, Label]
    """By the order of the row; a row that is not labelled is left out."""
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def read_column(name: str, column: str, rows: Sequence[Row], folder: Path, form: str | None = None) -> Column:
    """Read every cell of a target, in the given form or else the one that its content suggests."""
    family = family_of(name)
    cells = {row.order: row.cells.get(column, "") for row in rows}
    filled = {order: cell for order, cell in cells.items() if isinstance(cell, tuple) or row_text(cell)}
    guessed = GUESSES[family](list(filled.values()))
    separated = _separated(name, family, guessed, filled) if form is None else []
    form = form or guessed
    if form not in FORMS:
        raise UnknownName("form", form, FORMS)
    parse = partial(parse_sections, folder=folder) if form == "timeline" else PARSERS[form]
    labels, problems = _parse(name, rows, filled, form, parse)
    classes = _vocabulary(form, labels)
    return Column(
        target=Target(name=name, family=family, form=form, classes=classes, years=_years(form, classes)),
        column=column,
        labels=labels,
        problems=(*problems, *_nothing(name, column, filled), *_lookalikes(name, classes)),
        notes=(
            *_unlabelled(name, rows, filled),
            *separated,
            *_unordered(name, family, form),
            *_gaps(name, form, classes),
        ),
    )


def row_text(cell: Cell) -> str:
    """The text of a cell, empty where it holds a list or a recording."""
    return cell if isinstance(cell, str) else ""


def _parse(
    name: str, rows: Sequence[Row], filled: Mapping[int, Cell], form: str, parse: Callable[[str], Label]
) -> tuple[dict[int, Label], list[Problem]]:
    labels: dict[int, Label] = {}
    problems: list[Problem] = []
    for row in (row for row in rows if row.order in filled):
        try:
            labels[row.order] = _label(filled[row.order], form, parse)
        except LabelError as error:
            problems.append(row.problem(f"{name}: {error}"))
    return labels, problems


def _label(cell: Cell, form: str, parse: Callable[[str], Label]) -> Label:
    if not isinstance(cell, tuple):
        return parse(row_text(cell))
    if form == "classes":
        return tuple(sorted(set(cell)))
    if len(cell) != 1:
        raise LabelError(f"{', '.join(cell)!r} are {len(cell)} answers where one is asked.")
    return parse(cell[0])


PARSERS: Mapping[str, Callable[[str], Label]] = {**FORMS, "ordered": parse_period}


def _several(cells: Sequence[Cell]) -> bool:
    return any(isinstance(c, tuple) or _holds_separator(c) for c in cells)


def _holds_separator(cell: Cell) -> bool:
    return any(mark in row_text(cell) for mark in ";|")


def _reads(parse: Callable[[str], Label], cells: Sequence[Cell]) -> float:
    """The share of the cells that `parse` accepts."""
    return sum(_accepts(parse, row_text(cell)) for cell in cells) / max(len(cells), 1)


def _accepts(parse: Callable[[str], Label], text: str) -> bool:
    try:
        parse(text)
    except LabelError:
        return False
    return True


def _guess_classes(cells: Sequence[Cell]) -> str:
    return "classes" if _several(cells) else "class"


def _guess_era(cells: Sequence[Cell]) -> str:
    return "ordered" if _reads(parse_period, cells) > MOST else "class"


def _guess_mood(cells: Sequence[Cell]) -> str:
    return "number" if _reads(parse_number, cells) > MOST else _guess_classes(cells)


def _guess_vocal(cells: Sequence[Cell]) -> str:
    return "presence" if _reads(parse_presence, cells) > MOST else _guess_classes(cells)


GUESSES: Mapping[str, Callable[[Sequence[Cell]], str]] = {
    "genre": _guess_classes,
    "era": _guess_era,
    "mood": _guess_mood,
    "key": lambda _: "key",
    "tempo": lambda _: "tempo",
    "instrument": lambda _: "classes",
    "vocal": _guess_vocal,
    "segmentation": lambda _: "timeline",
}
"""The form of a family's answers, from its filled cells."""


def _vocabulary(form: str, labels: Mapping[int, Label]) -> tuple[str, ...]:
    """The classes that the table uses; forms with a vocabulary of their own have none."""
    if form == "ordered":
        return in_order(str(label) for label in labels.values())
    if form == "class":
        return tuple(sorted({str(label) for label in labels.values()}))
    if form == "classes":
        return tuple(sorted({c for label in labels.values() if isinstance(label, tuple) for c in label}))
    return ()


def _years(form: str, classes: Sequence[str]) -> tuple[float, ...]:
    return middle_years(classes) if form == "ordered" else ()


def _nothing(name: str, column: str, filled: Mapping[int, Cell]) -> list[Problem]:
    return [] if filled else [Problem(sentence=f"{name}: every cell of column {column!r} is empty.")]


def _lookalikes(name: str, classes: Sequence[str]) -> list[Problem]:
    twins = {c: [o for o in classes if o.casefold() == c.casefold()] for c in classes}
    doubled = sorted({" and ".join(map(repr, group)) for group in twins.values() if len(group) > 1})
    return [Problem(sentence=f"{name}: {pair} differ only in upper and lower case; write one.") for pair in doubled]


def _unlabelled(name: str, rows: Sequence[Row], filled: Mapping[int, Cell]) -> list[str]:
    empty = len(rows) - len(filled)
    return [f"{name}: {empty} of {len(rows)} tracks are not labelled."] if empty and filled else []


def _separated(name: str, family: str, guessed: str, filled: Mapping[int, Cell]) -> list[str]:
    """Says that separators alone made a target one of several classes: in a name they may be an accident."""
    count = sum(map(_holds_separator, filled.values()))
    if guessed != "classes" or GUESSES[family]([""]) == "classes" or not count:
        return []
    return [
        f"{name}: {count} of {len(filled)} labelled cells hold ';' or '|', so the target is read as several classes a "
        "track; if it has one, write these cells without."
    ]


def _unordered(name: str, family: str, form: str) -> list[str]:
    if family != "era" or form != "class":
        return []
    return [f"{name}: its periods have no known order, so they are scored as plain classes; write years or decades."]


def _gaps(name: str, form: str, classes: Sequence[str]) -> list[str]:
    decades = Counter(int(c[:-1]) for c in classes if form == "ordered" and c[:-1].isdigit())
    if not decades:
        return []
    absent = [f"{year}s" for year in range(min(decades), max(decades), 10) if year not in decades]
    return [f"{name}: no track is from the {enumerated(absent)}; periods are counted without."] if absent else []
