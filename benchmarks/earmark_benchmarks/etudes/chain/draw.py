"""How a chain's settings vary: along the years of its era, and from studio to studio."""

import numpy as np


def drift(dice: np.random.Generator, age: float, start: float, end: float, *, spread: float) -> float:
    """From `start` to `end` as `age` goes from 0 to 1, give or take `spread`, evenly."""
    return float(start + (end - start) * age + dice.uniform(-spread, spread))


def drift_hz(dice: np.random.Generator, age: float, start: float, end: float, *, octaves: float) -> float:
    """The same on a scale of octaves."""
    return float(start * (end / start) ** age * 2 ** dice.uniform(-octaves, octaves))


def happens(dice: np.random.Generator, probability: float) -> bool:
    """Whether a studio has it."""
    return bool(dice.random() < probability)
