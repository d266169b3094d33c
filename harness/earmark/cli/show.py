"""``bench show``: print a result again, or draw it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Json, Plot
from earmark.cli.screen import table
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    import pandas as pd

    from earmark.result import Result

NAME = "show"


def command(
    result: Annotated[list[Path], typer.Argument(help="Result files that `bench` wrote.", show_default=False)],
    plot: Plot = None,
    layers: Annotated[bool, typer.Option("--layers", help="Score by layer; with --plot, their curves.")] = False,
    task: Annotated[
        str | None, typer.Option("--task", help="With --plot: draw the robustness of this task alone, by its scores.")
    ] = None,
    leakage: Annotated[
        bool, typer.Option("--leakage", help="With --plot: of neighbours, draw what leaks into what.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Every metric of every task; of neighbours, by Euclidean distance too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the table of a result again, or several results beside each other."""
    if len(result) > 1:
        _show_beside(result, plain=not (plot or layers or task or leakage or full or as_json))
        return
    from earmark.result import read_result  # noqa: PLC0415
    from earmark.result.files import to_json  # noqa: PLC0415
    from earmark.result.layers import layer_table  # noqa: PLC0415
    from earmark.result.shown import draw_shown  # noqa: PLC0415

    if plot is None and (task or leakage):
        raise EarmarkError("--task and --leakage choose a picture: name its file with --plot.")
    found = read_result(result[0])
    if plot is not None:
        draw_shown(found, plot, layers=layers, task=task, leakage=leakage)
        typer.echo(f"Picture: {plot}", err=True)
    if as_json:
        typer.echo(to_json(found))
    elif layers:
        typer.echo(layer_table(found))
    elif full:
        typer.echo(_in_full(found))
    else:
        typer.echo(str(found))


def _show_beside(paths: list[Path], *, plain: bool) -> None:
    from earmark.result import read_result  # noqa: PLC0415
    from earmark.result.beside import beside  # noqa: PLC0415

    if not plain:
        raise EarmarkError("Options of bench show are for one result: name one, or leave them out.")
    typer.echo(beside([read_result(path) for path in paths]))


def _in_full(result: "Result") -> str:
    from earmark.result.neighbours.table import to_text  # noqa: PLC0415

    return _every_metric(result.to_pandas()) if result.neighbourhood is None else to_text(result, full=True)


def _every_metric(frame: "pd.DataFrame") -> str:
    """Every score of the result, three decimals."""
    from earmark.result.table import number  # noqa: PLC0415

    shown = frame.drop(columns="family").astype(object).where(frame.notna(), None)
    cells = [[cell if isinstance(cell, str) else number(cell) for cell in row] for row in shown.to_numpy()]
    return table(cells, list(shown.columns))
