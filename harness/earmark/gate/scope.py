"""What is gated: every reading of OLD that the terms name, whether or not NEW has it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from earmark.errors import EarmarkError, ResultError, UnknownName
from earmark.gate.terms import ALL, CLEAN, Terms
from earmark.recount import Reading
from earmark.registry import find_conditions
from earmark.result import Result
from earmark.result.robust.record import Robustness
from earmark.result.table import model_name

LISTED = 8
"""So many names stand in a note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What OLD answered and the terms name, in the order of its table, and what else there is."""

    families: Mapping[Reading, str]
    """By what is gated, its family."""
    missing: frozenset[Reading]
    """Those of them that NEW lacks."""
    fewer: Mapping[Reading, int]
    """By reading, how many tracks OLD answered that NEW did not; only where there are some."""
    notes: tuple[str, ...]
    """What is not gated, and why."""

    @property
    def shared(self) -> list[Reading]:
        """Those that both have."""
        return [reading for reading in self.families if reading not in self.missing]


def scope_of(old: Result, new: Result, terms: Terms) -> Scope:
    """Find what is gated; raises UnknownName for names in the terms that mean nothing, and ResultError."""
    ours, theirs = readings(old), readings(new)
    _check_names(ours | theirs, terms)
    gated = {reading: family for reading, family in ours.items() if _is_named(reading, family, terms)}
    heard, told = _tracks(old, "OLD"), _tracks(new, "NEW")
    fewer = {r: len(heard[r] - told[r]) for r in gated if r in heard and r in told and heard[r] - told[r]}
    missing = {reading for reading in gated if reading not in theirs or reading not in told}
    return Scope(
        families=gated, missing=frozenset(missing), fewer=fewer, notes=tuple(_notes(ours, theirs, gated, terms))
    )


def readings(result: Result) -> dict[Reading, str]:
    """Everything that a result scores, on clean audio and under each condition, with its family."""
    found = {Reading(task.task, task.probe): task.family for task in result.tasks}
    for task in result.robustness.tasks if result.robustness else ():
        found |= {Reading(task.task, task.probe, one.condition): task.family for one in task.conditions}
    return found


def only(result: Result, wanted: Iterable[Reading]) -> Result:
    """The same result with these readings alone, so that no other takes part in Holm's correction."""
    kept = set(wanted)
    tasks = tuple(t for t in result.tasks if any((t.task, t.probe) == r[:2] for r in kept))
    table = result.predictions_frame()
    rows = pd.Series([reading in kept for reading in _readings_of(table)], index=table.index, dtype=bool)
    narrowed = result.model_copy(update={"tasks": tasks, "robustness": _only_robust(result, kept)})
    return narrowed.with_tables({**result.tables, "predictions": table[rows].reset_index(drop=True)})


def _only_robust(result: Result, kept: Collection[Reading]) -> Robustness | None:
    found, heard = result.robustness, {reading.condition for reading in kept}
    if found is None:
        return None
    return found.model_copy(update={"conditions": tuple(one for one in found.conditions if one.name in heard)})


def _readings_of(table: pd.DataFrame) -> Iterator[Reading]:
    conditions = table["condition"].tolist() if "condition" in table.columns else [""] * len(table)
    return map(Reading, table["task"].tolist(), table["probe"].tolist(), conditions)


def _tracks(result: Result, which: str) -> dict[Reading, set[str]]:
    """By reading the tracks that were answered; raises ResultError where the predictions are not at hand."""
    if "predictions" not in result.tables:
        file = result.predictions.file if result.predictions else "its .parquet file"
        raise ResultError(
            f"{which} ({model_name(result)} {result.model.version}) is without its predictions, by which two results "
            f"are compared: keep {file}, under that name, beside the .json, in caches and artifacts too."
        )
    table, found = result.predictions_frame(), dict[Reading, set[str]]()
    for reading, track in zip(_readings_of(table), table["track"].tolist(), strict=True):
        found.setdefault(reading, set()).add(track)
    return found


def _is_named(reading: Reading, family: str, terms: Terms) -> bool:
    asked = not terms.tasks or {reading.task, family} & set(terms.tasks)
    return bool(asked and (not terms.conditions or set(_heard(reading)) & set(terms.conditions)))


def _check_names(known: Mapping[Reading, str], terms: Terms) -> None:
    """Raise UnknownName for a name in the terms that nothing in either result has."""
    asked = {name for reading, family in known.items() for name in (reading.task, family)}
    heard = {name for reading in known for name in _heard(reading)}
    for name in terms.tasks:
        _check("task or family", name, asked)
    for name in terms.conditions:
        _check("condition of these results", name, heard)
    for name in terms.allowances:
        _check_allowed(name, asked, heard - {CLEAN})


def _check(kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise UnknownName(kind, name, known)


def _check_allowed(name: str, asked: Collection[str], heard: Collection[str]) -> None:
    """An allowance of a condition may stand in the file of a project whose other results are of clean audio."""
    task, at, condition = name.rpartition("@")
    if at:
        _check("task or family", task, asked)
    if heard or not _is_condition(condition):
        _check(
            "condition of these results" if at else "task, family or condition", condition, _allowed(asked, heard, at)
        )


def _allowed(asked: Collection[str], heard: Collection[str], at: str) -> set[str]:
    return set(heard) if at else {*asked, *heard, ALL}


def _is_condition(name: str) -> bool:
    """Whether a perturbation that is installed goes by that name, with or without a level."""
    try:
        found, _ = find_conditions([name])
    except EarmarkError:
        return False
    return any(name in (one.name, one.perturbation.name) for one in found)


def _heard(reading: Reading) -> tuple[str, ...]:
    """Every name of what was heard: the condition and its perturbation."""
    return (reading.condition, reading.condition.partition(":")[0]) if reading.condition else (CLEAN,)


def _notes(
    ours: Mapping[Reading, str], theirs: Mapping[Reading, str], gated: Mapping[Reading, str], terms: Terms
) -> Iterator[str]:
    """Say what is not gated, and which allowances were of no use."""
    if added := [spelled(reading) for reading in theirs if reading not in ours]:
        yield f"Not gated, for OLD does not have it: {shortened(added)}."
    if len(gated) < len(ours):
        chosen = {"tasks": terms.tasks, "conditions": terms.conditions}
        said = ", ".join(f"{what} {' '.join(names)}" for what, names in chosen.items() if names)
        yield f"Not gated, by choice (only {said}): {len(ours) - len(gated)} of {len(ours)} comparisons."
    used = {terms.threshold(reading.task, family, reading.condition).name for reading, family in gated.items()}
    if idle := [name for name in terms.allowances if name not in used]:
        yield f"Allowances that nothing here needed: {', '.join(idle)}."


def spelled(reading: Reading) -> str:
    """As an allowance names it: ``tempo``, ``tempo@mp3:32``; with the probe where that is not the usual one."""
    probe = " (MLP)" if reading.probe == "mlp" else ""
    return f"{reading.task}{f'@{reading.condition}' if reading.condition else ''}{probe}"


def shortened(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")
