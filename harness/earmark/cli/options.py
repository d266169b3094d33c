"""Options that several commands share, each described once."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.errors import EarmarkError

Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache", envvar="EARMARK_CACHE", help="Folder for generated data and embeddings.", show_default="user cache"
    ),
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Worker processes.", show_default="all cores")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of a table.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bars.")]

TrustWeights = Annotated[
    bool,
    typer.Option("--trust-weights", help="Load weights that are pickles, which may run code."),
]
TrustRemoteCode = Annotated[
    bool, typer.Option("--trust-remote-code", help="Run code that comes with a model from elsewhere.")
]


def trusted(*, weights: bool, remote_code: bool) -> tuple[str, ...]:
    """The words for what the user grants models."""
    return tuple(word for word, granted in (("weights", weights), ("remote-code", remote_code)) if granted)


def pairs(values: list[str], option: str, *, may_be_empty: bool = False) -> dict[str, str]:
    """Read repeated ``name=value`` options; raises EarmarkError naming the one that is not of that form."""
    found: dict[str, str] = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not (name and equals and (rest or may_be_empty)):
            raise EarmarkError(f"{option} {value!r} is not of the form name=column, such as genre=category.")
        found[name.strip()] = rest.strip()
    return found


def names(text: str | None) -> tuple[str, ...]:
    """Read a list separated by commas."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())
