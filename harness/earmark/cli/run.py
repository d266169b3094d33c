"""``bench run``: measure a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Cache, Json, Quiet, Workers, names, pairs
from earmark.cli.screen import Bars
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from earmark.protocol import Recordings

NAME = "run"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    model: Annotated[str, typer.Option("--model", "-m", help="Name from `bench models`, or path/to/my_model.py.")],
    benchmark: Annotated[
        str | None, typer.Option("--benchmark", "-b", help="Name from `bench tasks`.", show_default="etudes")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Your own recordings: CSV, Parquet or a datasets folder.")
    ] = None,
    target: Annotated[
        list[str] | None, typer.Option("--target", help="With --data: family=column, such as genre=category.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="With --data: path=, id=, group= or split=column.")
    ] = None,
    tasks: Annotated[str | None, typer.Option("--tasks", help="Only these tasks or families: key,tempo.")] = None,
    probes: Annotated[str, typer.Option("--probes", help="linear, mlp, or both: linear,mlp.")] = "linear",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first tracks of each split.")] = None,
    device: Annotated[str, typer.Option("--device", help="cpu, cuda, cuda:1, mps or auto.")] = "auto",
    workers: Workers = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of drawn splits, bootstrap and MLP probes.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Result file (.json).", show_default="results/MODEL/VERSION/BENCHMARK.json"),
    ] = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Embed, probe and score a frozen model, and print one table with intervals beside chance and log-mel."""
    from earmark.protocol import Recordings, result_path, run  # noqa: PLC0415 - `--help` imports no torch
    from earmark.result import write_result  # noqa: PLC0415
    from earmark.result.files import to_json  # noqa: PLC0415

    own = Recordings(
        path=data, targets=pairs(target or [], "--target"), columns=pairs(column or [], "--column", may_be_empty=True)
    )
    _check_words(own, benchmark, out)
    with Bars(quiet=quiet) as progress:
        result = run(
            model, own if data else benchmark or "etudes", tasks=names(tasks), probes=names(probes), limit=limit,
            device=device, workers=workers, seed=seed, cache=cache, progress=progress,
        )  # fmt: skip
    path = out or result_path(result)
    written = write_result(result, path)
    typer.echo(to_json(written) if as_json else f"\n{written}")
    typer.echo(f"Result: {path}", err=True)


def _check_words(own: "Recordings", benchmark: str | None, out: Path | None) -> None:
    """Refuse what cannot be meant before an hour is spent on it; raises EarmarkError."""
    if own.path is None and (own.targets or own.columns):
        raise EarmarkError("--target and --column tell about your own recordings: name these with --data.")
    if own.path is not None and benchmark is not None:
        raise EarmarkError("--data and --benchmark exclude each other: run one, then the other.")
    if out is not None and out.suffix != ".json":
        raise EarmarkError(f"--out names a result file that ends in .json, not {out}.")
