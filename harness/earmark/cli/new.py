"""``bench new``: begin a plugin."""

from pathlib import Path
from typing import Annotated

import typer

NAME = "new"


def command(
    kind: Annotated[str, typer.Argument(help="model, dataset or perturbation.")],
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens: my-model.")],
    folder: Annotated[Path, typer.Option("--folder", help="Where its folder is made.", show_default="here")] = Path(),
) -> None:
    """Write a plugin distribution that installs and passes its tests, and print what to type next."""
    from earmark.new import write_distribution  # noqa: PLC0415 - `--help` loads no plugin

    written = write_distribution(kind, name, folder)
    for path in written.files:
        typer.echo(f"Wrote {path}")
    typer.echo("\nNext:")
    for line in written.next:
        typer.echo(f"  {line}")
