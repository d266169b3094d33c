"""The conditions of a run as its result remembers them, with the drift of the embedding."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from earmark.dataset import Dataset
from earmark.extract import Take
from earmark.perturbation import Condition
from earmark.protocol.begin import Session
from earmark.protocol.sitting import Embedded, Sitting
from earmark.result.robust.record import ConditionRecord
from earmark.robust.drift import Vectors, drift_of


def records_of(sitting: Sitting, session: Session) -> tuple[ConditionRecord, ...]:
    """One record a condition, in the order in which they were asked."""
    rungs = rungs_of(session.terms.conditions)
    return tuple(_record(condition, rungs[condition.name], sitting, session) for condition in session.terms.conditions)


def rungs_of(conditions: Sequence[Condition]) -> dict[str, int]:
    """By name the place of each condition among those of its perturbation, from mild to severe.

    Where a ladder goes to both sides of what changes nothing, each side has places of its own: a semitone up is as
    mild as one down.
    """
    sides: dict[tuple[str, bool], list[Condition]] = defaultdict(list)
    for condition in conditions:
        neutral = condition.perturbation.neutral
        beyond = neutral is not None and condition.level > neutral
        sides[condition.perturbation.name, beyond].append(condition)
    return {c.name: rung for side in sides.values() for rung, c in enumerate(sorted(side, key=_severity))}


def _severity(condition: Condition) -> float:
    """How severe the level is beside others of its side, also between and beyond those of the ladder."""
    perturbation, level = condition.perturbation, condition.level
    if perturbation.names:
        return perturbation.levels.index(level) if level in perturbation.levels else len(perturbation.levels)
    if perturbation.neutral is not None:
        return abs(level - perturbation.neutral)
    return level if perturbation.levels[-1] >= perturbation.levels[0] else -level


def _record(condition: Condition, rung: int, sitting: Sitting, session: Session) -> ConditionRecord:
    found = [
        _pairs(condition, session.exam.datasets[name], embedded, session.terms.seed)
        for name, embedded in sitting.embedded.items()
    ]
    perturbation = condition.perturbation
    return ConditionRecord(
        name=condition.name,
        perturbation=perturbation.name,
        version=perturbation.version,
        level=condition.level,
        spelled=perturbation.say(condition.level),
        rung=rung,
        neutral=perturbation.neutral,
        source=perturbation.source,
        tracks=sum(len(clean) for clean, _, _ in found),
        unchanged=sum(unchanged for _, _, unchanged in found),
        drift=drift_of([(clean, changed) for clean, changed, _ in found]),
    )


def _pairs(condition: Condition, dataset: Dataset, embedded: Embedded, seed: int) -> tuple[Vectors, Vectors, int]:
    """Clean and changed vectors of the test tracks, by the layer nearest to the output, and how many are unchanged."""
    vectors = embedded.vectors[embedded.layers[-1]]
    tests = [track for track in dataset.tracks if track.split == "test"]
    ids = [(track.id, Take(track=track, condition=condition, seed=seed).id) for track in tests]
    both = [(own, take) for own, take in ids if own in vectors and take in vectors]
    if not both:
        return np.zeros((0, 1), np.float32), np.zeros((0, 1), np.float32), 0
    clean, changed = (np.stack([vectors[pair[side]] for pair in both]) for side in (0, 1))
    return clean, changed, sum(take in embedded.unchanged for _, take in both)
