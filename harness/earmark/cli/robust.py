"""``bench robust``: how a model bears changes of the audio."""

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
    Plot,
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
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from pathlib import Path

    from earmark.result import Result

NAME = "robust"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    model: Models,
    perturbations: Annotated[
        list[str] | None,
        typer.Option(
            "--perturbations",
            "-p",
            help="won2020, all, mp3, or mp3:32,64; repeatable. See `bench perturbations`.",
            show_default="won2020",
        ),
    ] = None,
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
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Of drawn splits, bootstrap, MLP probes and perturbations.")
    ] = 0,
    plot: Plot = None,
    out: Out = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train probes on clean audio, test them on changed audio, and say what breaks first.

    Scores use the label that is then true: a stretch moves the tempo, a shift the key.
    """
    from earmark.robust import PRESET, robust_each  # noqa: PLC0415 - `--help` imports no torch

    on = data_of(benchmark, data, target, column)
    check_out(out, model)
    _check_plot(plot, model)
    with Bars(quiet=quiet) as progress:
        results = robust_each(
            model, on, perturbations or [PRESET], tasks=names(tasks), probes=names(probes),
            layers=names(layers), limit=limit, device=device, precision=precision, workers=workers, seed=seed,
            trust=trusted(weights=trust_weights, remote_code=trust_remote_code), cache=cache, progress=progress,
        )  # fmt: skip
    deliver(results, out, _shown, as_json=as_json)
    if plot is not None:
        from earmark.result.robust.picture import draw_robust  # noqa: PLC0415

        draw_robust(results[0], plot)
        typer.echo(f"Picture: {plot}", err=True)


def _check_plot(plot: "Path | None", models: list[str]) -> None:
    from earmark.result.picture import check_ending  # noqa: PLC0415 - `--help` imports no torch

    if plot is not None and len(models) > 1:
        raise EarmarkError("--plot draws one model: use `bench show RESULT --plot FILE` for each of several.")
    if plot is not None:
        check_ending(plot)


def _shown(result: "Result", _: "Path") -> str:
    return str(result)
