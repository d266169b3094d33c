"""What a reader of the verdicts must know: what is not compared, and what makes the comparison weaker."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from earmark.compare.common import Pair
from earmark.compare.record import Compared
from earmark.recount import Reading
from earmark.result import Result, TaskResult
from earmark.result.table import FEW_GROUPS, overlap

RARE = 10
"""Groups on either side of a yes or no below which ranks are judged too often: twice the stated false alarms with six
positives; see tests/harness/compare/test_calibration.py."""
HANDFUL = 10
"""Fewer degrees of freedom, of as many groups or more, are worth a word. Our choice."""
SHOWN = 6
Note = Callable[[Result, Result, Sequence[Pair]], Iterable[str]]


def notes_of(old: Result, new: Result, pairs: Sequence[Pair], *, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """Every reservation, what is missing first; of tasks that were `chosen`, nothing of the others."""
    whole = [f"Only {', '.join(chosen)} was asked for: the correction is over that alone."] if chosen else []
    asked = [ask for ask in NOTES if not (chosen and ask is _missing)]
    return (*whole, *(line for ask in asked for line in ask(old, new, pairs)))


def few_decide(found: Iterable[Compared]) -> Iterator[str]:
    """Name the comparisons whose spread hangs on a handful of groups: their intervals are wide for that."""
    few = [
        f"{reading_name(Reading(one.task, one.probe, one.condition))} ({one.degrees:.0f})"
        for one in found
        if one.degrees is not None and 0 < one.degrees < HANDFUL <= one.groups
    ]
    if few:
        more = f" and {len(few) - SHOWN} more" if len(few) > SHOWN else ""
        yield (
            f"A few groups decide: {', '.join(few[:SHOWN])}{more}. In brackets the degrees of freedom; the intervals "
            "and p allow for it."
        )


def _missing(old: Result, new: Result, pairs: Sequence[Pair]) -> Iterator[str]:
    shared = {pair.reading[:2] for pair in pairs}
    for which, other, result in (("OLD", "NEW", old), ("NEW", "OLD", new)):
        alone = [task_name(t.task, t.probe) for t in result.tasks if (t.task, t.probe) not in shared]
        if alone:
            yield f"NOT COMPARED, because only {which} answers it and {other} does not: {', '.join(alone)}."


def _conditions(old: Result, new: Result, pairs: Sequence[Pair]) -> Iterator[str]:
    shared = {pair.reading.condition for pair in pairs}
    for which, result in (("OLD", old), ("NEW", new)):
        heard = [c.name for c in result.robustness.conditions] if result.robustness else []
        if alone := [name for name in heard if name not in shared]:
            yield f"NOT COMPARED, because only {which} was tried under it: {', '.join(alone)}."


def _same_model(old: Result, new: Result, _: Sequence[Pair]) -> Iterator[str]:
    if (old.model.fingerprint, old.model.options) == (new.model.fingerprint, new.model.options):
        yield "OLD and NEW are of one model, by its fingerprint."


def _layers(old: Result, new: Result, _: Sequence[Pair]) -> Iterator[str]:
    """Of two versions of a model, or where layers were asked for; other models have other names for theirs."""
    if old.model.name != new.model.name and not (old.model.layers or new.model.layers):
        return
    others, found = {(t.task, t.probe): t for t in new.tasks}, dict[tuple[str, str], list[str]]()
    for task in old.tasks:
        other = others.get((task.task, task.probe))
        if other is not None and task.layer != other.layer:
            found.setdefault((_layer(task), _layer(other)), []).append(task_name(task.task, task.probe))
    for (one, other_layer), names in found.items():
        yield f"Read from {one} in OLD and from {other_layer} in NEW: {', '.join(names)}."
    if old.model.layers != new.model.layers:
        tried = [", ".join(result.model.layers) or "the main layer alone" for result in (old, new)]
        yield f"Layers that were tried: {tried[0]} in OLD, {tried[1]} in NEW."


def _layer(task: TaskResult) -> str:
    return f"layer {task.layer}" if task.layer else "the main layer"


def _digits(old: Result, new: Result, _: Sequence[Pair]) -> Iterator[str]:
    if old.precision != new.precision:
        yield f"OLD was embedded in {old.precision}, NEW in {new.precision}."


def _apart(_: Result, __: Result, pairs: Sequence[Pair]) -> Iterator[str]:
    missing = {pair.reading: pair.apart for pair in pairs if pair.apart}
    if missing:
        most = max(missing.values())
        yield (
            f"Test tracks that only one of the two answered are left out of both: {most:,} of "
            f"{', '.join(dict.fromkeys(reading_name(r) for r, n in missing.items() if n == most))}"
            f"{', fewer of others' if len(set(missing.values())) > 1 else ''}."
        )


def _few(_: Result, __: Result, pairs: Sequence[Pair]) -> Iterator[str]:
    few = [f"{p.reading.task} ({n})" for p in pairs if (n := len(set(p.old.groups))) < FEW_GROUPS]
    if few:
        yield f"Too few test groups for verdicts to trust: {', '.join(dict.fromkeys(few))}."


def _rare(_: Result, __: Result, pairs: Sequence[Pair]) -> Iterator[str]:
    for pair in pairs:
        if pair.old.target.form != "presence" or pair.reading.condition:
            continue
        sides = [len({g for g, said in zip(pair.old.groups, pair.old.labels, strict=True) if said == side})
                 for side in ("yes", "no")]  # fmt: skip
        if min(sides) < RARE:
            yield f"{pair.reading.task}: {min(sides)} groups on one side of yes and no are too few for a verdict."


def _alike(_: Result, __: Result, pairs: Sequence[Pair]) -> Iterator[str]:
    same = [reading_name(pair.reading) for pair in pairs if _is_alike(pair)]
    if same and len(same) == len(pairs):
        yield "OLD and NEW give the same answers to everything."
    elif same:
        yield f"OLD and NEW give the same answers: {', '.join(same)}."


def _is_alike(pair: Pair) -> bool:
    old, new = pair.sides
    if old.answers != new.answers or len(old.estimated) != len(new.estimated):
        return False
    return all(isinstance(a, list) or np.array_equal(a, b) for a, b in zip(old.estimated, new.estimated, strict=True))


def _limited(old: Result, _: Result, __: Sequence[Pair]) -> Iterator[str]:
    if old.limit:
        yield f"Only the first {old.limit} tracks of each split: no benchmark score."


def _overlaps(old: Result, new: Result, _: Sequence[Pair]) -> Iterator[str]:
    for which, result in (("OLD", old), ("NEW", new)):
        yield from (f"{which}: {line}" for line in overlap(result))


NOTES: tuple[Note, ...] = (
    _missing, _conditions, _apart, _same_model, _alike, _layers, _digits, _limited, _few, _rare, _overlaps,
)  # fmt: skip


def task_name(task: str, probe: str) -> str:
    """The task, with its probe where that is not the usual one."""
    return f"{task} (MLP)" if probe == "mlp" else task


def reading_name(reading: Reading) -> str:
    """The task with its probe and the condition that it was heard under."""
    heard = f" @ {reading.condition}" if reading.condition else ""
    return task_name(reading.task, reading.probe) + heard
