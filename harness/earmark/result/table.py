"""The table of one result, for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.result.standout import against_baseline, sentences

if TYPE_CHECKING:
    from earmark.result.record import Result, TaskResult

MARKS = {1: "+", -1: "−", 0: ""}
FEW_GROUPS = 20
"""A bootstrap over fewer gives intervals that are too narrow ; our choice."""
SHORT = {"linear": "linear", "mlp": "MLP", "foote": "none", "boundary-probe": "linear"}
"""What reads the embedding, in a word; Foote's novelty reads it without training."""


def to_text(result: Result) -> str:
    """Plain text: a heading, one row a task, and what stands out."""
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    table = tabulate(rows(result), headers=headers(result), tablefmt="simple", disable_numparse=True, colalign=ALIGN)
    return "\n".join([heading(result), "", table, "", *footnotes(result)])


def to_html(result: Result) -> str:
    """The same for a notebook, everything escaped."""
    from html import escape  # noqa: PLC0415

    from tabulate import tabulate  # noqa: PLC0415

    table = tabulate(rows(result), headers=headers(result), tablefmt="html", disable_numparse=True, colalign=ALIGN)
    notes = "".join(f"<li>{escape(note)}</li>" for note in footnotes(result))
    return f"<p><b>{escape(heading(result))}</b></p>{table}<ul>{notes}</ul>"


ALIGN = ("left", "left", "right", "left", "right", "left", "right", "right", "left")


def heading(result: Result) -> str:
    """Model, benchmark, versions and the number of test tracks."""
    tests = sum(d.tracks.get("test", 0) for d in result.datasets)
    return (
        f"{model_name(result)} {result.model.version} on {result.benchmark.name} {result.benchmark.version}"
        f" · {tests} test tracks · {_size(result)} · {result.model.parameters:,} parameters"
    )


def _size(result: Result) -> str:
    layers = result.model.layers
    return f"{len(layers)} layers" if len(layers) > 1 else f"dim {result.model.dim}"


def model_name(result: Result) -> str:
    """The model's name with its options."""
    options = "&".join(f"{name}={value}" for name, value in sorted(result.model.options.items()))
    return f"{result.model.name}?{options}" if options else result.model.name


def headers(result: Result) -> list[str]:
    """Column names; the baseline's column bears its name."""
    baseline = result.baseline.name if result.baseline else "baseline"
    return ["task", "probe", "tested", "metric", "score", "95 %", "chance", baseline, ""]


def rows(result: Result) -> list[list[str]]:
    """One row a reading, by its main metric."""
    verdicts = against_baseline(result)
    return [_row(t, MARKS[verdicts.get((t.task, t.probe), 0)]) for t in result.tasks]


def _row(task: TaskResult, mark: str) -> list[str]:
    main, baseline = task.main, task.baseline[0].value if task.baseline else None
    arrow = "" if main.higher_is_better else " ↓"
    interval = f"{number(main.low)} – {number(main.high)}"
    return [
        task.task, SHORT[task.probe], str(task.tracks["test"]), main.metric + arrow, number(main.value), interval,
        number(task.chance[0].value), number(baseline), mark,
    ]  # fmt: skip


def number(value: float | None) -> str:
    """Three decimals, or a dash."""
    return "–" if value is None else f"{value:.3f}"


def footnotes(result: Result) -> list[str]:
    """What stands out, then every reservation that a reader of the numbers must know."""
    notes = [*sentences(result), *result.notes]
    for ask in RESERVATIONS:
        notes += [line for line in ask(result) if line]
    return notes


def _layers(result: Result) -> list[str]:
    picked = [f"{t.task} {t.layer}" for t in result.tasks if t.by_layer]
    return [f"Layers picked on validation: {', '.join(picked)}."] if picked else []


def _digits(result: Result) -> list[str]:
    return [f"Embedded in {result.precision}, not in full precision."] if result.precision != "float32" else []


def _edges(result: Result) -> list[str]:
    at_edge = [f"{t.task} ({t.edge})" for t in result.tasks if t.edge]
    return [f"Regularisation at the edge of its grid: {', '.join(at_edge)}."] if at_edge else []


def _unconverged(result: Result) -> list[str]:
    names = [t.task for t in result.tasks if not t.converged]
    return [f"The probe did not converge: {', '.join(names)}."] if names else []


def _unscored(result: Result) -> list[str]:
    return [
        f"{t.task}: no positive test track for {', '.join(t.unscored_classes)}."
        for t in result.tasks
        if t.unscored_classes
    ]


def _skipped(result: Result) -> list[str]:
    return [
        f"{d.name}: {len(d.skipped)} unreadable tracks skipped, such as {d.skipped[0].track} ({d.skipped[0].reason})"
        for d in result.datasets
        if d.skipped
    ]


def _data_notes(result: Result) -> list[str]:
    return [f"{d.name}: {note}" for d in result.datasets for note in d.notes]


def trained_on(result: Result) -> tuple[str, ...]:
    """The data sets of the result that the model says it was trained on, however it spells them."""
    declared = {name.strip().casefold() for name in result.model.training_data}
    return tuple(sorted(d.name for d in result.datasets if d.name.casefold() in declared))


def overlap(result: Result) -> list[str]:
    """Say when the model was trained on what it is asked about."""
    seen = trained_on(result)
    return [f"The model was trained on {', '.join(seen)}: these scores say little about new music."] if seen else []


def _few_groups(result: Result) -> list[str]:
    few = [f"{t.task} ({t.groups})" for t in result.tasks if t.groups < FEW_GROUPS]
    return [f"Too few test groups for a trustworthy interval: {', '.join(few)}."] if few else []


def _limited(result: Result) -> list[str]:
    return [f"Only the first {result.limit} tracks of each split: no benchmark score."] if result.limit else []


RESERVATIONS: tuple[Callable[[Result], list[str]], ...] = (
    _layers, _limited, _digits, overlap, _few_groups, _skipped, _unscored, _unconverged, _edges, _data_notes,
)  # fmt: skip
