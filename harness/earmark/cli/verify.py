"""``bench verify``: do the claimed answers of a result come out?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import (
    Cache,
    Columns,
    Data,
    Device,
    Json,
    Quiet,
    Targets,
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
    from earmark.protocol import Recordings

NAME = "verify"
ALL = "all"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    result: Annotated[Path, typer.Argument(help="Result file of bench run or bench robust.", show_default=False)],
    model: Annotated[str, typer.Option("--model", "-m", help="The model that the result claims to be of.")],
    tracks: Annotated[str, typer.Option("--tracks", help="So many test tracks, drawn by chance, or all.")] = "32",
    draw: Annotated[
        int | None,
        typer.Option("--draw", min=0, help="Seed of the draw; one of your own nobody can foresee.",
                     show_default="from the result's content"),
    ] = None,
    conditions: Annotated[
        str | None,
        typer.Option("--conditions", help="Of bench robust: clean, or mp3:32,hum:-20.", show_default="all"),
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Take embeddings that this machine has; else all are made anew.")
    ] = False,
    benchmark: Annotated[
        str | None, typer.Option("--benchmark", "-b", help="Name from `bench tasks`.", show_default="the result's")
    ] = None,
    data: Data = None,
    target: Targets = None,
    column: Columns = None,
    device: Device = "auto",
    trust_weights: TrustWeights = False,
    trust_remote_code: TrustRemoteCode = False,
    workers: Workers = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Run a model again and say whether the answers that a result claims come out.

    A sample of the test tracks is asked. Probes learn from train and validation, so these are always embedded whole:
    a sample saves the rest. Exit status 0 when at least 99 % of all answers agree and 95 % of each task's.
    """
    from earmark.result import read_result  # noqa: PLC0415 - `--help` imports no torch
    from earmark.verify import Sample, verify  # noqa: PLC0415

    sample = Sample(
        tracks=_tracks(tracks),
        draw=draw,
        conditions=None if conditions in (None, ALL) else names(conditions),
        fresh=not stored,
    )
    claimed = read_result(result)
    with Bars(quiet=quiet) as progress:
        found = verify(
            claimed, model, _on(benchmark, data, target, column), sample, device=device, workers=workers, cache=cache,
            trust=trusted(weights=trust_weights, remote_code=trust_remote_code), progress=progress,
        )  # fmt: skip
    typer.echo(found.model_dump_json(indent=2) if as_json else str(found))
    if not found.passed:
        raise typer.Exit(1)


def _tracks(text: str) -> int | None:
    """A number of tracks, or None for all; raises EarmarkError."""
    if text == ALL:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise EarmarkError(f"--tracks takes a number from 1 on, or all, not {text!r}.")
    return int(text)


def _on(
    benchmark: str | None, data: Path | None, target: list[str] | None, column: list[str] | None
) -> "str | Recordings | None":
    """What the user names; nothing: what the result names."""
    named = data_of(benchmark, data, target, column)
    return named if benchmark or data else None
