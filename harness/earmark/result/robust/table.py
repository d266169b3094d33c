"""The table of what became of the scores when the audio was changed, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from earmark.errors import ResultError
from earmark.result.robust.verdict import reading, verdict
from earmark.result.table import RESERVATIONS, SHORT, heading, number

if TYPE_CHECKING:
    from earmark.result.record import Result
    from earmark.result.robust.record import ConditionRecord, ConditionScore, Robustness, TaskRobustness
    from earmark.result.score import Difference

Rows = list[list[str]]
Table = tuple[list[str], Rows, tuple[str, ...]]
"""Headers, rows and the alignment of each column."""
ACROSS = 12
"""Readings beside each other: the études' twelve make a table of about 130 characters."""
LETTERS = 7
"""A longer word of a header is cut."""
LISTED = 4
CLEAR = "*"
LEGEND = (
    "cosine: mean of each changed track's vector to its clean self; found: tracks whose nearest clean track is that.",
    "Under each task: the change of its main metric from clean audio, under the label that is then true.",
)
MOVED = (
    "Where the label moves: the answer follows it, stays what it was on clean audio, or breaks, which is neither; "
    "then the score under the label that is true of the changed audio, the constant answer's, and under the old label."
)


def to_text(result: Result) -> str:
    """Plain text: a table of conditions, one of tasks, one where labels move, what breaks first, and reservations."""
    found = _robustness(result)
    parts = [f"{_text(table)}\n" for table in _by_condition(found, ACROSS)]
    parts += [*legend(found), "", _text(_by_task(found)), ""]
    if (moved := _by_move(found))[1]:
        parts += [_text(moved), "", MOVED, ""]
    return "\n".join([heading(result), _asked(found), "", *parts, *notes(result)])


def to_html(result: Result) -> str:
    """The same for a notebook, everything escaped."""
    from html import escape  # noqa: PLC0415

    found = _robustness(result)
    tables = [*_by_condition(found, len(found.tasks)), _by_task(found), _by_move(found)]
    below = [*legend(found), *([MOVED] if tables[-1][1] else []), *notes(result)]
    items = "".join(f"<li>{escape(line)}</li>" for line in below)
    head = f"<p><b>{escape(heading(result))}</b><br>{escape(_asked(found))}</p>"
    return f"{head}{''.join(_html(table) for table in tables if table[1])}<ul>{items}</ul>"


def _robustness(result: Result) -> Robustness:
    if result.robustness is None:
        raise ResultError("This result tells nothing of changed audio; make one by `bench robust`.")
    return result.robustness


def _text(table: Table) -> str:
    """A table in as few characters as it takes: what `tabulate` pads, twelve tasks have no room for."""
    heads, rows, align = table
    lines = [head.split("\n") for head in heads]
    height = max(map(len, lines))
    above = [[""] * (height - len(words)) + words for words in lines]
    full = [*map(list, zip(*above, strict=True)), *rows]
    widths = [max(len(row[column]) for row in full if len(row) > 1) for column in range(len(heads))]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(row, widths, align) for row in [*full[:height], rule, *full[height:]])


def _line(row: list[str], widths: Sequence[int], align: Sequence[str]) -> str:
    """One line; a row of a single cell is a heading and as wide as it is."""
    sides = {"left": str.ljust, "right": str.rjust}
    cells = [sides[side](cell, width) for cell, width, side in zip(row, widths, align, strict=False)]
    return "  ".join(cells if len(row) > 1 else row).rstrip()


def _html(table: Table) -> str:
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    heads, rows, align = table
    full = [row + [""] * (len(heads) - len(row)) for row in rows]
    words = [head.replace("\n", " ") for head in heads]
    return str(tabulate(full, headers=words, tablefmt="html", disable_numparse=True, colalign=align))


def _asked(found: Robustness) -> str:
    presets = {preset.name: f"{preset.name} {preset.version}" for preset in found.presets}
    asked = ", ".join(presets.get(name, name) for name in found.asked)
    many = f"{len(found.conditions)} condition{'s' if len(found.conditions) > 1 else ''}"
    return f"Changed by {asked}: {many}; the probes were trained on clean audio"


def legend(found: Robustness) -> list[str]:
    """How to read the table of conditions, and how many marks chance alone would set."""
    verdicts = [verdict(score) for task in found.tasks for score in task.conditions]
    asked = sum(one is not None for one in verdicts)
    down = any(not task.clean.higher_is_better for task in found.tasks)
    clear = (
        f"{CLEAR} the paired 95 % interval of the change excludes 0, not corrected for asking {asked:,} times: "
        f"if nothing had changed, about {asked / 20:.0f} would be marked all the same."
    )
    return [*LEGEND, *([clear] if asked else []), *(["↓ less is better."] if down else [])]


def _by_condition(found: Robustness, across: int) -> Iterator[Table]:
    """One row a condition under its perturbation, in blocks of columns, as even as they can be."""
    blocks = max(1, -(-len(found.tasks) // max(1, across)))
    size = -(-len(found.tasks) // blocks)
    for start in range(0, max(1, len(found.tasks)), max(1, size)):
        tasks = found.tasks[start : start + size]
        heads = ["condition", "cosine", "found", *map(_short_name, tasks)]
        yield heads, _condition_rows(found.conditions, tasks), ("left", "right", "right", *["left"] * len(tasks))


def _condition_rows(conditions: Sequence[ConditionRecord], tasks: Sequence[TaskRobustness]) -> Rows:
    scores = [{score.condition: score for score in task.conditions} for task in tasks]
    rows: Rows = []
    for name, levels in groupby(in_order(conditions), key=lambda one: one.perturbation):
        rows.append([name])
        for one in levels:
            changes = [_change(by_name.get(one.name)) for by_name in scores]
            rows.append([f"· {one.spelled}", number(one.drift.cosine), _percent(one.drift.found), *changes])
    return rows


def in_order(conditions: Sequence[ConditionRecord]) -> list[ConditionRecord]:
    """By perturbation as they first come, then from mild to severe."""
    names = list(dict.fromkeys(one.perturbation for one in conditions))
    return sorted(conditions, key=lambda one: (names.index(one.perturbation), one.rung))


def _change(found: ConditionScore | None) -> str:
    if found is None or found.change is None or found.change.value is None:
        return "–"
    return signed(found.change.value) + (CLEAR if verdict(found) else "")


def signed(value: float) -> str:
    """Five characters: −.123, +1.23, ±.000."""
    size = abs(value)
    digits = sum(size < limit for limit in (0.9995, 9.995, 99.95))  # those that still fit after rounding
    text = f"{size:.{digits}f}".removeprefix("0")
    return f"{'±' if text == '.000' else '−' if value < 0 else '+'}{text}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _short_name(task: TaskRobustness) -> str:
    """A header of few letters over several lines: segm./bound./probe."""
    words = task.task.replace("-", ".").split(".") + (["MLP"] if task.probe == "mlp" else [])
    short = [word if len(word) <= LETTERS else f"{word[:5].rstrip('aeiou')}." for word in words]
    return "\n".join(short) + ("" if task.clean.higher_is_better else " ↓")


def _by_task(found: Robustness) -> Table:
    heads = ["task", "probe", "metric", "clean", "95 %", "chance", "worst", "at", "change", "95 %"]
    align = ("left", "left", "left", "right", "left", "right", "right", "left", "left", "left")
    names = {one.name: f"{one.perturbation} {one.spelled}" for one in found.conditions}
    return heads, [_task_row(task, names) for task in found.tasks], align


def _task_row(task: TaskRobustness, names: dict[str, str]) -> list[str]:
    lowest = {score.condition: score for score in task.conditions}.get(task.worst)
    arrow = "" if task.clean.higher_is_better else " ↓"
    interval = f"{number(task.clean.low)} – {number(task.clean.high)}"
    about = [task.task, SHORT.get(task.probe, task.probe), task.clean.metric + arrow]
    clean = [number(task.clean.value), interval, number(task.chance)]
    if lowest is None:
        return [*about, *clean, "–", "", "", ""]
    return [*about, *clean, number(lowest.score.value), names[task.worst], _change(lowest), _interval(lowest.change)]


def _interval(change: Difference | None) -> str:
    if change is None or change.low is None or change.high is None:
        return "–"
    return f"{signed(change.low)} to {signed(change.high)}"


def _by_move(found: Robustness) -> Table:
    heads = ["task", "condition", "tracks", "follows", "stays", "breaks", "score", "chance", "old label"]
    align = ("left", "left", *["right"] * 7)
    rows = [
        _move_row(task, one, score)
        for task in found.tasks
        for one in in_order(found.conditions)
        for score in task.conditions
        if score.condition == one.name and (score.equivariance is not None or score.unmoved is not None)
    ]
    return heads, rows, align


def _move_row(task: TaskRobustness, one: ConditionRecord, score: ConditionScore) -> list[str]:
    moved = score.equivariance
    shares = [_percent(share) for share in (moved.follows, moved.stays, moved.breaks)] if moved else ["–"] * 3
    old = number(score.unmoved.value if score.unmoved else None)
    about = [reading(task), f"{one.perturbation} {one.spelled}", str(moved.tracks if moved else score.tracks)]
    return [*about, *shares, number(score.score.value), number(score.chance), old]


def notes(result: Result) -> list[str]:
    """What breaks first, then every reservation that a reader of the numbers must know."""
    found = _robustness(result)
    lines = [found.sentence, *_work(found), *result.notes, *_left_out(result, found)]
    lines += [*_unchanged(found), *_unknown(result, found)]
    return [*lines, *(line for ask in RESERVATIONS for line in ask(result) if line)]


def _work(found: Robustness) -> list[str]:
    """What was done now, and not found in the store; decoding and changing serve all models of the run."""
    phases = [f"{phase} {seconds:.0f} s" for phase, seconds in found.work_s.items() if seconds >= 1]
    return [f"Work over all processes: {', '.join(phases)}."] if phases else []


def _left_out(result: Result, found: Robustness) -> list[str]:
    asked = {(task.task, task.probe) for task in found.tasks}
    names = [task.task for task in result.tasks if (task.task, task.probe) not in asked]
    return [f"Not asked of changed audio: {', '.join(names)}."] if names else []


def _unchanged(found: Robustness) -> list[str]:
    names = [
        f"{one.perturbation} {one.spelled} ({one.unchanged} of {one.tracks})"
        for one in found.conditions
        if one.unchanged
    ]
    return [f"Tracks that came out as they were, sample for sample: {_some(names)}."] if names else []


def _unknown(result: Result, found: Robustness) -> list[str]:
    tested = {(task.task, str(task.probe)): task.tracks.get("test", 0) for task in result.tasks}
    heard = [[score.tracks for score in task.conditions] for task in found.tasks]
    least_of = [min(many, default=0) if len(many) == len(found.conditions) else 0 for many in heard]
    fewest = zip(found.tasks, least_of, strict=True)
    known = [(reading(task), least, tested.get((task.task, task.probe), 0)) for task, least in fewest]
    names = [f"{name} (as few as {least} of {asked})" for name, least, asked in known if least < asked]
    return [f"What becomes of the label is not known of every track: {', '.join(names)}."] if names else []


def _some(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    rest = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {rest} more" if rest > 0 else "")
