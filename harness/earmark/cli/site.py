"""``bench site``: the leaderboard as one page."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli.options import BOARD, Board, Quiet
from earmark.cli.screen import Bars

NAME = "site"


def command(
    board: Board = BOARD,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The page to write.", show_default="index.html of the board")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write one HTML page of all filed results: sortable, comparable, readable offline."""
    from earmark.archive import Archive  # noqa: PLC0415 - `--help` loads nothing heavy
    from earmark.site import write_site  # noqa: PLC0415

    with Bars(quiet=quiet) as progress:
        written = write_site(Archive(folder=board), out or board / "index.html", progress)
    typer.echo(f"Page: {written} ({written.stat().st_size / 1e6:.1f} MB)")
