"""The main job: whether a new version may be released."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from earmark.compare import RESAMPLES, compare, nowhere
from earmark.compare.main import named
from earmark.compare.same import check_same
from earmark.errors import ResultError
from earmark.gate.blame import blamed
from earmark.gate.judge import judge
from earmark.gate.record import Verdict
from earmark.gate.scope import only, scope_of
from earmark.gate.terms import Terms
from earmark.gate.words import verdict_line
from earmark.progress import Progress, silent
from earmark.result import Result
from earmark.result.standout import LEVEL

Where = Callable[[str, str], str]


def gate(
    new: Result,
    old: Result,
    terms: Terms | None = None,
    *,
    allowances: Mapping[str, float] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    where: Where = nowhere,
    progress: Progress = silent,
) -> Verdict:
    """Hold NEW against OLD: it fails where it is clearly worse, and by more than is allowed.

    Clearly: after Holm's correction over what is gated on clean audio, and over what is gated under conditions. A
    model that is as good fails in at most 1 of 40 gates of clean audio, 1 of 20 with conditions: of the false alarms
    of a two-sided test at 5 %, half are gains. It fails too where it lacks what OLD has.
    `allowances` go before those of `terms`. `where` gives the path of a data set's track, or nothing.
    Raises UnknownName for names in the terms that nothing has, EarmarkError for an allowance that cannot be meant,
    and ResultError for results that cannot be compared.
    """
    asked = replace(terms or Terms(), allowances={**(terms.allowances if terms else {}), **(allowances or {})})
    check_same(old, new)
    scope = scope_of(old, new, asked)
    if not scope.families:
        raise ResultError("Nothing is gated: no comparison has both a task and a condition that were named.")
    sides = [only(side, scope.shared) for side in (old, new)] if scope.shared else []
    draw = partial(compare, smallest=asked.smallest, resamples=resamples, seed=seed, where=where, progress=progress)
    comparison = draw(*sides) if sides else None
    judged = tuple(judge(scope, comparison, asked))
    classes, tracks = blamed(judged, comparison)
    return Verdict(
        passed=not any(one.state == "failed" for one in judged), sentence=verdict_line(judged), old=named(old),
        new=named(new), benchmark=new.benchmark, created=new.created, level=LEVEL, resamples=resamples, seed=seed,
        smallest=asked.smallest, require_data=asked.require_data, settings=dict(asked.sources), judged=judged,
        classes=classes, tracks=tracks,
        notes=(*scope.notes, *(comparison.notes if comparison else ())),
    )  # fmt: skip
