"""What a measurement ends with: result files, and a table or JSON on the screen."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from earmark.result import Result

Out = Annotated[
    Path | None,
    typer.Option("--out", help="Result file (.json).", show_default="results/MODEL/VERSION/BENCHMARK.json"),
]


def check_out(out: Path | None, models: Sequence[str]) -> None:
    """Refuse a name for the result that cannot be meant, before an hour is spent on it; raises EarmarkError."""
    if out is not None and len(models) > 1:
        raise EarmarkError("--out names one file: run several models without it, or one by one.")
    if out is not None and out.suffix != ".json":
        raise EarmarkError(f"--out names a result file that ends in .json, not {out}.")


def deliver(
    results: "Sequence[Result]", out: Path | None, shown: "Callable[[Result, Path], str]", *, as_json: bool
) -> None:
    """Keep each result and print what is shown of it, or all of them as JSON: one object, or a list of several."""
    from earmark.protocol import result_path  # noqa: PLC0415 - `--help` imports no torch
    from earmark.result import write_result  # noqa: PLC0415
    from earmark.result.files import to_json  # noqa: PLC0415

    paths = [out or result_path(result) for result in results]
    written = [write_result(result, path) for result, path in zip(results, paths, strict=True)]
    records = [to_json(result) for result in written]
    if as_json:
        typer.echo(records[0] if len(records) == 1 else f"[{','.join(records)}]")
    for result, path in zip(written, paths, strict=True):
        typer.echo("" if as_json else f"\n{shown(result, path)}", nl=not as_json)
        typer.echo(f"Result: {path}", err=True)
