"""``bench run``: measure a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import (
    Cache,
    Json,
    Quiet,
    TrustRemoteCode,
    TrustWeights,
    Workers,
    names,
    pairs,
    trusted,
)
from earmark.cli.screen import Bars
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from earmark.protocol import Recordings
    from earmark.result import Result

NAME = "run"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    model: Annotated[
        list[str],
        typer.Option("--model", "-m", help="Name from `bench models`, my_model.py, or adapter:what; repeatable."),
    ],
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
    layers: Annotated[str | None, typer.Option("--layers", help="Layers to compare: all, or names: 0,6,12.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first tracks of each split.")] = None,
    device: Annotated[str, typer.Option("--device", help="cpu, cuda, cuda:1, mps or auto.")] = "auto",
    precision: Annotated[str, typer.Option("--precision", help="float32, or bf16 for speed on a GPU.")] = "float32",
    trust_weights: TrustWeights = False,
    trust_remote_code: TrustRemoteCode = False,
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
    from earmark.protocol import Recordings, run_each  # noqa: PLC0415 - `--help` imports no torch

    own = Recordings(
        path=data, targets=pairs(target or [], "--target"), columns=pairs(column or [], "--column", may_be_empty=True)
    )
    _check_words(own, benchmark, out, model)
    with Bars(quiet=quiet) as progress:
        results = run_each(
            model, own if data else benchmark or "etudes", tasks=names(tasks), probes=names(probes),
            layers=names(layers), limit=limit, device=device, precision=precision, workers=workers, seed=seed,
            trust=trusted(weights=trust_weights, remote_code=trust_remote_code), cache=cache, progress=progress,
        )  # fmt: skip
    _write(results, out, as_json=as_json)


def _write(results: "list[Result]", out: Path | None, *, as_json: bool) -> None:
    """Keep each result and print its table, or all of them as JSON: one object, or a list of several."""
    from earmark.protocol import result_path  # noqa: PLC0415 - `--help` imports no torch
    from earmark.result import write_result  # noqa: PLC0415
    from earmark.result.files import to_json  # noqa: PLC0415

    paths = [out or result_path(result) for result in results]
    written = [write_result(result, path) for result, path in zip(results, paths, strict=True)]
    records = [to_json(result) for result in written]
    if as_json:
        typer.echo(records[0] if len(records) == 1 else f"[{','.join(records)}]")
    for result, path in zip(written, paths, strict=True):
        typer.echo("" if as_json else f"\n{_shown(result, path)}", nl=not as_json)
        typer.echo(f"Result: {path}", err=True)


def _shown(result: "Result", path: Path) -> str:
    """The table of a result, and its scores by layer where several were read."""
    from earmark.result.layers import layer_table  # noqa: PLC0415 - `--help` imports no torch

    if not any(task.by_layer for task in result.tasks):
        return str(result)
    return f"{result}\n\n{layer_table(result)}\nTheir curves: bench show {path} --layers --plot layers.svg"


def _check_words(own: "Recordings", benchmark: str | None, out: Path | None, models: list[str]) -> None:
    """Refuse what cannot be meant before an hour is spent on it; raises EarmarkError."""
    if own.path is None and (own.targets or own.columns):
        raise EarmarkError("--target and --column tell about your own recordings: name these with --data.")
    if own.path is not None and benchmark is not None:
        raise EarmarkError("--data and --benchmark exclude each other: run one, then the other.")
    if out is not None and len(models) > 1:
        raise EarmarkError("--out names one file: run several models without it, or one by one.")
    if out is not None and out.suffix != ".json":
        raise EarmarkError(f"--out names a result file that ends in .json, not {out}.")
