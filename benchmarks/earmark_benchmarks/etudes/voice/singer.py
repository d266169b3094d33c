"""Who sings: a voice drawn by a seed, constant through a piece."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Singer:
    """A voice's anatomy and manners."""

    register: str
    """low or high."""
    tract: float
    """Formants against the mean of the register."""
    ring: float
    """Singer's formant, 0 none to 1 full."""
    open_quotient: float
    speed: float
    tilt_hz: float
    breath: float
    """Level of aspiration against the pulses."""
    vibrato_hz: float
    vibrato_cents: float
    vibrato_delay_s: float
    glide_s: float
    scoop_semitones: float
    """How far below its pitch a phrase starts."""
    jitter_cents: float
    shimmer: float
    diction: float
    """Part of the notes that start with a consonant."""
    diphthongs: float
    palette: tuple[int, ...]
    """Which vowels the words have, by index in the table."""


MANNERS = ("schooled", "plain", "breathy", "pressed")
"""Four ways of singing that mix by chance: as on the operatic stage, folk, crooned, shouted."""
_RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "schooled": {
        "ring": (0.5, 1.0),
        "tilt": (2200, 4000),
        "breath": (0.005, 0.02),
        "vibrato": (35, 70),
        "delay": (0.1, 0.3),
        "open": (0.5, 0.65),
    },
    "plain": {
        "ring": (0.0, 0.3),
        "tilt": (1500, 3000),
        "breath": (0.01, 0.06),
        "vibrato": (0, 20),
        "delay": (0.3, 0.6),
        "open": (0.5, 0.7),
    },
    "breathy": {
        "ring": (0.0, 0.2),
        "tilt": (600, 1500),
        "breath": (0.05, 0.2),
        "vibrato": (5, 35),
        "delay": (0.25, 0.5),
        "open": (0.65, 0.85),
    },
    "pressed": {
        "ring": (0.1, 0.5),
        "tilt": (2500, 5000),
        "breath": (0.01, 0.05),
        "vibrato": (10, 45),
        "delay": (0.2, 0.5),
        "open": (0.4, 0.5),
    },
}


def draw_singer(register: str, dice: np.random.Generator) -> Singer:
    """A singer of that register."""
    ranges = _RANGES[str(dice.choice(MANNERS))]
    drawn = {name: float(dice.uniform(*limits)) for name, limits in ranges.items()}
    return Singer(
        register=register,
        tract=float(dice.uniform(0.93, 1.08)),
        ring=drawn["ring"] * (1.0 if register == "low" else 0.5),
        open_quotient=drawn["open"],
        speed=float(dice.uniform(0.6, 0.75)),
        tilt_hz=drawn["tilt"],
        breath=drawn["breath"],
        vibrato_hz=float(dice.uniform(4.6, 6.8)),
        vibrato_cents=drawn["vibrato"],
        vibrato_delay_s=drawn["delay"],
        glide_s=float(dice.uniform(0.05, 0.12)),
        scoop_semitones=float(dice.uniform(0, 1.5)),
        jitter_cents=float(dice.uniform(3, 12)),
        shimmer=float(dice.uniform(0.02, 0.08)),
        diction=float(dice.uniform(0.4, 0.95)),
        diphthongs=float(dice.uniform(0.1, 0.5)),
        palette=tuple(int(v) for v in dice.permutation(10)[: dice.integers(4, 9)]),
    )
