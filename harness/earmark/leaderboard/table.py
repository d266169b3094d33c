"""What a table of a board shows, before it is Markdown or anything else."""

from collections.abc import Sequence
from dataclasses import dataclass

from earmark.errors import UnknownName
from earmark.leaderboard.record import Board, Cell, Column, Rank, Row
from earmark.result.table import number

OVERLAP = "†"
MINUS = "−"
ABOVE = "above chance"
BY = ("families", "tasks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A score in words; empty where there is none."""

    value: str
    interval: str = ""
    rank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Of a column of scores: its name, and under it by what is scored."""

    name: str
    metric: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A model, or chance, with its cells in the order of the headings."""

    name: str
    version: str
    mark: str
    cells: tuple[Cell, ...]
    row: Row

    @property
    def marked(self) -> str:
        """The name with its mark."""
        return " ".join(part for part in (self.name, self.mark) if part)

    @property
    def label(self) -> str:
        """Name, version and mark."""
        return " ".join(part for part in (self.name, self.version, self.mark) if part)

    @property
    def rank(self) -> str:
        """Of the first column, which the table is sorted by."""
        return span(self.cells[0].rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a board; the first column of scores is what its lines are sorted by."""

    board: Board
    title: str
    columns: tuple[Column | None, ...]
    """None: above chance."""
    lines: tuple[Line, ...]

    @property
    def headings(self) -> tuple[Heading, ...]:
        """One a column of scores."""
        return tuple(Heading(name=c.name, metric=_metric(c)) if c else Heading(name=ABOVE) for c in self.columns)


def table_of(board: Board, *, by: str = "families", family: str | None = None) -> Table:
    """One column a family, or a task, after the one over all; of one family its mean and its tasks.

    Raises UnknownName for another family.
    """
    title = f"{board.benchmark.name} {board.benchmark.version}"
    if family is not None:
        return _table(board, f"{title}: {family}", _of_family(board, family))
    return _table(board, title, (None, *(board.families if by == "families" else board.tasks)))


def _of_family(board: Board, family: str) -> tuple[Column | None, ...]:
    """The family's mean where there is more than one task, and each task."""
    tasks = tuple(column for column in board.tasks if column.family == family)
    whole = tuple(column for column in board.families if column.name == family)
    if not tasks:
        raise UnknownName("family on this board", family, [column.name for column in board.families])
    return whole + tasks if len(tasks) > 1 else tasks


def _table(board: Board, title: str, columns: tuple[Column | None, ...]) -> Table:
    lines = [_line(board, row, columns) for row in board.rows]
    ordered = sorted(lines, key=lambda line: _place(line, columns[0]))
    return Table(board=board, title=title, columns=columns, lines=tuple(ordered))


def _place(line: Line, lead: Column | None) -> tuple[bool, bool, float, str, str]:
    """Best first, then by name and version; chance last, before it who has no score."""
    value = line.cells[0].value
    upward = lead is None or lead.higher_is_better
    height = 0.0 if value is None else -value if upward else value
    return line.row.kind == "chance", value is None, height, line.name, line.version


def _line(board: Board, row: Row, columns: Sequence[Column | None]) -> Line:
    mark = OVERLAP if row.overlap else ""
    cells = tuple(_cell(board, row, column) for column in columns)
    return Line(name=row.model.name, version=row.model.version, mark=mark, cells=cells, row=row)


def _cell(board: Board, row: Row, column: Column | None) -> Cell:
    if column is None:
        return row.overall
    return (row.families if column in board.families else row.tasks)[column.name]


def _metric(column: Column) -> str:
    arrow = "" if column.higher_is_better else " ↓"
    return (column.metric if len(column.tasks) == 1 else f"mean of {len(column.tasks)}") + arrow


def shown(cell: Cell) -> Shown:
    """A cell in words, to three decimals."""
    interval = "" if cell.low is None or cell.high is None else f"{_number(cell.low)} – {_number(cell.high)}"
    return Shown(value=_number(cell.value), interval=interval, rank=span(cell.rank))


def _number(value: float | None) -> str:
    """With a minus that cannot be taken for a dash, and without the sign of a zero."""
    return number(None if value is None else round(value, 3) + 0.0).replace("-", MINUS)


def span(rank: Rank | None) -> str:
    """The places that a model may have; empty where it has none."""
    if rank is None:
        return ""
    return str(rank.best) if rank.best == rank.worst else f"{rank.best}–{rank.worst}"


COSTS = ("parameters", "dim", "audio s/s", "measured on")
"""What a model costs: numbers, numbers of the track vector, seconds of audio embedded per second, and where."""


def costs(row: Row) -> tuple[str, ...]:
    """The columns COSTS; a dash where something is not known, all empty of chance."""
    if row.kind == "chance":
        return ("",) * len(COSTS)
    speed = "–" if row.audio_s_per_s is None else f"{row.audio_s_per_s:,.0f}"
    return _whole(row.parameters), _whole(row.dim), speed, row.machine or "–"


def _whole(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"
