"""Recording chains: each era is one file that turns stems into a record of its time."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from earmark_benchmarks.etudes.chain import acoustic, digital, eighties, electrical, loud, multitrack, tape
from earmark_benchmarks.etudes.chain.balance import equalised
from earmark_benchmarks.etudes.chain.stems import Stems, balanced
from earmark_benchmarks.etudes.chain.transfer import CEILING_DB, LOUDNESS_DB, level, loudness_of, reissue
from earmark_benchmarks.etudes.render import RATE, Samples

__all__ = ["CEILING_DB", "CHAINS", "LOUDNESS_DB", "Stems", "balanced", "record"]

Chain = Callable[[Stems, np.random.Generator, float], Samples]
CHAINS: Mapping[str, Chain] = MappingProxyType(
    {
        "acoustic": acoustic.record,
        "electrical": electrical.record,
        "tape": tape.record,
        "multitrack": multitrack.record,
        "eighties": eighties.record,
        "digital": digital.record,
        "loud": loud.record,
    }
)
ZEAL = (0.0, 0.35)
"""How far engineers go towards the common spectrum."""
FADE_S = 0.02
"""So that a piece cut at its end does not click."""


def record(stems: Stems, era: str, dice: np.random.Generator, force: float = 0.0) -> Samples:
    """Stems as a record of `era` that has come down to us: [samples] at RATE, loudness within LOUDNESS_DB.

    `force` is how hard it is played, -1 to 1. Where in the era's years it lies, and every setting of the chain,
    follow from `dice`.
    """
    loudness_db = loudness_of(force, dice)  # drawn first: the same for every era
    stems = equalised(stems, dice.uniform(*ZEAL))
    cut = CHAINS[era](stems, dice, float(dice.random()))
    fade = np.minimum(1.0, np.arange(len(cut))[::-1] / (FADE_S * RATE))
    return level(reissue(cut, dice) * fade, loudness_db)
