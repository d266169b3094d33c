"""How long work tells whoever waits for it."""

from typing import Protocol


class Progress(Protocol):
    """Told after every finished piece of work; draws a bar, or does nothing."""

    def __call__(self, phase: str, done: float, total: float, unit: str) -> None:
        """`done` of `total` units of `phase` are finished; the unit is a plural word such as ``tracks``."""


def silent(phase: str, done: float, total: float, unit: str) -> None:
    """Tell nobody."""
