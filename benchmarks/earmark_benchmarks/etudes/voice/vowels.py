"""Where the formants lie: vowels of men and women, and the shape of a singer's spectrum."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Formants = npt.NDArray[np.float64]

_MEN = {
    "i": (270, 2290, 3010),
    "ɪ": (390, 1990, 2550),
    "ɛ": (530, 1840, 2480),
    "æ": (660, 1720, 2410),
    "ɑ": (730, 1090, 2440),
    "ɔ": (570, 840, 2410),
    "ʊ": (440, 1020, 2240),
    "u": (300, 870, 2240),
    "ʌ": (640, 1190, 2390),
    "ɝ": (490, 1350, 1690),
}
_WOMEN = {
    "i": (310, 2790, 3310),
    "ɪ": (430, 2480, 3070),
    "ɛ": (610, 2330, 2990),
    "æ": (860, 2050, 2850),
    "ɑ": (850, 1220, 2810),
    "ɔ": (590, 920, 2710),
    "ʊ": (470, 1160, 2680),
    "u": (370, 950, 2670),
    "ʌ": (760, 1400, 2780),
    "ɝ": (500, 1640, 1960),
}
VOWELS: Mapping[str, Mapping[str, tuple[int, int, int]]] = MappingProxyType({"low": _MEN, "high": _WOMEN})
"""First three formants in Hz by register and vowel: means of men and of women (Peterson and Barney 1952, table II)."""
UPPER_HZ: Mapping[str, tuple[float, float]] = MappingProxyType({"low": (3400.0, 4500.0), "high": (4000.0, 5200.0)})
"""Fourth and fifth formant: odd quarter waves of a tract of 17.5 cm (Fant 1960), 15 % shorter for women."""
HIGHEST_HZ: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {"low": (5500.0, 6500.0, 7500.0), "high": (6300.0, 7400.0)}
)
"""The next quarter waves below 8 kHz: without them the top would sink too steeply; the vowel does not move them."""
BANDWIDTHS_HZ = (70.0, 90.0, 130.0, 200.0, 280.0, 400.0, 500.0, 600.0)
"""Klatt 1980, table II; from the sixth on by extrapolation."""
NASAL_HZ = (260.0, 1100.0, 2300.0)
"""First three formants in the murmur of m and n (Fujimura 1962)."""
RING_HZ = (2500.0, 2850.0, 3250.0)
"""Formants three to five drawn together make the singer's formant (Sundberg 1974)."""


def formant_table(register: str, tract: float, ring: float) -> tuple[tuple[str, ...], Formants]:
    """Names [vowels] and formants [vowels, formants] in Hz for a vocal tract shorter by `tract` than the mean.

    `ring` from 0 to 1 draws formants three to five together into the singer's formant.
    """
    names = tuple(VOWELS[register])
    table = (
        np.array([(*VOWELS[register][name], *UPPER_HZ[register], *HIGHEST_HZ[register]) for name in names], dtype=float)
        * tract
    )
    table[:, 2:5] += ring * (np.array(RING_HZ) - table[:, 2:5])
    table[:, 5:] = np.minimum(table[:, 5:], HIGHEST_HZ[register])
    table[:, 1] = np.minimum(table[:, 1], table[:, 2] - 150)
    return names, table
