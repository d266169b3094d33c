"""``bench models``: what can be measured, and how to obtain what it needs."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Cache, Json, Quiet
from earmark.cli.screen import Bars, table
from earmark.errors import PluginError
from earmark.place import Place

if TYPE_CHECKING:
    from earmark.model import AdapterInfo, ModelInfo

app = typer.Typer(help="List the models, and get the weights that some of them need.", invoke_without_command=True)


@app.callback()
def list_models(context: typer.Context, cache: Cache = None, as_json: Json = False) -> None:
    """List the models that the installed plugins bring, and the adapters for yours."""
    if context.invoked_subcommand is not None:
        return
    from earmark.registry import installed  # noqa: PLC0415 - `--help` loads no plugin

    models, adapters, place = installed().models.values(), installed().adapters.values(), Place.at(cache)
    if as_json:
        typer.echo(json.dumps([_record(m, place) for m in models], indent=2))
        return
    typer.echo(table([_row(m, place) for m in models], list(COLUMNS)))
    typer.echo("\nModels of your own: bench run --model my_model.py, or through an adapter:\n")
    typer.echo(table([_adapter_row(a) for a in adapters], ["adapter", "options", "what"]))


COLUMNS = ("model", "version", "dim", "Hz", "window", "licence", "weights", "what")


def _row(model: "ModelInfo", place: Place) -> list[str]:
    window = "track" if model.window_s is None else f"{model.window_s:g} s"
    about = [model.name, model.version, str(model.dim), str(model.sample_rate), window, model.license]
    return [*about, WEIGHTS[_has_weights(model, place)], model.summary]


WEIGHTS = {None: "none", True: "here", False: "get"}


def _has_weights(model: "ModelInfo", place: Place) -> bool | None:
    """Whether what `bench models get` obtains is on this disk; None where there is nothing to obtain."""
    return None if model.fetch is None else (place.models / model.name).exists()


def _adapter_row(adapter: "AdapterInfo") -> list[str]:
    return [f"{adapter.name}:{adapter.argument}", ", ".join(adapter.options), adapter.summary]


def _record(model: "ModelInfo", place: Place) -> dict[str, object]:
    known = {name: value for name, value in asdict(model).items() if name not in ("load", "fetch")}
    return known | {"weights": WEIGHTS[_has_weights(model, place)]}


@app.command()
def get(
    names: Annotated[list[str], typer.Argument(help="Names from `bench models` whose weights say `get`.")],
    cache: Cache = None,
    quiet: Quiet = False,
) -> None:
    """Obtain the weights that a model needs, once; nothing of theirs is run."""
    from earmark.registry import find_model  # noqa: PLC0415 - `--help` loads no plugin

    place = Place.at(cache).claim()
    for info in [find_model(name)[0] for name in names]:
        with Bars(quiet=quiet) as progress:
            typer.echo(f"{info.name}: {_get(info, place.models / info.name, progress)}")


def _get(info: "ModelInfo", folder: Path, progress: Bars) -> str:
    """Obtain what a model needs, whole or not at all; say what was done. Raises PluginError."""
    if info.fetch is None:
        return "needs nothing; bench run --model " + info.name
    if folder.exists():
        return f"is here already ({folder})"
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        info.fetch(partial, progress)
        partial.replace(folder)
    except OSError as error:
        raise PluginError(f"What {info.name!r} needs could not be obtained: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return f"obtained; bench run --model {info.name}"
