"""The faders: pitched parts are balanced among themselves, each towards the place of its role."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from earmark_benchmarks.etudes.score import Part

EVENNESS = 0.75
"""How far a part is brought to its place; 1 would leave no difference between mixes."""
PLACES_DB = {"bass": -4.0, "chords": 1.0, "pad": -1.0, "melody": 3.0, "counter": 2.0}
"""By role, level against the mean of all pitched parts that the faders aim at."""
LARGEST_DB = 9.0
RINGING_S = 0.8
"""A struck or plucked note gives its energy within about that time."""


def evened(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts with gains that bring each pitched one towards its place; drums and voice are left alone."""
    levels_db = {i: level_db(part) for i, part in enumerate(parts) if part.role in PLACES_DB and part.notes}
    middle_db = float(np.mean(list(levels_db.values()))) if levels_db else 0.0
    moves = {i: EVENNESS * (middle_db + PLACES_DB[parts[i].role] - found) for i, found in levels_db.items()}
    return tuple(
        replace(part, gain_db=part.gain_db + float(np.clip(moves.get(i, 0.0), -LARGEST_DB, LARGEST_DB)))
        for i, part in enumerate(parts)
    )


def level_db(part: Part) -> float:
    """Energy of a part on paper in dB: its notes' squared velocity times the time they ring; gains come even."""
    energy = sum((note.velocity / 127) ** 4 * min(note.end_s - note.start_s, RINGING_S) for note in part.notes)
    return float(10 * np.log10(energy + 1e-9))
