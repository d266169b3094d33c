"""``bench show``: print a result again, or draw it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Json
from earmark.cli.screen import table
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    import pandas as pd

NAME = "show"


def command(
    result: Annotated[list[Path], typer.Argument(help="Result files that `bench run` wrote.", show_default=False)],
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw it to this .svg, .png or .pdf file.")] = None,
    layers: Annotated[bool, typer.Option("--layers", help="Score by layer; with --plot, their curves.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Every metric of every task, not only the main one.")] = False,
    as_json: Json = False,
) -> None:
    """Print the table of a result again, or several results beside each other."""
    if len(result) > 1:
        _show_beside(result, plain=not (plot or layers or full or as_json))
        return
    from earmark.result import read_result  # noqa: PLC0415
    from earmark.result.files import to_json  # noqa: PLC0415
    from earmark.result.layers import draw_layers, layer_table  # noqa: PLC0415
    from earmark.result.picture import draw  # noqa: PLC0415

    found = read_result(result[0])
    if plot is not None:
        (draw_layers if layers else draw)(found, plot)
        typer.echo(f"Picture: {plot}", err=True)
    if as_json:
        typer.echo(to_json(found))
    elif layers:
        typer.echo(layer_table(found))
    elif full:
        typer.echo(_every_metric(found.to_pandas()))
    else:
        typer.echo(str(found))


def _show_beside(paths: list[Path], *, plain: bool) -> None:
    from earmark.result import read_result  # noqa: PLC0415
    from earmark.result.beside import beside  # noqa: PLC0415

    if not plain:
        raise EarmarkError("Options of bench show are for one result: name one, or leave them out.")
    typer.echo(beside([read_result(path) for path in paths]))


def _every_metric(frame: "pd.DataFrame") -> str:
    """Every score of the result, three decimals."""
    from earmark.result.table import number  # noqa: PLC0415

    shown = frame.drop(columns="family").astype(object).where(frame.notna(), None)
    cells = [[cell if isinstance(cell, str) else number(cell) for cell in row] for row in shown.to_numpy()]
    return table(cells, list(shown.columns))
