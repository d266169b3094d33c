"""Multitrack tape, 1967–1979: close microphones, dead rooms, sixteen tracks, noise reduction."""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import drift, drift_hz, happens
from earmark_benchmarks.etudes.chain.effects import compress, high_pass, high_shelf, low_pass, peak, saturate
from earmark_benchmarks.etudes.chain.space import convolve, room, tail, together
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.chain.wear import crackle, hiss, wow
from earmark_benchmarks.etudes.render import Samples


def record(stems: Stems, dice: np.random.Generator, age: float) -> Samples:
    """Dry and warm: damped drums up front, compression on tape, a short plate."""
    mix = stems.mixed(drums_db=dice.uniform(0, 5), voice_db=dice.uniform(-2, 2))
    plate = tail(
        dice,
        decay_s=dice.uniform(0.5, 1.8),
        wet_db=dice.uniform(-26, -13),
        delay_s=0.01,
        damping_hz=dice.uniform(4000, 9000),
    )
    heard = convolve(mix, together(room(dice, decay_s=dice.uniform(0.1, 0.4), wet_db=dice.uniform(-24, -12)), plate))
    heard = compress(heard, dice.uniform(-9, -4), dice.uniform(1.5, 4), release_s=dice.uniform(0.08, 0.3))
    heard = _desk(saturate(heard, drift(dice, age, -11, -14, spread=4), dice.uniform(0, 0.1)), dice, age)
    heard = wow(heard, dice, dice.uniform(0.4, 0.8), dice.uniform(0.005, 0.06))
    heard = hiss(heard, dice, drift(dice, age, 46, 56, spread=8), (1500, 16_000 * 0.98))
    return crackle(heard, dice, dice.uniform(0.2, 4), dice.uniform(14, 28)) if happens(dice, 0.35) else heard


def _desk(samples: Samples, dice: np.random.Generator, age: float) -> Samples:
    heard = high_pass(samples, drift_hz(dice, age, 38, 30, octaves=0.3), 2)
    heard = low_pass(heard, drift_hz(dice, age, 11_500, 14_500, octaves=0.3), int(dice.integers(1, 4)))
    heard = peak(heard, dice.uniform(110, 260), dice.uniform(2, 6), 0.7)
    return high_shelf(heard, dice.uniform(2500, 5000), dice.uniform(-7, 0))
