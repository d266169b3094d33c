"""A board as CSV: one line a model, a column for each number."""

import csv
import io
from collections.abc import Sequence

from earmark.errors import EarmarkError
from earmark.leaderboard.escape import spreadsheet
from earmark.leaderboard.record import Cell
from earmark.leaderboard.table import Line, Table

ENDS = ("", " low", " high", " best rank", " worst rank")
MODEL = ("benchmark", "benchmark version", "model", "version", "kind")
ABOUT = (
    "parameters", "dim", "audio_s_per_s", "machine", "overlap", "training_data", "license", "source", "breaks_first",
    "path",
)  # fmt: skip


def comma_separated(tables: Sequence[Table]) -> str:
    """The scores as the board has them, with the ends of intervals and of rank ranges in columns of their own.

    Raises EarmarkError for more than one table.
    """
    if len(tables) > 1:
        names = ", ".join(table.board.benchmark.name for table in tables)
        raise EarmarkError(f"CSV holds one table, but there are results on {names}: choose one with --benchmark.")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for table in tables:
        scores = [f"{heading.name}{end}" for heading in table.headings for end in ENDS]
        writer.writerow([*MODEL, *map(spreadsheet, scores), *ABOUT])
        writer.writerows(_row(table, line) for line in table.lines)
    return stream.getvalue()


def _row(table: Table, line: Line) -> list[str]:
    row, asked = line.row, table.board.benchmark
    named = [asked.name, asked.version, line.name, line.version, row.kind]
    numbers = [_number(n) for n in (row.parameters, row.dim, row.audio_s_per_s)]
    lists = [", ".join(row.overlap), ", ".join(row.training_data)]
    texts = [row.machine, *lists, row.license, row.source, row.breaks_first, row.path]
    scores = [number for cell in line.cells for number in _cell(cell)]
    return [*map(spreadsheet, named), *scores, *numbers, *map(spreadsheet, texts)]


def _cell(cell: Cell) -> list[str]:
    ends = (None, None) if cell.rank is None else (cell.rank.best, cell.rank.worst)
    return [_number(number) for number in (cell.value, cell.low, cell.high, *ends)]


def _number(number: float | None) -> str:
    return "" if number is None else repr(number)
