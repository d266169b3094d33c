"""``bench neighbours``: what is near what in a model's space."""

from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.answer import deliver
from earmark.cli.asked import Asked, measurement
from earmark.cli.options import names
from earmark.cli.screen import Bars

if TYPE_CHECKING:
    from pathlib import Path

    from earmark.result import Result

NAME = "neighbours"

Layer = Annotated[str | None, typer.Option("--layer", help="Of a model that gives several.")]
Translators = Annotated[
    str | None, typer.Option("--translators", help="Judge tempo translators too: identity, or names of installed ones.")
]


@measurement
def command(asked: Asked, layer: Layer = None, translators: Translators = None) -> None:
    """Say what is near in the space of a model before any probe: labels, tempo, key, hubs, and what leaks."""
    from earmark.neighbours import neighbours_each  # noqa: PLC0415 - `--help` imports no torch

    with Bars(quiet=asked.quiet) as progress:
        how = asked.also(layers=names(layer), progress=progress)
        results = neighbours_each(asked.models, asked.on, names(translators), **how)
    deliver(results, asked.out, _shown, as_json=asked.as_json)


def _shown(result: "Result", path: "Path") -> str:
    return f"{result}\n\nDraw the lifts: bench show {path} --plot lifts.svg; with --leakage what leaks into what."
