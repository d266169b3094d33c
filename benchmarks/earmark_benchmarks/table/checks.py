"""Whether a table can be learned from and tested on: what is wrong with its tracks, and with each target."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from earmark.audio import AudioBytes, AudioFile
from earmark.dataset import SPLITS
from earmark.errors import LabelError
from earmark.target import Label, Timeline
from earmark_benchmarks.table.labels import Column
from earmark_benchmarks.table.sections import check_end
from earmark_benchmarks.table.sheet import Problem, Row, enumerated, places
from earmark_benchmarks.table.splits import empty_splits

Sources = Mapping[int, AudioFile | AudioBytes]
"""Where the recording of each row is, by the order of the row."""


def doubled(rows: Sequence[Row], names: Mapping[int, str], what: str) -> list[Problem]:
    """One problem for each row whose name (an id, a recording) an earlier row has already."""
    first: dict[str, Row] = {}
    found = []
    for row in (row for row in rows if row.order in names):
        earlier = first.setdefault(names[row.order], row)
        if earlier is not row:
            found.append(row.problem(f"{what} {names[row.order]!r} stands already on {earlier.place}; keep one."))
    return found


def ends(rows: Sequence[Row], column: Column, sources: Sources) -> list[Problem]:
    """One problem for each timeline that goes on past the end of its recording."""
    found = []
    for row in (row for row in rows if row.order in sources):
        timeline = column.labels.get(row.order)
        try:
            if isinstance(timeline, Timeline):
                check_end(timeline, sources[row.order])
        except LabelError as error:
            found.append(row.problem(f"{column.target.name}: {error}"))
    return found


def answerable(rows: Sequence[Row], column: Column, splits: Mapping[int, str]) -> list[Problem]:
    """What keeps a target from being learned on train, chosen on valid and scored on test."""
    labelled = [row for row in rows if row.order in column.labels and row.order in splits]
    name = column.target.name
    empty = empty_splits(splits[row.order] for row in labelled)
    if empty and labelled:
        missing = " and ".join(empty)
        return [Problem(sentence=f"{name}: no labelled track is in {missing}; label or move some.")]
    check = CHECKS.get(column.target.form)
    return [*check(labelled, column, splits)] if check and labelled else []


def _classes_learnable(labelled: Sequence[Row], column: Column, splits: Mapping[int, str]) -> list[Problem]:
    """A class on one track is either never learned or never tested; one outside train is never learned."""
    name = column.target.name
    bearers: dict[Label, list[Row]] = defaultdict(list)
    for row in labelled:
        bearers[column.labels[row.order]].append(row)
    if len(bearers) == 1:
        return [Problem(sentence=f"{name}: every track is {next(iter(bearers))!r}; at least two classes are needed.")]
    found = [_lone(name, str(label), b[0]) for label, b in bearers.items() if len(b) == 1]
    unseen = {k: b for k, b in bearers.items() if len(b) > 1 and not any(splits[row.order] == "train" for row in b)}
    return found + [_unseen(name, str(label), b) for label, b in unseen.items()]


def _lone(name: str, label: str, row: Row) -> Problem:
    return row.problem(
        f"{name}: this is the only track of class {label!r}, which so cannot be both learned and tested; "
        "empty the cell, name a wider class, or add tracks."
    )


def _unseen(name: str, label: str, bearers: Sequence[Row]) -> Problem:
    return Problem(
        order=bearers[0].order,
        sentence=f"{places(bearers)}: {name}: no track of class {label!r} is in train, so nothing can learn it; "
        "move some there or empty the cells.",
    )


def _both_answers(labelled: Sequence[Row], column: Column, splits: Mapping[int, str]) -> list[Problem]:
    """A split whose tracks all have one answer gives no score (ROC-AUC, R²)."""
    answers: dict[str, set[Label]] = defaultdict(set)
    for row in labelled:
        answers[splits[row.order]].add(column.labels[row.order])
    alike = {split: next(iter(answers[split])) for split in SPLITS if len(answers[split]) == 1}
    name = column.target.name
    return [Problem(sentence=f"{name}: every track in {s} is {a!r}; add another answer.") for s, a in alike.items()]


def _some_class(labelled: Sequence[Row], column: Column, splits: Mapping[int, str]) -> list[Problem]:
    """Rare classes are left out already; something must be left to choose by and to test."""
    used = {splits[row.order] for row in labelled if column.labels[row.order]}
    missing = " and ".join(split for split in SPLITS if split not in used)
    why = "a class must be in train and on two groups at least"
    return [Problem(sentence=f"{column.target.name}: no class is left in {missing}; {why}.")] if missing else []


Check = Callable[[Sequence[Row], Column, Mapping[int, str]], Iterable[Problem]]
CHECKS: Mapping[str, Check] = {
    "class": _classes_learnable,
    "ordered": _classes_learnable,
    "classes": _some_class,
    "presence": _both_answers,
    "number": _both_answers,
}
"""By form. Keys, tempi and timelines have a vocabulary of their own, in which any may be rare.

Of several classes a rare one is no problem: it is left out, and the track keeps the others.
"""


def rare_classes(column: Column, groups: Mapping[int, str], splits: Mapping[int, str]) -> tuple[str, ...]:
    """Of a target of several classes, those that one group alone holds, or no track in train; else nothing."""
    if column.target.form != "classes":
        return ()
    holders: dict[str, set[str]] = defaultdict(set)
    learned: set[str] = set()
    for order, label in column.labels.items():
        for name in label if isinstance(label, tuple) else ():
            holders[name].add(groups[order])
            learned |= {name} if splits.get(order) == "train" else set()
    return tuple(name for name in column.target.classes if len(holders[name]) == 1 or name not in learned)


def never_tested(column: Column, splits: Mapping[int, str]) -> list[str]:
    """A note on the classes that no track in test has: a score says nothing of them."""
    tested = Counter(label for order, label in column.labels.items() if splits[order] == "test")
    absent = [c for c in column.target.classes if c not in tested]
    if column.target.form not in ("class", "ordered") or not absent:
        return []
    return [f"{column.target.name}: no track in test is {enumerated(absent)}."]
