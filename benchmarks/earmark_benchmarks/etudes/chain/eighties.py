"""The eighties, 1980–1989: gated drums, chorus, bright desks, the first digital reverbs."""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import drift, happens
from earmark_benchmarks.etudes.chain.effects import chorus, compress, high_pass, high_shelf, low_pass, peak, saturate
from earmark_benchmarks.etudes.chain.space import convolve, gate, room, tail, together
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.chain.wear import hiss
from earmark_benchmarks.etudes.render import Samples


def record(stems: Stems, dice: np.random.Generator, age: float) -> Samples:
    """Drums in a gate, the band in a chorus, all of it in a long digital hall, treble lifted."""
    band = chorus(stems.band, dice, dice.uniform(0.2, 0.7)) if happens(dice, 0.7) else stems.band
    hall = _hall(dice)
    drums = convolve(stems.drums, _gated(dice, hall)) if np.any(stems.drums) else stems.drums
    played = convolve(band + stems.voice * 10 ** (dice.uniform(-2, 2) / 20), hall)
    heard = played + drums * 10 ** (dice.uniform(1, 6) / 20)
    heard = _desk(compress(heard, -6, dice.uniform(1.3, 3)), dice)
    return hiss(heard, dice, drift(dice, age, 52, 64, spread=8), (1500, 15_700))


def _hall(dice: np.random.Generator) -> Samples:
    space = room(dice, decay_s=dice.uniform(0.2, 0.6), wet_db=dice.uniform(-24, -12))
    digital = tail(
        dice,
        decay_s=dice.uniform(1.2, 3.0),
        wet_db=dice.uniform(-20, -8),
        delay_s=dice.uniform(0.02, 0.07),
        damping_hz=dice.uniform(5000, 11_000),
    )
    return together(space, digital)


def _gated(dice: np.random.Generator, hall: Samples) -> Samples:
    if not happens(dice, 0.75):
        return hall
    return together(hall, gate(dice, length_s=dice.uniform(0.12, 0.35), wet_db=dice.uniform(-9, 0)))


def _desk(samples: Samples, dice: np.random.Generator) -> Samples:
    heard = high_pass(samples, dice.uniform(45, 80), 2)
    heard = peak(heard, dice.uniform(220, 450), dice.uniform(-6, -1), 0.7)
    heard = high_shelf(heard, dice.uniform(2500, 5500), dice.uniform(1, 7))
    heard = saturate(heard, dice.uniform(-22, -14))
    return low_pass(heard, dice.uniform(12_500, 16_000), 2)
