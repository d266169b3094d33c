"""``bench models``: what can be measured."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from earmark.cli.options import Json
from earmark.cli.screen import table

if TYPE_CHECKING:
    from earmark.model import ModelInfo

NAME = "models"


def command(as_json: Json = False) -> None:
    """List the models that the installed plugins bring."""
    from earmark.registry import installed  # noqa: PLC0415 - `--help` loads no plugin

    models = installed().models.values()
    if as_json:
        typer.echo(json.dumps([_record(m) for m in models], indent=2))
        return
    typer.echo(table([_row(m) for m in models], ["model", "version", "dim", "Hz", "window", "licence", "what"]))
    typer.echo("\nA model of your own: bench run --model path/to/my_model.py")


def _row(model: "ModelInfo") -> list[str]:
    window = "track" if model.window_s is None else f"{model.window_s:g} s"
    return [model.name, model.version, str(model.dim), str(model.sample_rate), window, model.license, model.summary]


def _record(model: "ModelInfo") -> dict[str, object]:
    return {name: value for name, value in asdict(model).items() if name != "load"}
