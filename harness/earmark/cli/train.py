"""``bench train``: a reference model of your own data."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Cache, Quiet, Workers, pairs
from earmark.cli.screen import Bars
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from earmark.protocol import Recordings
    from earmark.train import Checkpoint, Standing

NAME = "train"


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    trainer: Annotated[str, typer.Argument(help="short-chunk-cnn, short-chunk-cnn-res, or a plugin's.")],
    out: Annotated[Path, typer.Option("--out", help="Checkpoint to write: NAME or NAME.safetensors.")],
    data: Annotated[
        str, typer.Option("--data", help="Data set from `bench data list`, or your own CSV, Parquet or folder.")
    ] = "etudes",
    size: Annotated[str, typer.Option("--size", help="tiny, small or full.")] = "tiny",
    target: Annotated[
        list[str] | None,
        typer.Option("--target", help="Target to learn, or family=column of a table.", show_default="all of classes"),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="Of a table: path=, id=, group= or split=column.")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", min=0, help="Shrink or stretch the recipe; 0: untrained.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a training was stopped.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of weights, crops and dropout.")] = 0,
    device: Annotated[str, typer.Option("--device", help="cpu, cuda, cuda:1, mps or auto.")] = "auto",
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Picture of the curve: svg, png or pdf.", show_default="NAME.png")
    ] = None,
    workers: Workers = None,
    cache: Cache = None,
    quiet: Quiet = False,
) -> None:
    """Train a network on labels, and write a checkpoint that `bench run --model` takes."""
    from earmark.train import train  # noqa: PLC0415 - `--help` imports no torch

    on, targets = _subject(data, target or [], column or [])
    with Bars(quiet=quiet) as progress:
        checkpoint = train(
            trainer, on, out=out, size=size, targets=targets, epochs=epochs, resume=resume, seed=seed,
            device=device, workers=workers, cache=cache, plot=plot, progress=progress, report=_reporter(progress),
        )  # fmt: skip
    typer.echo(_told(checkpoint, out))


def _subject(data: str, target: list[str], column: list[str]) -> "tuple[str | Recordings, tuple[str, ...]]":
    """What to train on, and which targets; a column that is not named is called like its target."""
    from earmark.protocol import Recordings  # noqa: PLC0415 - `--help` imports no torch
    from earmark.train.subject import is_known  # noqa: PLC0415

    named = tuple(word.partition("=")[0].strip() for word in target)
    if is_known(data) or not Path(data).expanduser().exists():
        if column or any("=" in word for word in target):
            raise EarmarkError("--column, and columns in --target, tell about a table of yours: name it with --data.")
        return data, named
    columns = pairs(column, "--column", may_be_empty=True)
    mapped = any("=" in word for word in target)  # else the table's columns say which targets there are
    given = pairs([word if "=" in word else f"{word}={word}" for word in target], "--target") if mapped else {}
    return Recordings(path=Path(data), targets=given, columns=columns), named


def _reporter(bars: Bars) -> "Callable[[Standing], None]":
    """Show where a training stands beside its bar; off a terminal, a line an epoch."""

    def report(standing: "Standing") -> None:
        latest = standing.latest
        score = f" score {latest.score:.3f}" if latest else ""
        bars.note("train", f"{standing.epoch}/{standing.epochs} loss {standing.train_loss:.3f}{score}")
        if standing.just_finished and latest:
            bars.say(
                f"epoch {latest.number}/{standing.epochs} {latest.optimizer} {latest.learning_rate:g}: "
                f"loss {latest.train_loss:.4f}, validation {latest.valid_loss:.4f}, score {latest.score:.4f}"
            )

    return report


def _told(checkpoint: "Checkpoint", out: Path) -> str:
    """What was trained, and the next command."""
    from earmark.train import Files  # noqa: PLC0415

    plan, best = checkpoint.plan, checkpoint.best
    how = (
        f"epoch {best.number} of {len(checkpoint.curve)}: validation loss {best.valid_loss:.4f}, "
        f"score {best.score:.4f} ({', '.join(f'{n} {_number(v)}' for n, v in best.scores.items())})"
        if best
        else "untrained"
    )
    lines = (
        f"{checkpoint.name} {checkpoint.version} on {plan.data.name} {plan.data.version}: "
        f"{checkpoint.parameters:,} parameters, {how}.",
        *checkpoint.notes,
        f"Next: bench run --model {Files.named(out).weights}",
    )
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
