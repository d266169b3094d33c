"""What only the model itself could show: it is filed as claimed, so long as it can be true, and the report says so."""

import math
from collections.abc import Iterator

from earmark.protocol.main import BASELINE
from earmark.result import TaskResult
from earmark.result.robust.record import ConditionRecord
from earmark.result.table import overlap
from earmark.submit.case import TOLERANCE, Case, Check, is_baseline
from earmark.submit.words import LONGEST_NAME, unfit_name

THEME = "claims"
MOST_SETTINGS = 20
MOST_TWINS = 3
"""So many are named."""
RANGES = {
    "model.dim": (1, 10**7),
    "model.parameters": (0, 10**14),
    "model.sample_rate": (0, 10**6),
    "model.window_s": (1e-4, 10**6),
    "model.hop_s": (1e-4, 10**6),
    "cost.embedded_tracks": (0, 10**9),
    "cost.stored_tracks": (0, 10**9),
    "cost.audio_s_per_s": (1e-3, 10**8),
    "cost.peak_memory_bytes": (0, 10**15),
}
"""By field what can be: far wider than anything there is, narrow enough for a page to draw."""


def number_problems(case: Case) -> Iterator[str]:
    """Size, cost and lengths of the model and the run are numbers that there can be."""
    result = case.result
    for place, (low, high) in RANGES.items():
        part, name = place.split(".")
        yield from _outside(getattr(getattr(result, part), name), low, high, place)
    for name, seconds in result.cost.phases_s.items():
        yield from _outside(seconds, 0, 10**9, f"cost.phases_s.{name[:40]}")
    for data in result.datasets:
        yield from _outside(data.audio_s, 1e-3, 10**10, f"datasets.{data.name}.audio_s")


def _outside(value: float | None, low: float, high: float, what: str) -> Iterator[str]:
    if value is not None and not low <= value <= high:
        yield f"Its {what} is {value:g}; it must be from {low:g} to {high:g}."


def setting_problems(case: Case) -> Iterator[str]:
    """What validation chose and scored can be, and is not endless."""
    for task in case.result.tasks:
        metric = case.clean(task).metrics[0]
        yield from _outside(task.valid_score, *_widened(metric.limits), f"{task.task} valid_score")
        yield from _wrong_settings(task)


def _widened(limits: tuple[float, float]) -> tuple[float, float]:
    return limits[0] - TOLERANCE, limits[1] + TOLERANCE


def _wrong_settings(task: TaskResult) -> Iterator[str]:
    if len(task.settings) > MOST_SETTINGS:
        yield f"Task {task.task!r} has {len(task.settings)} settings; there may be {MOST_SETTINGS}."
    for word in (*task.settings, *(v for v in task.settings.values() if isinstance(v, str)), task.layer or "main"):
        if wrong := unfit_name(word):
            yield f"Task {task.task!r}: the setting or layer {word[:LONGEST_NAME]!r} {wrong}."
    if any(isinstance(value, float) and not math.isfinite(value) for value in task.settings.values()):
        yield f"Task {task.task!r} has a setting that is no number."


def drift_problems(case: Case) -> Iterator[str]:
    """How far conditions moved the embedding can be: cosines, ranks and shares are in their ranges."""
    held = case.result.robustness
    for condition in held.conditions if held else ():
        yield from _wrong_drift(condition)
    if held and len(held.work_s) > MOST_SETTINGS:
        yield f"Its work_s has {len(held.work_s)} phases; there may be {MOST_SETTINGS}."
    for name, seconds in held.work_s.items() if held else ():
        yield from _outside(seconds, 0, 10**9, f"work_s.{name[:40]}")


def _wrong_drift(condition: ConditionRecord) -> Iterator[str]:
    drift = condition.drift
    for name, value, low, high in (
        ("cosine", drift.cosine, -1.0, 1.0),
        ("cosine_low", drift.cosine_low, -1.0, 1.0),
        ("rank", drift.rank, 1.0, float(condition.tracks)),
        ("found", drift.found, 0.0, 1.0),
        ("unchanged", float(condition.unchanged), 0.0, float(condition.tracks)),
    ):
        yield from _outside(value, low - TOLERANCE, high + TOLERANCE, f"{condition.name} {name}")


def _twins(case: Case) -> list[str]:
    """Results of other folders that hold the same fingerprint; their text alone is searched, for they may be many."""
    own, mark = case.archive.home(case.result).parent, case.result.model.fingerprint.encode()
    others = [path for path in case.archive.paths() if path.parent != own and path.is_file()]
    return [str(path) for path in others if mark in path.read_bytes()][:MOST_TWINS]


def notes_of(case: Case) -> list[str]:
    """What a maintainer should know of a submission that is accepted."""
    result = case.result
    notes = list(overlap(result))
    if is_baseline(result):
        notes.append("It becomes the baseline of all others: let `bench verify` run it again before you believe it.")
    elif result.robustness is None and result.baseline is not None and not case.baselines:
        notes.append(f"No {BASELINE} is filed yet: baseline and gain are as claimed. File it first, then this again.")
    if any(not case.info(task).chance for task in result.tasks):
        notes.append("Chance is as claimed, or as in the results that are filed: its plugin registers none.")
    notes += [f"{path} has the same fingerprint: is it one model under two names?" for path in _twins(case)]
    drift = ", drift of the embedding and unchanged tracks" if result.robustness else ""
    notes.append(
        f"As claimed, for only the model could show it: its predictions (`bench verify`), cost, size, valid scores, "
        f"settings{drift}."
    )
    return notes


CHECKS = (
    Check(name="size and cost", theme=THEME, proves="they can be true", examine=number_problems),
    Check(name="settings", theme=THEME, proves="they can be true", examine=setting_problems, needs=("answers",)),
    Check(name="drift", theme=THEME, proves="it can be true", examine=drift_problems, robust=True),
)
