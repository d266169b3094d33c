"""``bench run``: measure a model."""

from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.answer import Out, check_out, deliver
from earmark.cli.options import (
    Benchmark,
    Cache,
    Columns,
    Data,
    Device,
    Json,
    Layers,
    Limit,
    Models,
    Precision,
    Probes,
    Quiet,
    Targets,
    Tasks,
    TrustRemoteCode,
    TrustWeights,
    Workers,
    data_of,
    names,
    trusted,
)
from earmark.cli.screen import Bars

if TYPE_CHECKING:
    from pathlib import Path

    from earmark.result import Result

NAME = "run"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    model: Models,
    benchmark: Benchmark = None,
    data: Data = None,
    target: Targets = None,
    column: Columns = None,
    tasks: Tasks = None,
    probes: Probes = "linear",
    layers: Layers = None,
    limit: Limit = None,
    device: Device = "auto",
    precision: Precision = "float32",
    trust_weights: TrustWeights = False,
    trust_remote_code: TrustRemoteCode = False,
    workers: Workers = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of drawn splits, bootstrap and MLP probes.")] = 0,
    out: Out = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Embed, probe and score a frozen model, and print one table with intervals beside chance and log-mel."""
    from earmark.protocol import run_each  # noqa: PLC0415 - `--help` imports no torch

    on = data_of(benchmark, data, target, column)
    check_out(out, model)
    with Bars(quiet=quiet) as progress:
        results = run_each(
            model, on, tasks=names(tasks), probes=names(probes),
            layers=names(layers), limit=limit, device=device, precision=precision, workers=workers, seed=seed,
            trust=trusted(weights=trust_weights, remote_code=trust_remote_code), cache=cache, progress=progress,
        )  # fmt: skip
    deliver(results, out, _shown, as_json=as_json)


def _shown(result: "Result", path: "Path") -> str:
    """The table of a result, and its scores by layer where several were read."""
    from earmark.result.layers import layer_table  # noqa: PLC0415 - `--help` imports no torch

    if not any(task.by_layer for task in result.tasks):
        return str(result)
    return f"{result}\n\n{layer_table(result)}\nTheir curves: bench show {path} --layers --plot layers.svg"
