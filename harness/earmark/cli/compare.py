"""``bench compare``: where two results differ, and whether that is noise."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import BOARD, Board, Cache, Columns, Json, Plot, Quiet, Targets, Tasks, data_of, names
from earmark.cli.screen import Bars

if TYPE_CHECKING:
    from earmark.result import Result

NAME = "compare"

Side = Annotated[str, typer.Argument(help="Result file, or leaderboard:MODEL@VERSION.", show_default=False)]
Smallest = Annotated[float, typer.Option("--smallest", help="The smallest difference worth knowing of.")]
Data = Annotated[
    Path | None, typer.Option("--data", help="The table or folder of your own recordings, to say where tracks are.")
]
Benchmark = Annotated[
    str | None, typer.Option("--benchmark", "-b", help="Where both are of a leaderboard that has several.")
]


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    old: Side,
    new: Side,
    plot: Plot = None,
    tasks: Tasks = None,
    smallest: Smallest = 0.05,
    data: Data = None,
    target: Targets = None,
    column: Columns = None,
    board: Board = BOARD,
    benchmark: Benchmark = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare two results: each task's change with its interval and verdict, and what is to blame."""
    from earmark.compare import compare  # noqa: PLC0415 - `--help` imports nothing heavy
    from earmark.compare.picture import draw  # noqa: PLC0415
    from earmark.compare.text import to_text  # noqa: PLC0415
    from earmark.compare.whereabouts import Whereabouts  # noqa: PLC0415
    from earmark.result.picture import check_ending  # noqa: PLC0415

    if plot is not None:
        check_ending(plot)
    own = None if data is None and not (target or column) else data_of(None, data, target, column)
    one, other = _sides(old, new, board, benchmark)
    where = Whereabouts.of(other, cache, own)
    with Bars(quiet=quiet) as progress:
        found = compare(one, other, tasks=names(tasks), smallest=smallest, where=where.path, progress=progress)
    if plot is not None:
        draw(found, plot)
        typer.echo(f"Picture: {plot}", err=True)
    typer.echo(found.model_dump_json(indent=2) if as_json else to_text(found))


def _sides(old: str, new: str, board: Path, benchmark: str | None) -> "tuple[Result, Result]":
    """Read both; what only a leaderboard has is looked up on the benchmark of the other. Raises an EarmarkError."""
    from earmark.archive import LEADERBOARD, named_result  # noqa: PLC0415 - `--help` imports nothing heavy

    found: dict[str, Result] = {}
    for words in sorted((old, new), key=lambda words: words.startswith(LEADERBOARD)):  # files first
        beside = next(iter(found.values()), None)
        found[words] = named_result(words, board, beside, benchmark)
    return found[old], found[new]
