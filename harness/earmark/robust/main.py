"""The job: probes trained on clean audio, tested on changed audio."""

from collections.abc import Sequence
from typing import Unpack

from earmark.model import ModelInfo
from earmark.protocol import Recordings
from earmark.protocol.begin import How, Session, begin
from earmark.protocol.environment import Clock
from earmark.protocol.report import result_of
from earmark.protocol.sitting import Sitting, sit
from earmark.registry import find_conditions
from earmark.result import Named, Result
from earmark.result.robust.record import Robustness
from earmark.result.robust.verdict import breaks_first
from earmark.result.table import FEW_GROUPS
from earmark.robust.conditions import records_of
from earmark.robust.marking import mark

PRESET = "won2020"
"""What is asked unless the user names something."""


def robust(
    model: str | ModelInfo,
    on: str | Recordings = "etudes",
    perturbations: str | Sequence[str] = PRESET,
    **how: Unpack[How],
) -> Result:
    """Train probes on clean audio and test them on changed test tracks; see `robust_each`."""
    (result,) = robust_each([model], on, perturbations, **how)
    return result


def robust_each(
    models: Sequence[str | ModelInfo],
    on: str | Recordings = "etudes",
    perturbations: str | Sequence[str] = PRESET,
    **how: Unpack[How],
) -> list[Result]:
    """Measure how several models bear changes of the audio, each recording decoded once: one result a model.

    `perturbations` names presets, perturbations, and levels: ``"won2020"``, ``["mp3:32,64", "hum"]``, ``"all"``.
    The rest is as `earmark.run` takes it. A result holds the scores on clean audio and, in `robustness`, those under
    every condition. Raises an EarmarkError for whatever a user can mend.
    """
    words = (perturbations,) if isinstance(perturbations, str) else tuple(perturbations)
    conditions, presets = find_conditions(words)
    session = begin(models, on, conditions=conditions, **how)
    with session.clock.phase("embed"):
        sittings, _ = sit(session.models, [], session.exam, session.datasets, session.terms)
    named = tuple(Named(name=preset.name, version=preset.version) for preset in presets)
    return [_result(s, session, session.clock.copy(), words, named) for s in sittings]


def _result(
    sitting: Sitting, session: Session, clock: Clock, words: tuple[str, ...], presets: tuple[Named, ...]
) -> Result:
    """Read and score everything that is asked of one model."""
    marked, tasks = mark(sitting, session, clock)
    with clock.phase("drift"):
        conditions = records_of(sitting, session)
    few = {(task.task, task.probe) for task, _ in marked if task.groups < FEW_GROUPS}
    robustness = Robustness(
        asked=words,
        presets=presets,
        conditions=conditions,
        tasks=tasks,
        sentence=breaks_first(conditions, tasks, few),
        work_s=_work_s(sitting),
    )
    return result_of(sitting, session, clock, marked, robustness=robustness)


def _work_s(sitting: Sitting) -> dict[str, float]:
    """Seconds of work by phase over all data sets: decoding and each perturbation serve all models together."""
    total: dict[str, float] = {}
    for embedded in sitting.embedded.values():
        for phase, seconds in embedded.extraction.work_s.items():
            total[phase] = total.get(phase, 0.0) + seconds
    return {phase: round(seconds, 3) for phase, seconds in total.items()}
