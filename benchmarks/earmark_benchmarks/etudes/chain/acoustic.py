"""Acoustic recording, 1902–1925: a horn, a needle, wax; no microphone.

P. Copeland, Manual of Analogue Sound Restoration Techniques, 2008.
"""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import drift, drift_hz, happens
from earmark_benchmarks.etudes.chain.effects import high_pass, low_pass, peak, saturate
from earmark_benchmarks.etudes.chain.space import convolve, room
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.chain.wear import crackle, hiss, wow
from earmark_benchmarks.etudes.render import Samples

TURN_HZ = 78 / 60


def record(stems: Stems, dice: np.random.Generator, age: float) -> Samples:
    """Everyone crowds before one horn, the drummer at the far wall and the singer nearest."""
    mix = stems.mixed(drums_db=dice.uniform(-6, 0), voice_db=dice.uniform(0, 4))
    heard = convolve(mix, room(dice, decay_s=dice.uniform(0.15, 0.5), wet_db=dice.uniform(-14, -5)))
    heard = saturate(_horn(heard, dice, age), dice.uniform(-14, -4), dice.uniform(0, 0.3))
    heard = wow(heard, dice, TURN_HZ, dice.uniform(0.05, 0.4))
    return _wax(heard, dice, age)


def _horn(samples: Samples, dice: np.random.Generator, age: float) -> Samples:
    narrowed = high_pass(samples, drift_hz(dice, age, 260, 170, octaves=0.5), int(dice.integers(2, 5)))
    narrowed = low_pass(narrowed, drift_hz(dice, age, 2400, 4200, octaves=0.5), int(dice.integers(2, 5)))
    for _ in range(dice.integers(2, 5)):
        narrowed = peak(narrowed, 300 * 10 ** dice.uniform(0, 0.95), dice.uniform(-4, 8), dice.uniform(1.5, 5))
    return narrowed


def _wax(samples: Samples, dice: np.random.Generator, age: float) -> Samples:
    top_hz = drift_hz(dice, age, 4500, 6000, octaves=0.6)
    worn = hiss(samples, dice, drift(dice, age, 19, 26, spread=7), (dice.uniform(150, 900), top_hz))
    if happens(dice, 0.85):  # some transfers have been cleaned by hand
        worn = low_pass(crackle(worn, dice, dice.uniform(2, 40), dice.uniform(2, 18)), 1.5 * top_hz)
    return worn
