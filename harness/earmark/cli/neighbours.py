"""``bench neighbours``: what is near what in a model's space."""

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
    Limit,
    Models,
    Precision,
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

NAME = "neighbours"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    model: Models,
    benchmark: Benchmark = None,
    data: Data = None,
    target: Targets = None,
    column: Columns = None,
    tasks: Tasks = None,
    layer: Annotated[str | None, typer.Option("--layer", help="Of a model that gives several.")] = None,
    translators: Annotated[
        str | None,
        typer.Option("--translators", help="Also judge tempo translators: identity, or names of installed ones."),
    ] = None,
    limit: Limit = None,
    device: Device = "auto",
    precision: Precision = "float32",
    trust_weights: TrustWeights = False,
    trust_remote_code: TrustRemoteCode = False,
    workers: Workers = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of drawn splits, the bootstrap and random spans.")] = 0,
    out: Out = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what is near in the space of a model before any probe: labels, tempo, key, hubs, and what leaks."""
    from earmark.neighbours import neighbours_each  # noqa: PLC0415 - `--help` imports no torch

    on = data_of(benchmark, data, target, column)
    check_out(out, model)
    with Bars(quiet=quiet) as progress:
        results = neighbours_each(
            model, on, names(translators), tasks=names(tasks), layers=names(layer), limit=limit, device=device,
            precision=precision, workers=workers, seed=seed,
            trust=trusted(weights=trust_weights, remote_code=trust_remote_code), cache=cache, progress=progress,
        )  # fmt: skip
    deliver(results, out, _shown, as_json=as_json)


def _shown(result: "Result", path: "Path") -> str:
    return f"{result}\n\nDraw the lifts: bench show {path} --plot lifts.svg; with --leakage what leaks into what."
