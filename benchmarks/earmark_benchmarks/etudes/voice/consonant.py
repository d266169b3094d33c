"""Noise that speaks: fricatives, bursts and the breath before a phrase, at RATE."""

import numpy as np
from scipy import signal

from earmark_benchmarks.etudes.render import RATE, Samples

FRICATIVES_HZ = ((4500, 9500), (2200, 6500), (1200, 10_000))
"""s, sh and f (Stevens 1998, chapter 8)."""
BURSTS_HZ = ((400, 1500), (3000, 7000), (1200, 2800))
"""p, t and k."""
BREATH_HZ = ((900, 6000),)
SHAPES = {"fricative": (FRICATIVES_HZ, 0.11, 0.5), "plosive": (BURSTS_HZ, 0.03, 0.8), "breath": (BREATH_HZ, 0.3, 0.06)}
"""Bands, length in seconds, level against a vowel's."""


def consonants(onsets: tuple[tuple[float, str], ...], length: int, dice: np.random.Generator) -> Samples:
    """Noises [length] before the vowels, for a vowel of level 1."""
    total = np.zeros(length)
    filters = {kind: [_band(*band) for band in shape[0]] for kind, shape in SHAPES.items()}
    for onset_s, kind in onsets:
        if kind not in SHAPES:
            continue
        _, length_s, level = SHAPES[kind]
        noise = _noise(filters[kind][dice.integers(len(filters[kind]))], length_s * dice.uniform(0.7, 1.4), kind, dice)
        end = round((onset_s + 0.01) * RATE) - (round(0.1 * RATE) if kind == "breath" else 0)
        start, stop = max(0, end - len(noise)), min(max(0, end), length)
        total[start:stop] += noise[: stop - start] * level * dice.uniform(0.4, 1.2)
    return total


def _band(low_hz: float, high_hz: float) -> Samples:
    sections: Samples = signal.butter(2, (low_hz, high_hz), "band", fs=RATE, output="sos")
    return sections


def _noise(sections: Samples, length_s: float, kind: str, dice: np.random.Generator) -> Samples:
    length = round(length_s * RATE)
    noise = signal.sosfilt(sections, dice.standard_normal(length))
    time = np.arange(length) / length
    shape = np.exp(-4 * time) if kind == "plosive" else np.sin(np.pi * time) ** 2
    noise *= shape
    quiet: Samples = noise / (np.sqrt(np.mean(np.square(noise))) + 1e-12)
    return quiet
