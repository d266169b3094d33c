"""Options that several commands share, each described once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from earmark.protocol import Recordings

Models = Annotated[
    list[str],
    typer.Option("--model", "-m", help="Name from `bench models`, my_model.py, or adapter:what; repeatable."),
]
Benchmark = Annotated[
    str | None, typer.Option("--benchmark", "-b", help="Name from `bench tasks`.", show_default="etudes")
]
Data = Annotated[Path | None, typer.Option("--data", help="Your own recordings: CSV, Parquet or a datasets folder.")]
Targets = Annotated[
    list[str] | None, typer.Option("--target", help="With --data: family=column, such as genre=category.")
]
Columns = Annotated[list[str] | None, typer.Option("--column", help="With --data: path=, id=, group= or split=column.")]
Tasks = Annotated[str | None, typer.Option("--tasks", help="Only these tasks or families: key,tempo.")]
Probes = Annotated[str, typer.Option("--probes", help="linear, mlp, or both: linear,mlp.")]
Layers = Annotated[str | None, typer.Option("--layers", help="Layers to compare: all, or names: 0,6,12.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first tracks of each split.")]
Device = Annotated[str, typer.Option("--device", help="cpu, cuda, cuda:1, mps or auto.")]
Precision = Annotated[str, typer.Option("--precision", help="float32, or bf16 for speed on a GPU.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of all that is drawn by chance.")]
Plot = Annotated[Path | None, typer.Option("--plot", help="Draw it to this .svg, .png or .pdf file.")]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache", envvar="EARMARK_CACHE", help="Folder for generated data and embeddings.", show_default="user cache"
    ),
]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Worker processes.", show_default="all cores")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of a table.")]
Board = Annotated[Path, typer.Option("--board", help="Folder of a leaderboard, with results/ in it.")]
BOARD = Path("leaderboards")
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


def data_of(
    benchmark: str | None, data: Path | None, targets: list[str] | None, columns: list[str] | None
) -> "str | Recordings":
    """A benchmark's name or the user's recordings; raises EarmarkError for what cannot be meant."""
    from earmark.protocol import Recordings  # noqa: PLC0415 - `--help` imports no torch

    own = Recordings(
        path=data,
        targets=pairs(targets or [], "--target"),
        columns=pairs(columns or [], "--column", may_be_empty=True),
    )
    if data is None and (own.targets or own.columns):
        raise EarmarkError("--target and --column tell about your own recordings: name these with --data.")
    if data is not None and benchmark is not None:
        raise EarmarkError("--data and --benchmark exclude each other: run one, then the other.")
    return benchmark or "etudes" if data is None else own
