"""Electrical recording, 1926–1947: carbon, condenser or ribbon microphone, cutting head, shellac.

P. Copeland, Manual of Analogue Sound Restoration Techniques, 2008.
"""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import drift, drift_hz, happens
from earmark_benchmarks.etudes.chain.effects import compress, high_pass, low_pass, peak, saturate
from earmark_benchmarks.etudes.chain.space import convolve, room
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.chain.wear import crackle, hiss, hum, wow
from earmark_benchmarks.etudes.render import Samples

TURN_HZ = 78 / 60


def record(stems: Stems, dice: np.random.Generator, age: float) -> Samples:
    """One microphone in a hall hears all of them; bass arrives, treble ends at about five kilohertz."""
    mix = stems.mixed(drums_db=dice.uniform(-6, 1), voice_db=dice.uniform(-1, 4))
    heard = convolve(mix, room(dice, decay_s=dice.uniform(0.3, 1.3), wet_db=dice.uniform(-15, -5)))
    heard = _microphone(compress(heard, -4, dice.uniform(1, 2.5)), dice, age)
    heard = wow(saturate(heard, dice.uniform(-18, -7), dice.uniform(0, 0.2)), dice, TURN_HZ, dice.uniform(0.02, 0.25))
    return _shellac(heard, dice, age)


def _microphone(samples: Samples, dice: np.random.Generator, age: float) -> Samples:
    heard = high_pass(samples, drift_hz(dice, age, 130, 90, octaves=0.3), int(dice.integers(2, 4)))
    heard = low_pass(heard, drift_hz(dice, age, 4000, 6500, octaves=0.35), int(dice.integers(3, 6)))
    heard = peak(heard, drift_hz(dice, age, 2600, 3600, octaves=0.4), dice.uniform(0, 7), dice.uniform(0.7, 2))
    return peak(heard, dice.uniform(150, 900), dice.uniform(-4, 4), dice.uniform(0.7, 2))


def _shellac(samples: Samples, dice: np.random.Generator, age: float) -> Samples:
    top_hz = drift_hz(dice, age, 5200, 8000, octaves=0.35)
    worn = hiss(samples, dice, drift(dice, age, 30, 40, spread=5), (dice.uniform(200, 1500), top_hz))
    if happens(dice, 0.75):
        worn = low_pass(crackle(worn, dice, dice.uniform(1, 25), dice.uniform(5, 22)), 1.5 * top_hz)
    return hum(worn, dice, dice.uniform(32, 50)) if happens(dice, 0.3) else worn
