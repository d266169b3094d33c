"""A table before its meaning is known: columns of text, rows with their place, and what is wrong so far."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark.audio import AudioBytes
from earmark.errors import DatasetError

Cell = str | tuple[str, ...] | AudioBytes
"""Text without outer spaces (empty: not filled in), a list of texts, or a recording kept in the table itself."""
LISTED = 50
"""More problems than these are counted, not printed: a screen holds about as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its place in the table and its cells by column."""

    order: int
    """Sorts problems as a person meets them in the table."""
    place: str
    """What a person looks for: ``line 7`` of a CSV file, ``row 7`` (from 0) of the others."""
    cells: dict[str, Cell]

    def text(self, column: str | None) -> str:
        """The cell as text; empty where the column is missing, not filled in, or holds no text."""
        cell = self.cells.get(column, "") if column else ""
        return cell if isinstance(cell, str) else "; ".join(cell) if isinstance(cell, tuple) else ""

    def problem(self, sentence: str) -> "Problem":
        """Something wrong with this row."""
        return Problem(order=self.order, sentence=f"{self.place}: {sentence}")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing that the user must mend."""

    order: int = -1
    """Order of the row; -1 concerns the whole table and comes first."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table that was opened but not yet read."""

    path: Path
    folder: Path
    """What paths in cells are relative to."""
    columns: tuple[str, ...]
    rows: Callable[[Sequence[str]], list[Row]]
    """Reads the rows with these columns only."""
    recordings: tuple[str, ...] = ()
    """Columns that hold encoded audio, not text."""
    problems: tuple[Problem, ...] = ()
    split_problems: tuple[Problem, ...] = ()
    """What is wrong with the split that names of files tell; nothing to mend where the user says what the split is."""
    counting: str = "rows count from 0"


def refuse(sheet: Sheet, problems: Iterable[Problem]) -> None:
    """Raise DatasetError with the first problems in the order of the table, if there are any."""
    found = [p.sentence for p in sorted(set(problems))]
    if not found:
        return
    counted = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    more = [f"… and {len(found) - LISTED} more"] if len(found) > LISTED else []
    raise DatasetError(f"{sheet.path.name} has {counted} ({sheet.counting}):", [*found[:LISTED], *more])


def enumerated(items: Iterable[str], shown: int = 5) -> str:
    """``a, b, c`` of the first few and how many more there are."""
    listed = list(items)
    more = f" and {len(listed) - shown} more" if len(listed) > shown else ""
    return ", ".join(listed[:shown]) + more


def places(rows: Iterable[Row]) -> str:
    """``lines 3, 4, 9``: where these rows stand."""
    ordered = [row.place.rpartition(" ") for row in sorted(rows, key=lambda row: row.order)]
    words = {word for word, _, _ in ordered}
    if len(words) > 1 or len(ordered) == 1:
        return enumerated(f"{word} {number}" for word, _, number in ordered)
    return f"{words.pop()}s {enumerated(number for _, _, number in ordered)}"
