"""``bench run``: measure a model."""

from typing import TYPE_CHECKING

from earmark.cli.answer import deliver
from earmark.cli.asked import Asked, measurement
from earmark.cli.options import Layers, Probes, names
from earmark.cli.screen import Bars

if TYPE_CHECKING:
    from pathlib import Path

    from earmark.result import Result

NAME = "run"


@measurement
def command(asked: Asked, probes: Probes = "linear", layers: Layers = None) -> None:
    """Embed, probe and score a frozen model, and print one table with intervals beside chance and log-mel."""
    from earmark.protocol import run_each  # noqa: PLC0415 - `--help` imports no torch

    with Bars(quiet=asked.quiet) as progress:
        how = asked.also(probes=names(probes), layers=names(layers), progress=progress)
        results = run_each(asked.models, asked.on, **how)
    deliver(results, asked.out, _shown, as_json=asked.as_json)


def _shown(result: "Result", path: "Path") -> str:
    """The table of a result, and its scores by layer where several were read."""
    from earmark.result.layers import layer_table  # noqa: PLC0415 - `--help` imports no torch

    if not any(task.by_layer for task in result.tasks):
        return str(result)
    return f"{result}\n\n{layer_table(result)}\nTheir curves: bench show {path} --layers --plot layers.svg"
