"""All commands in one application, and the one place where errors become sentences."""

import os
import sys
import warnings

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: idle threads must sleep, or contention costs dearly

import typer

from earmark.cli import (
    check,
    compare,
    data,
    gate,
    leaderboard,
    models,
    neighbours,
    new,
    perturbations,
    robust,
    run,
    show,
    site,
    submit,
    tasks,
    train,
    verify,
)
from earmark.cli.screen import complain, print_warning
from earmark.errors import EarmarkError

INTERRUPTED = 130  # the shell's convention: 128 + SIGINT

app = typer.Typer(
    name="bench",
    help="Measure what a frozen music embedding knows: genre, era, mood, key, tempo, instruments, voice and form.",
    epilog="Start with: bench run --model log-mel",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
MEASURING = (run, robust, neighbours, show, tasks, perturbations, train, check, new)
JUDGING = (compare, gate, submit, verify, leaderboard, site)
for module in (*MEASURING, *JUDGING):
    app.command(name=module.NAME)(module.command)
app.add_typer(models.app, name="models")
app.add_typer(data.app, name="data")


def main() -> None:
    """Run one command; a mistake a user can mend ends in one sentence and exit status 1."""
    warnings.showwarning = print_warning
    try:
        app()
    except EarmarkError as error:
        complain(str(error))
        sys.exit(1)
    except SystemExit as ended:  # typer turns Ctrl-C into an exit without a word
        if ended.code == INTERRUPTED:
            complain(
                "Stopped. What was stored is kept: bench run, robust and neighbours go on from there by the same "
                "command, bench train with --resume."
            )
        raise
