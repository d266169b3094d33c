"""Digital production, 1990–1999: compact disc, clean desks, wide band, moderate compression."""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import drift
from earmark_benchmarks.etudes.chain.effects import compress, high_pass, high_shelf, low_shelf, saturate
from earmark_benchmarks.etudes.chain.space import convolve, room, tail, together
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.chain.wear import hiss
from earmark_benchmarks.etudes.render import Samples


def record(stems: Stems, dice: np.random.Generator, age: float) -> Samples:
    """What the band plays is what the disc holds, a little reverb and glue added."""
    mix = stems.mixed(drums_db=dice.uniform(0, 5), voice_db=dice.uniform(-2, 2))
    space = room(dice, decay_s=dice.uniform(0.15, 0.7), wet_db=dice.uniform(-26, -12))
    hall = tail(
        dice,
        decay_s=dice.uniform(0.7, 2.2),
        wet_db=dice.uniform(-26, -13),
        delay_s=dice.uniform(0.01, 0.05),
        damping_hz=dice.uniform(5000, 12_000),
    )
    heard = compress(convolve(mix, together(space, hall)), -6, drift(dice, age, 1.4, 2.6, spread=0.4))
    heard = low_shelf(
        high_pass(heard, dice.uniform(20, 35), 2), dice.uniform(80, 160), drift(dice, age, 0, 1.5, spread=1)
    )
    heard = high_shelf(heard, dice.uniform(4000, 8000), dice.uniform(0, 2.5))
    return hiss(saturate(heard, dice.uniform(-26, -16)), dice, dice.uniform(64, 84), (20, 15_700))
