"""Seeded choices: one stream of random numbers for each side of an étude, so that sides change apart."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")

STREAMS = ("performance", "form", "band", "harmony", "arrangement", "variation", "timing")
"""Order is part of the format: a new stream goes to the end, or every étude changes."""


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one side of the étude with this seed; `name` is one of STREAMS."""
    return np.random.default_rng([seed, STREAMS.index(name)])


def pick(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """Return one of the items, all equally likely."""
    return items[int(rng.random() * len(items))]


def pick_weighted(rng: np.random.Generator, items: Sequence[Item], weights: Sequence[float]) -> Item:
    """Return one of the items, likely in proportion to its weight."""
    point = rng.random() * sum(weights)
    for item, weight in zip(items, weights, strict=True):
        point -= weight
        if point <= 0:
            return item
    return items[-1]


def shuffled(rng: np.random.Generator, items: Sequence[Item]) -> list[Item]:
    """Return the items in a random order."""
    return [items[index] for index in rng.permutation(len(items))]


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number from `low` to `high`, uniformly."""
    return low + (high - low) * float(rng.random())
