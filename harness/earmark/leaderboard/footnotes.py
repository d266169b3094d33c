"""What a reader must know to read a table right."""

from collections import defaultdict
from collections.abc import Iterator

from earmark.leaderboard.record import Board
from earmark.leaderboard.table import ABOVE, OVERLAP, Table


def footnotes(table: Table) -> list[str]:
    """How to read the columns, what the marks mean, and each reservation about the numbers."""
    return [*_reading(table), *_overlaps(table.board), *_baseline(table.board), *table.board.notes]


def breakages(table: Table) -> list[tuple[str, str]]:
    """Of each model with a robustness result on the board: its name, and what breaks first."""
    return [(f"{line.name} {line.version}", line.row.breaks_first) for line in table.lines if line.row.breaks_first]


def _reading(table: Table) -> Iterator[str]:
    models = sum(line.cells[0].rank is not None for line in table.lines)
    yield (
        f"Intervals: 95 %, by bootstrap over groups ({table.board.resamples:,} resamples). Rank range a–b: a − 1 "
        f"models are clearly better and {models} − b clearly worse, by paired bootstrap over the same groups with "
        "Holm's correction over all pairs of the column. Models that cannot be told apart share places."
    )
    if None in table.columns:
        yield (
            f"{ABOVE.capitalize()}: mean over the families of (score − chance) / (perfect − chance); 0 is chance, the "
            "constant answer that scores best on the training split, and 1 is perfect."
        )
    several = [column for column in table.columns if column is not None and len(column.tasks) > 1]
    metrics = {column.name: column.metric for column in table.board.tasks}
    for column in several:
        yield f"{column.name}: mean of {', '.join(f'{task} ({metrics[task]})' for task in column.tasks)}."


def _overlaps(board: Board) -> Iterator[str]:
    seen: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in board.rows:
        if row.overlap:
            seen[row.overlap].append(f"{row.model.name} {row.model.version}")
    for names, models in sorted(seen.items()):
        yield (
            f"{OVERLAP} trained on {', '.join(names)}, which is asked here: these scores say little about new music "
            f"({', '.join(models)})."
        )


def _baseline(board: Board) -> Iterator[str]:
    for row in board.rows:
        if row.kind == "baseline":
            unranked = " Not filed itself: as other results report it, without a rank." if not row.path else ""
            yield f"{row.model.name} is the untrained baseline that a learned embedding should beat.{unranked}"
