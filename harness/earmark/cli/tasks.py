"""``bench tasks``: what is asked."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli.options import Json
from earmark.cli.screen import table

if TYPE_CHECKING:
    from earmark.task import Benchmark

NAME = "tasks"


def command(
    benchmark: Annotated[str | None, typer.Option("--benchmark", "-b", help="Only this one.")] = None,
    as_json: Json = False,
) -> None:
    """List the benchmarks and the tasks they ask."""
    from earmark.registry import find_benchmark, installed  # noqa: PLC0415 - `--help` loads no plugin

    chosen = [find_benchmark(benchmark)[0]] if benchmark else list(installed().benchmarks.values())
    found = [row for each in chosen for row in _rows(each)]
    if as_json:
        typer.echo(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in found], indent=2))
    else:
        typer.echo(table(found, list(COLUMNS)))


COLUMNS = ("benchmark", "version", "task", "family", "answer", "metrics", "read by", "classes")


def _rows(benchmark: "Benchmark") -> list[list[str]]:
    from earmark.answer import metrics_of  # noqa: PLC0415 - brings the metrics along
    from earmark.registry import installed  # noqa: PLC0415

    rows = []
    for task in benchmark.tasks:
        target = {t.name: t for t in installed().datasets[task.dataset].targets}[task.target]
        classes = str(len(target.classes)) if target.classes else ""
        names = ", ".join(metric.name for metric in metrics_of(target))
        rows.append(
            [benchmark.name, benchmark.version, task.name, target.family, target.form, names, task.recipe, classes]
        )
    return rows
