"""A comparison as it is read: the table, what a release engineer asks first, the culprits, the reservations."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from earmark.compare.culprits import loss_of
from earmark.compare.notes import task_name
from earmark.result.printable import printable_lines
from earmark.result.standout import holm
from earmark.result.table import number

if TYPE_CHECKING:
    from earmark.compare.record import ClassChange, Compared, Comparison, TrackChange, Verdict

WIDTH = 100
"""Columns."""
CLASSES = 3
"""Of each task that is worse, and of those that stand out elsewhere."""
TRACKS = 10
"""In all."""
HEADERS = ("task", "metric", "old", "new", "change", "95 %", "p", "verdict")
ALIGN = ("left", "left", "right", "right", "right", "right", "right", "left")


def to_text(comparison: Comparison) -> str:
    """The whole report, WIDTH columns wide but for long names and paths."""
    parts = [
        [_heading(comparison)],
        [_table(comparison)] if comparison.tasks else [],
        list(_sentences(comparison)),
        list(_changed_audio(comparison)),
        list(_classes(comparison)),
        list(_tracks(comparison)),
        [_wrapped(note) for note in comparison.notes],
        [_wrapped(_method(comparison))],
    ]
    return printable_lines("\n\n".join("\n".join(lines) for lines in parts if lines))


def _heading(comparison: Comparison) -> str:
    old, new, on = comparison.old, comparison.new, comparison.benchmark
    return "\n".join(
        [
            f"OLD  {old.name} {old.version}",
            f"NEW  {new.name} {new.version}",
            f"on   {on.name} {on.version}{_size(comparison)}",
        ]
    )


def _size(comparison: Comparison) -> str:
    every = comparison.tasks or comparison.conditions
    return f" · up to {max(one.tracks for one in every):,} test tracks in {max(one.groups for one in every):,} groups"


def _table(comparison: Comparison) -> str:
    from tabulate import tabulate  # noqa: PLC0415 - kept out of listing commands

    rows = [_row(one) for one in comparison.tasks]
    return str(tabulate(rows, headers=HEADERS, tablefmt="simple", disable_numparse=True, colalign=ALIGN))


def _row(one: Compared) -> list[str]:
    found = one.difference
    return [
        task_name(one.task, one.probe), one.metric + ("" if one.higher_is_better else " ↓"), number(one.old.value),
        number(one.new.value), signed(found.value), f"{signed(found.low)}, {signed(found.high)}",
        p_value(one.p_adjusted), one.verdict,
    ]  # fmt: skip


def signed(value: float | None) -> str:
    """Three decimals with their sign, or a dash; what rounds to nothing has none."""
    text = "–" if value is None else f"{value:+.3f}"
    return "0.000" if text in ("+0.000", "-0.000") else text


def p_value(p: float | None) -> str:
    """Three decimals, or that it is below them."""
    return "<0.001" if p is not None and p < 0.0005 else number(p)


def _sentences(comparison: Comparison) -> Iterator[str]:
    found = by_verdict(comparison.tasks)
    if comparison.tasks and not (found["worse"] or found["better"]):
        yield "Nothing is clearly better or worse."
    for verdict in ("worse", "better"):
        if some := found[verdict]:
            yield _wrapped(f"{verdict.capitalize()}: {', '.join(amount(one) for one in some)}.")
    yield from _not_told(found["no difference shown"], found["not enough data"])


def by_verdict(found: Iterable[Compared]) -> dict[Verdict, list[Compared]]:
    """The comparisons by what was found."""
    sorted_out: dict[Verdict, list[Compared]] = {
        "worse": [], "better": [], "no difference shown": [], "not enough data": [],
    }  # fmt: skip
    for one in found:
        sorted_out[one.verdict].append(one)
    return sorted_out


def amount(one: Compared) -> str:
    """The task with its change and interval."""
    ends = f"[{signed(one.difference.low)}, {signed(one.difference.high)}]"
    return f"{task_name(one.task, one.probe)} ({signed(one.difference.value)} {ends})"


def _not_told(shown: Sequence[Compared], lacking: Sequence[Compared]) -> Iterator[str]:
    if shown:
        names = ", ".join(task_name(one.task, one.probe) for one in shown)
        yield _wrapped(
            f"No difference shown: {names}. One of {shown[0].smallest:g} would show in at least 80 % of such tests."
        )
    here = max((one.tracks for one in lacking), default=0)
    needs = [_needed(one, here) for one in lacking if one.tracks_needed is not None]
    if needs:
        yield _wrapped(
            f"Not enough data to show a difference of {lacking[0].smallest:g}, which takes about this many test tracks "
            f"({here:,} here): {', '.join(needs)}."
        )
    if bare := [task_name(one.task, one.probe) for one in lacking if one.tracks_needed is None]:
        yield _wrapped(f"Not enough data for any interval: {', '.join(bare)}.")


def _needed(one: Compared, here: int) -> str:
    """The task and the tracks that it takes, and how many it has where those are not the `here` that was said."""
    has = "" if one.tracks == here else f" (here {one.tracks:,})"
    return f"{task_name(one.task, one.probe)} {one.tracks_needed:,}{has}"


def _changed_audio(comparison: Comparison) -> Iterator[str]:
    """The conditions under which something is clearly worse or better, the worst first."""
    found = by_verdict(comparison.conditions)
    if not comparison.conditions:
        return
    counts = ", ".join(f"{len(some)} {verdict}" for verdict, some in found.items() if some)
    yield _wrapped(f"Under changed audio ({len(comparison.conditions)} comparisons, corrected together): {counts}.")
    names = dict.fromkeys(one.condition for one in comparison.conditions)
    told = {name: [one for one in found["worse"] + found["better"] if one.condition == name] for name in names}
    for name in sorted(names, key=lambda name: -sum(one.verdict == "worse" for one in told[name])):
        if told[name]:
            said = [
                f"{verdict} {', '.join(f'{task_name(o.task, o.probe)} {signed(o.difference.value)}' for o in some)}"
                for verdict, some in by_verdict(told[name]).items()
                if some
            ]
            yield _wrapped(f"  {name}: {'; '.join(said)}", indent=4)


def _classes(comparison: Comparison) -> Iterator[str]:
    worse = {
        (o.task, o.probe, o.condition) for o in (*comparison.tasks, *comparison.conditions) if o.verdict == "worse"
    }
    lost = [change for change in comparison.classes if loss_of(change) > 0]
    blamed = [c for key in _in_order(comparison, worse) for c in _of(lost, key)[:CLASSES]]
    if blamed:
        yield "What is behind it, the surest first (each with an interval of its own, not corrected):"
        yield from (_class_line(change) for change in blamed)
    if others := [c for c in _standing_out(comparison.classes) if (c.task, c.probe, c.condition) not in worse]:
        yield "Clearly lost, though their task as a whole is not clearly worse:"
        yield from (_class_line(change) for change in others[:CLASSES])


def _in_order(comparison: Comparison, wanted: set[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    every = [(o.task, o.probe, o.condition) for o in (*comparison.tasks, *comparison.conditions)]
    clean = [key for key in every if key in wanted and not key[2]]
    return clean or [key for key in every if key in wanted]


def _of(changes: Sequence[ClassChange], key: tuple[str, str, str]) -> list[ClassChange]:
    """Those of one reading, the surest first: of a class with few tracks a large change says little."""
    found = [change for change in changes if (change.task, change.probe, change.condition) == key]
    return sorted(found, key=lambda change: 1.0 if change.difference.p is None else change.difference.p)


def _standing_out(classes: Sequence[ClassChange]) -> list[ClassChange]:
    """Classes on clean audio whose loss stays after Holm's correction over all of them."""
    known = [c for c in classes if c.difference.p is not None and not c.condition]
    adjusted = holm([c.difference.p for c in known if c.difference.p is not None])
    return [c for c, p in zip(known, adjusted, strict=True) if p < 0.05 and loss_of(c) > 0]


def _class_line(change: ClassChange) -> str:
    found = change.difference
    ends = "" if found.low is None else f" [{signed(found.low)}, {signed(found.high)}]"
    task = task_name(change.task, change.probe) + (f" @ {change.condition}" if change.condition else "")
    return _wrapped(
        f"  {task}: {change.name}, {change.measure} {number(change.old)} → {number(change.new)} "
        f"({signed(found.value)}{ends}, {change.tracks} track{'' if change.tracks == 1 else 's'})",
        indent=4,
    )


def _tracks(comparison: Comparison) -> Iterator[str]:
    """The tracks of the tasks that are worse, in turn, so that each task shows some."""
    worse = [(o.task, o.probe) for o in comparison.tasks if o.verdict == "worse"]
    by_task = [[t for t in comparison.tracks if (t.task, t.probe) == key and not t.condition] for key in worse]
    turns = [some[i] for i in range(TRACKS) for some in by_task if i < len(some)][:TRACKS]
    if turns:
        yield "Tracks that lost most there:"
        for track in sorted(turns, key=lambda t: worse.index((t.task, t.probe))):
            yield from _track_lines(track)


def _track_lines(track: TrackChange) -> Iterator[str]:
    said = f"{track.reference}; OLD said {track.old}, NEW {track.new}"
    yield _wrapped(f"  {task_name(track.task, track.probe)}, {track.track}: {said}", indent=4)
    if track.path:
        yield f"    {track.path}"


def _method(comparison: Comparison) -> str:
    return (
        f"Change is new minus old, with its own 95 % interval; p is after Holm's correction over the table, by t test "
        f"with the standard error of {comparison.resamples:,} paired resamples of groups."
    )


def _wrapped(text: str, indent: int = 2) -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)
