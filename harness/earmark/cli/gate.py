"""``bench gate``: may this version be released?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import BOARD, Cache, Json, Quiet, Tasks, names
from earmark.cli.screen import Bars
from earmark.errors import EarmarkError

if TYPE_CHECKING:
    from earmark.gate import Verdict
    from earmark.gate.settings import Settings

NAME = "gate"
SCREEN = Path("-")

Against = Annotated[
    str | None,
    typer.Option("--against", help="The old result: a file, or leaderboard:MODEL@VERSION.", show_default=False),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        help="How much worse a task, family, condition, task@condition, or all may be: tempo=-0.01; repeatable.",
        show_default="all=0",
    ),
]
Conditions = Annotated[
    str | None, typer.Option("--conditions", help="Only these: clean, or of robust results mp3 or mp3:32.")
]
Smallest = Annotated[
    float | None,
    typer.Option("--smallest", help="The smallest difference that the data must be able to show.", show_default="0.05"),
]
RequireData = Annotated[
    bool | None,
    typer.Option("--require-data/--no-require-data", help="Fail where the data cannot tell.", show_default="no"),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="File with [tool.earmark.gate].", show_default="the nearest pyproject.toml that has it"
    ),
]
Where = Annotated[
    Path | None,
    typer.Option("--board", help="Folder of the leaderboard, with results/ in it.", show_default="leaderboards"),
]
Junit = Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML to this file.")]
Markdown = Annotated[
    Path | None, typer.Option("--markdown", help="Write a summary for a pull request to this file; -: print it.")
]


def command(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    new: Annotated[Path, typer.Argument(help="Result of the version to be released.", show_default=False)],
    against: Against = None,
    allow: Allow = None,
    tasks: Tasks = None,
    conditions: Conditions = None,
    smallest: Smallest = None,
    require_data: RequireData = None,
    config: Config = None,
    board: Where = None,
    junit: Junit = None,
    markdown: Markdown = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Pass or fail a release: exit 1 where NEW is clearly worse than OLD, and by more than allowed.

    Clearly: by the paired bootstrap over groups, after Holm's correction over the gated tasks, and over the gated
    conditions apart. NEW fails too where it lacks a task, a condition, a score or tracks that OLD has. Defaults come
    from [tool.earmark.gate].
    """
    from earmark.gate.settings import allowances, settings_of  # noqa: PLC0415 - `--help` imports nothing heavy

    if as_json and markdown == SCREEN:
        raise EarmarkError("--json and --markdown - both want the screen: give the Markdown a file.")
    try:
        typed = {
            "against": against, "board": None if board is None else str(board), "smallest": smallest,
            "allow": allowances(allow) if allow else None, "tasks": names(tasks) if tasks else None,
            "conditions": names(conditions) if conditions else None, "require-data": require_data,
        }  # fmt: skip
        verdict = _judged(new, settings_of(typed, config, Path.cwd()), cache, quiet=quiet)
    except EarmarkError as error:
        _refuse(str(error), junit, markdown, as_json=as_json)
        raise
    _deliver(verdict, junit, markdown, as_json=as_json)
    if not verdict.passed:
        raise typer.Exit(1)


def _judged(new: Path, settings: "Settings", cache: Path | None, *, quiet: bool) -> "Verdict":
    from earmark.compare.whereabouts import Whereabouts  # noqa: PLC0415 - `--help` imports nothing heavy
    from earmark.gate import gate  # noqa: PLC0415
    from earmark.result import read_result  # noqa: PLC0415

    result = read_result(new)
    where = Whereabouts.of(result, cache).path
    old, terms = settings.old(result, BOARD), settings.terms()
    with Bars(quiet=quiet) as progress:
        return gate(result, old, terms, where=where, progress=progress)


def _deliver(verdict: "Verdict", junit: Path | None, markdown: Path | None, *, as_json: bool) -> None:
    """Write what was asked for, and print the table, or JSON, or Markdown."""
    from earmark.gate.junit import to_junit  # noqa: PLC0415 - `--help` imports nothing heavy
    from earmark.gate.markdown import to_markdown  # noqa: PLC0415
    from earmark.gate.table import to_text  # noqa: PLC0415

    _write(junit, to_junit(verdict))
    summary = to_markdown(verdict)
    if markdown != SCREEN:
        _write(markdown, summary)
        typer.echo(verdict.model_dump_json(indent=2) if as_json else _coloured(to_text(verdict), verdict.passed))
    else:
        typer.echo(summary, nl=False)


def _coloured(text: str, passed: bool) -> str:
    """The verdict in green or red, where there are colours; its word stands there anyway."""
    first, end, others = text.partition("\n")
    return f"{typer.style(first, fg='green' if passed else 'red')}{end}{others}"


def _refuse(sentence: str, junit: Path | None, markdown: Path | None, *, as_json: bool) -> None:
    """Say it in the files too: what an earlier gate left there must not pass for an answer."""
    from earmark.gate.junit import refused_junit  # noqa: PLC0415 - `--help` imports nothing heavy
    from earmark.gate.markdown import refused_markdown  # noqa: PLC0415

    _write(junit, refused_junit(sentence))
    if as_json:
        typer.echo(json.dumps({"schema_version": "1", "passed": False, "refused": sentence}, indent=2))
    if markdown == SCREEN:
        typer.echo(refused_markdown(sentence), nl=False)
    else:
        _write(markdown, refused_markdown(sentence))


def _write(path: Path | None, text: str) -> None:
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EarmarkError(f"{path}: cannot be written ({error.strerror}).") from error
    typer.echo(f"Written: {path}", err=True)
