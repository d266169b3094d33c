"""CSV tables: UTF-8 with or without a byte-order mark, commas, semicolons or tabs, any line ends."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from earmark.errors import DatasetError
from earmark_benchmarks.table.sheet import Problem, Row, Sheet

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
Line = tuple[int, list[str]]
"""The number of a record's first line, as an editor shows it, and its cells."""


def open_csv(path: Path) -> Sheet:
    """Read a CSV file whose first line names its columns; raises DatasetError when it is no such table."""
    text = _read_text(path)
    delimiter = _sniff(text)
    (_, header), *lines = _records(path, text, delimiter) or [(1, [])]
    if not any(header):
        raise DatasetError(f"{path}: the table is empty; its first line must name the columns, such as path,genre.")
    rows = [_row(number, header, cells) for number, cells in lines]
    ragged = [_ragged(row, len(header), len(line[1]), delimiter) for row, line in zip(rows, lines, strict=True)]
    return Sheet(
        path=path,
        folder=path.parent,
        columns=tuple(header),
        rows=lambda _: rows,
        problems=(*(p for p in ragged if p), *_doubled(header)),
        counting="lines as an editor shows them",
    )


def _read_text(path: Path) -> str:
    if path.is_dir() or not path.exists():
        raise DatasetError(f"There is no table {path}.")
    encoded = path.read_bytes()
    try:
        text = encoded.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = encoded[: error.start].count(b"\n") + 1
        raise DatasetError(
            f"{path}: line {line} is not UTF-8 (byte 0x{encoded[error.start]:02x}); save the table as CSV in UTF-8."
        ) from error
    if "\0" in text:
        raise DatasetError(f"{path} is no table of text; give a CSV file in UTF-8, a Parquet file or a folder.")
    return text


def _sniff(text: str) -> str:
    """The delimiter that gives most rows as many cells as the header; then the one with most columns."""
    fits = {delimiter: _fit(text, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: fits[delimiter])


def _fit(text: str, delimiter: str) -> tuple[bool, float, int]:
    try:
        widths = [len(cells) for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if cells]
    except csv.Error:
        return False, 0.0, 0
    header = widths[0] if widths else 0
    return header > 1, sum(w == header for w in widths) / max(len(widths), 1), header


def _records(path: Path, text: str, delimiter: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Line] = []
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):  # a blank line is no row
                found.append((number, [cell.strip() for cell in cells]))
            number = reader.line_num + 1  # where the next record starts: a quoted cell may hold several lines
    except csv.Error as error:
        advice = "close its quotes, and double those inside a cell"
        raise DatasetError(f"{path}: line {number} cannot be read ({error}); {advice}.") from error
    return found


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    filled = [*cells, *[""] * (len(header) - len(cells))]
    return Row(order=number, place=f"line {number}", cells=dict(zip(header, filled, strict=False)))


def _ragged(row: Row, expected: int, found: int, delimiter: str) -> Problem | None:
    if found == expected:
        return None
    name = DELIMITERS[delimiter]
    return row.problem(f"has {found} cells, but the header has {expected}; put cells that hold {name} in quotes.")


def _doubled(header: Sequence[str]) -> list[Problem]:
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    return [Problem(sentence=f"column {name!r} stands {header.count(name)} times; rename one.") for name in doubled]
