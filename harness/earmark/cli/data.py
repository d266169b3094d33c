"""``bench data``: the data sets and the cache on disk."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Cache, Json, Quiet, Workers
from earmark.cli.screen import Bars, table
from earmark.errors import EarmarkError
from earmark.place import Place, disk_size, human_size

if TYPE_CHECKING:
    from earmark.dataset import DatasetInfo

app = typer.Typer(help="List, make, find and clear data and stored embeddings.", no_args_is_help=True)


@app.command("list")
def list_data(cache: Cache = None, as_json: Json = False) -> None:
    """List the data sets, their licence, and whether they are on this disk."""
    from earmark.registry import installed  # noqa: PLC0415 - `--help` loads no plugin

    place = Place.at(cache)
    rows = [_row(info, place) for info in installed().datasets.values()]
    if as_json:
        typer.echo(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], indent=2))
    else:
        typer.echo(table(rows, list(COLUMNS)))


COLUMNS = ("data set", "version", "licence", "targets", "on disk", "what")


def _row(info: "DatasetInfo", place: Place) -> list[str]:
    folder = info.folder(place.datasets)
    size = human_size(disk_size(folder)) if folder.exists() else "no"
    return [info.name, info.version, info.license, str(len(info.targets)), size, info.summary]


@app.command()
def make(
    name: Annotated[str, typer.Argument(help="Name from `bench data list`, options after a question mark.")],
    workers: Workers = None,
    cache: Cache = None,
    quiet: Quiet = False,
) -> None:
    """Make a data set now rather than on the first run."""
    from earmark.registry import find_dataset  # noqa: PLC0415 - `--help` loads no plugin

    info, options = find_dataset(name)
    with Bars(quiet=quiet) as progress:
        dataset = info.load(Place.at(cache).claim().datasets, workers=workers, progress=progress, **options)
    typer.echo(f"{dataset.name} {dataset.version}: {len(dataset.tracks)} tracks.")


@app.command()
def checksums(
    name: Annotated[str, typer.Argument(help="Name from `bench data list`.")],
    workers: Workers = None,
    cache: Cache = None,
    quiet: Quiet = False,
) -> None:
    """Print as JSON what the plugin of a data set registers of it, so that results on it can be submitted.

    Keep it in a file checksums.json beside the plugin's module; several data sets share one file.
    """
    from earmark.protocol.registration import registration_of  # noqa: PLC0415 - `--help` imports no torch
    from earmark.registry import find_dataset  # noqa: PLC0415

    info, options = find_dataset(name)
    if options:
        raise EarmarkError(f"{name!r} is a variant of {info.name!r}; only the data set itself is registered.")
    with Bars(quiet=quiet) as progress:
        dataset = info.load(Place.at(cache).claim().datasets, workers=workers, progress=progress)
        found = registration_of(dataset, progress)
    typer.echo(json.dumps({info.name: found}, indent=2, ensure_ascii=False))


@app.command()
def where(cache: Cache = None) -> None:
    """Print the folders that earmark keeps and their sizes."""
    place = Place.at(cache)
    rows = [[what, str(path), human_size(disk_size(path))] for what, path in place.folders.items()]
    typer.echo(table(rows, ["what", "folder", "size"]))
    typer.echo("\nMove them with --cache FOLDER or the variable EARMARK_CACHE; clear them with: bench data clear")


@app.command()
def clear(
    what: Annotated[str, typer.Argument(help="datasets, embeddings, models, training or all.")] = "all",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    cache: Cache = None,
) -> None:
    """Delete generated data, stored embeddings, or what was fetched; the next run makes or wants them again."""
    place = Place.at(cache)
    folders = place.choose(what)
    size = human_size(sum(disk_size(folder) for folder in folders))
    listed = ", ".join(str(folder) for folder in folders)
    if not yes:
        typer.confirm(f"Delete {size} in {listed}?", abort=True)
    place.clear(what)
    typer.echo(f"Deleted {size}.")
