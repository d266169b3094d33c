"""``bench robust``: how a model bears changes of the audio."""

from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.answer import deliver
from earmark.cli.asked import Asked, measurement
from earmark.cli.options import Layers, Plot, Probes, names
from earmark.cli.screen import Bars
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from pathlib import Path

    from earmark.result import Result

NAME = "robust"

Perturbations = Annotated[
    list[str] | None,
    typer.Option(
        "--perturbations",
        "-p",
        help="won2020, all, mp3, or mp3:32,64; repeatable. See `bench perturbations`.",
        show_default="won2020",
    ),
]


@measurement
def command(
    asked: Asked,
    perturbations: Perturbations = None,
    probes: Probes = "linear",
    layers: Layers = None,
    plot: Plot = None,
) -> None:
    """Train probes on clean audio, test them on changed audio, and say what breaks first.

    Scores use the label that is then true: a stretch moves the tempo, a shift the key.
    """
    from earmark.robust import PRESET, robust_each  # noqa: PLC0415 - `--help` imports no torch

    _check_plot(plot, asked.models)
    with Bars(quiet=asked.quiet) as progress:
        how = asked.also(probes=names(probes), layers=names(layers), progress=progress)
        results = robust_each(asked.models, asked.on, perturbations or [PRESET], **how)
    deliver(results, asked.out, _shown, as_json=asked.as_json)
    if plot is not None:
        _draw(results[0], plot)


def _check_plot(plot: "Path | None", models: list[str]) -> None:
    from earmark.result.picture import check_ending  # noqa: PLC0415 - `--help` imports no torch

    if plot is not None and len(models) > 1:
        raise EarmarkError("--plot draws one model: use `bench show RESULT --plot FILE` for each of several.")
    if plot is not None:
        check_ending(plot)


def _draw(result: "Result", plot: "Path") -> None:
    from earmark.result.robust.picture import draw_robust  # noqa: PLC0415 - `--help` imports no torch

    draw_robust(result, plot)
    typer.echo(f"Picture: {plot}", err=True)


def _shown(result: "Result", _: "Path") -> str:
    return str(result)
