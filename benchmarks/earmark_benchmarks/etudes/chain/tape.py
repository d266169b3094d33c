"""Mono and two-track tape, 1948–1966: valves, ribbons, echo chambers, the long-playing record."""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import drift, drift_hz, happens
from earmark_benchmarks.etudes.chain.effects import compress, high_pass, low_pass, peak, saturate
from earmark_benchmarks.etudes.chain.space import convolve, room, tail, together
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.chain.wear import crackle, hiss, hum, wow
from earmark_benchmarks.etudes.render import Samples


def record(stems: Stems, dice: np.random.Generator, age: float) -> Samples:
    """A few microphones straight to tape, an echo chamber or a plate behind the singer."""
    mix = stems.mixed(drums_db=dice.uniform(-3, 3), voice_db=dice.uniform(-1, 3))
    heard = convolve(mix, _studio(dice, age))
    heard = saturate(
        compress(heard, -5, dice.uniform(1.2, 3)), drift(dice, age, -9, -12, spread=5), dice.uniform(0, 0.15)
    )
    heard = _machine(heard, dice, age)
    heard = wow(heard, dice, dice.uniform(0.4, 0.8), dice.uniform(0.01, 0.12))
    heard = wow(heard, dice, dice.uniform(5, 10), dice.uniform(0.01, 0.08))
    heard = hiss(heard, dice, drift(dice, age, 38, 48, spread=5), (1200, drift_hz(dice, age, 9000, 14000, octaves=0.4)))
    return _carrier(heard, dice)


def _studio(dice: np.random.Generator, age: float) -> Samples:
    space = room(dice, decay_s=dice.uniform(0.3, 0.9), wet_db=dice.uniform(-18, -8))
    chamber_db = drift(dice, age, -14, -11, spread=5)
    chamber = tail(
        dice,
        decay_s=dice.uniform(1.0, 2.4),
        wet_db=chamber_db,
        delay_s=dice.uniform(0, 0.12),
        damping_hz=dice.uniform(2500, 6000),
    )
    return together(space, chamber)


def _machine(samples: Samples, dice: np.random.Generator, age: float) -> Samples:
    heard = high_pass(samples, drift_hz(dice, age, 60, 42, octaves=0.3), 2)
    heard = low_pass(heard, drift_hz(dice, age, 6200, 10_500, octaves=0.3), int(dice.integers(2, 5)))
    heard = peak(heard, dice.uniform(60, 130), dice.uniform(-1, 4), 1.0)
    return peak(heard, dice.uniform(1800, 4000), dice.uniform(0, 6), 0.8)


def _carrier(samples: Samples, dice: np.random.Generator) -> Samples:
    heard = crackle(samples, dice, dice.uniform(0.3, 6), dice.uniform(12, 26)) if happens(dice, 0.4) else samples
    return hum(heard, dice, dice.uniform(40, 56)) if happens(dice, 0.25) else heard
