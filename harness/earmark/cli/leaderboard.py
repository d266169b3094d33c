"""``bench leaderboard``: tables of the filed results, who is better, where, and whether that is noise."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import BOARD, Board, Plot, Quiet
from earmark.cli.screen import Bars
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from earmark.leaderboard import Board as Computed

NAME = "leaderboard"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    board: Board = BOARD,
    benchmark: Annotated[
        str | None, typer.Option("--benchmark", "-b", help="Of this benchmark.", show_default="all with results")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="One column for each of: families or tasks.")] = "families",
    family: Annotated[str | None, typer.Option("--family", help="Only this family: its tasks, such as mood.")] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", help="text, md, html, latex, csv or json.", show_default="as --out ends, or text"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file.", show_default="screen")] = None,
    plot: Plot = None,
    check: Annotated[
        Path | None, typer.Option("--check", help="Exit 1 unless this file is what would be written.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Print the tables of the results filed in a folder, with intervals and rank ranges."""
    from earmark.leaderboard import boards_of, format_for, render  # noqa: PLC0415 - `--help` imports no scipy
    from earmark.leaderboard.current import check_current, write  # noqa: PLC0415
    from earmark.leaderboard.formats import check_words  # noqa: PLC0415
    from earmark.leaderboard.picture import draw_boards  # noqa: PLC0415
    from earmark.result.picture import check_ending  # noqa: PLC0415

    if out is not None and check is not None:
        raise EarmarkError("--out and --check exclude each other: write the table, or check that it is current.")
    chosen = format_for(out or check, form)
    check_words(chosen, by)
    check_ending(plot or Path("none.svg"))
    with Bars(quiet=quiet) as progress:
        boards: list[Computed] = boards_of(board, benchmark, progress)
    text = render(boards, chosen, by=by, family=family)
    if plot is not None:
        draw_boards(boards, plot, by=by, family=family)
        typer.echo(f"Picture: {plot}", err=True)
    if check is not None:
        check_current(check, text)
        typer.echo(f"{check} is current.", err=True)
    elif out is not None:
        write(out, text)
        typer.echo(f"Table: {out}", err=True)
    else:
        typer.echo(text, nl=False)
