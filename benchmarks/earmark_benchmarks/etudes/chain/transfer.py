"""What has happened to a recording since: reissue, remastering, a lossy coder. Any era may have met it."""

import numpy as np

from earmark_benchmarks.etudes.chain.draw import happens
from earmark_benchmarks.etudes.chain.effects import (
    amplitude,
    brick_wall,
    compress,
    high_pass,
    high_shelf,
    limit,
    low_shelf,
    peak,
    rms,
)
from earmark_benchmarks.etudes.render import Samples

LOUDNESS_DB = (-24.5, -15.5)
"""Root mean square of every étude against full scale: quiet or loud as it is played, whatever the era."""
FORCE_DB, FADER_DB = 2.5, 2.0
"""What loud playing adds to the middle of LOUDNESS_DB (and soft playing takes), and what chance does, either way."""
CEILING_DB = -0.6
"""No sample lies above it."""


def reissue(samples: Samples, dice: np.random.Generator) -> Samples:
    """Take off the rumble, equalise by taste, now and then compress, now and then code with loss."""
    samples = high_pass(samples, dice.uniform(15, 35))
    heard = high_shelf(low_shelf(samples, 250, dice.normal(0, 1.0)), 3000, dice.normal(0, 1.3))
    for _ in range(2):
        heard = peak(heard, 80 * 10 ** dice.uniform(0, 2), dice.normal(0, 1.5), dice.uniform(0.5, 1.5))
    if happens(dice, 0.3):
        heard = compress(heard, dice.uniform(-8, -3), dice.uniform(1.5, 3))
    return brick_wall(heard, 10_000 * 2 ** dice.uniform(0, 0.65)) if happens(dice, 0.5) else heard


def loudness_of(force: float, dice: np.random.Generator) -> float:
    """Root mean square in dB of a record played with `force`, -1 to 1; within LOUDNESS_DB."""
    return sum(LOUDNESS_DB) / 2 + FORCE_DB * force + float(dice.uniform(-FADER_DB, FADER_DB))


def level(samples: Samples, loudness_db: float) -> Samples:
    """Bring [samples] to a root mean square of `loudness_db` with no sample above CEILING_DB."""
    wanted = amplitude(loudness_db)
    for _ in range(2):  # the second pass makes up for what the limiter took
        samples = limit(samples * (wanted / rms(samples)), amplitude(CEILING_DB))
    return samples
