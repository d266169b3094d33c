"""The main job: two results, where they differ, and what is to blame."""

from collections.abc import Sequence
from functools import partial

from earmark.compare.common import Pair, common
from earmark.compare.culprits import Where, class_changes, track_changes
from earmark.compare.judged import Draw, judge
from earmark.compare.notes import few_decide, notes_of
from earmark.compare.paired import RESAMPLES
from earmark.compare.record import Compared, Comparison
from earmark.compare.same import check_same
from earmark.errors import EarmarkError, UnknownName
from earmark.progress import Progress, silent
from earmark.result import Named, Result
from earmark.result.standout import LEVEL
from earmark.result.table import model_name

SMALLEST = 0.05
"""The smallest difference worth knowing of, for every main metric alike: all of them end at 1, so that it is the right
answer to five tracks of a hundred more, or their like in ranks and variance. Our choice."""


def nowhere(dataset: str, track: str) -> str:  # noqa: ARG001 - it stands for a function that looks
    """No recording is looked for."""
    return ""


def compare(
    old: Result,
    new: Result,
    *,
    tasks: Sequence[str] = (),
    smallest: float = SMALLEST,
    resamples: int = RESAMPLES,
    seed: int = 0,
    where: Where = nowhere,
    progress: Progress = silent,
) -> Comparison:
    """Compare each reading that both results have, by paired bootstrap over groups with Holm's correction.

    `tasks` names tasks, targets or families that alone are compared. Those on clean audio are one family of the
    correction, those under conditions another. `where` gives the path of a data set's track, or nothing.
    Raises ResultError for results that did not ask the same, or whose predictions are not at hand, UnknownName for a
    task that they do not share, and EarmarkError for a `smallest` that is not above 0.
    """
    if not 0 < smallest < float("inf"):
        raise EarmarkError(f"The smallest difference worth knowing of is above 0, such as 0.05, not {smallest}.")
    check_same(old, new)
    pairs = _chosen(common(old, new), tasks)
    draw = Draw(resamples=resamples, seed=seed)
    clean, changed = ([p for p in pairs if bool(p.reading.condition) is heard] for heard in (False, True))
    found = tuple(judge(clean, draw, smallest, partial(progress, "compare")))
    conditions = tuple(judge(changed, draw, smallest, partial(progress, "compare changed")))
    blamed = [*clean, *_worse(changed, conditions)]
    notes = (*notes_of(old, new, pairs, chosen=tasks), *few_decide((*found, *conditions)))
    return Comparison(
        old=named(old), new=named(new), benchmark=old.benchmark, resamples=resamples, seed=seed, level=LEVEL,
        tasks=found, conditions=conditions, classes=tuple(class_changes(blamed, draw)),
        tracks=tuple(track_changes(blamed, where)), notes=notes,
    )  # fmt: skip


def _chosen(pairs: list[Pair], names: Sequence[str]) -> list[Pair]:
    known = {pair: {pair.reading.task, pair.old.target.name, pair.old.target.family} for pair in pairs}
    for name in names:
        if not any(name in called for called in known.values()):
            raise UnknownName("common task or family", name, set().union(*known.values()))
    return [pair for pair in pairs if not names or known[pair] & set(names)]


def _worse(pairs: Sequence[Pair], found: Sequence[Compared]) -> list[Pair]:
    """Of readings under conditions only those that are worse are looked into: there may be hundreds."""
    return [pair for pair, one in zip(pairs, found, strict=True) if one.verdict == "worse"]


def named(result: Result) -> Named:
    """The model with its options, and its version."""
    return Named(name=model_name(result), version=result.model.version)
