"""The loud years, 2000–2015: brick-wall limiting, deep bass, density, coded files.

E. Deruty and D. Tardieu, About Dynamic Processing in Mainstream Music, J. AES 62, 2014.
"""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import drift
from earmark_benchmarks.etudes.chain.effects import (
    active_rms,
    amplitude,
    compress,
    high_pass,
    high_shelf,
    limit,
    low_shelf,
    saturate,
)
from earmark_benchmarks.etudes.chain.space import convolve, room, tail, together
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.chain.wear import hiss
from earmark_benchmarks.etudes.render import Samples


def record(stems: Stems, dice: np.random.Generator, age: float) -> Samples:
    """Compressed twice, lifted at both ends, then pressed against the ceiling."""
    mix = stems.mixed(drums_db=dice.uniform(2, 6), voice_db=dice.uniform(-2, 2))
    space = room(dice, decay_s=dice.uniform(0.1, 0.5), wet_db=dice.uniform(-26, -13))
    hall = tail(
        dice,
        decay_s=dice.uniform(0.6, 2.0),
        wet_db=dice.uniform(-28, -15),
        delay_s=dice.uniform(0.01, 0.05),
        damping_hz=dice.uniform(5000, 12_000),
    )
    heard = compress(convolve(mix, together(space, hall)), -8, drift(dice, age, 2, 4, spread=0.8), release_s=0.08)
    heard = low_shelf(high_pass(heard, dice.uniform(20, 32), 2), dice.uniform(70, 140), dice.uniform(4, 9))
    heard = high_shelf(heard, dice.uniform(5000, 9000), dice.uniform(2, 6))
    return hiss(_pressed(heard, dice, age), dice, dice.uniform(68, 88), (20, 15_700))


def _pressed(samples: Samples, dice: np.random.Generator, age: float) -> Samples:
    bent = saturate(samples, dice.uniform(-12, -5))
    distance_db = drift(dice, age, 10, 7.5, spread=1.5)
    return limit(bent, active_rms(bent) * amplitude(distance_db))
