"""Patterns in writing: ``"x... ..x. X... g.x-"`` is four beats of sixteenths; ``|`` parts the bars.

A word is one beat and is divided evenly by its characters, so ``"x"`` is a quarter, ``"xx"`` two eighths and
``"x.x"`` a triplet with its middle left out. ``.`` rests and ``-`` holds what sounds; every other character
starts something that the reader of the pattern understands (a stroke, a chord tone, a step of a bass line).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

REST, HOLD = ".", "-"
SLOW_STEP_S, FAST_STEP_S = 0.13, 0.075
"""Between these lengths of a sixteenth players leave ever more of them out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One note on paper: place and length in beats, MIDI pitch, force as an offset of MIDI velocity."""

    beat: float
    length: float
    pitch: int
    force: float = 0.0

    @property
    def end(self) -> float:
        """Where it stops, in beats."""
        return self.beat + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One character of a pattern: place and length in beats, and the character."""

    beat: float
    length: float
    token: str

    @property
    def depth(self) -> int:
        """0 on the beat, 1 half-way between two, 2 off the eighths (triplets count as eighths)."""
        offset = self.beat % 1.0
        return 0 if offset < 0.01 else 1 if abs(offset * 6 - round(offset * 6)) < 0.01 else 2


@lru_cache(maxsize=2048)
def read_pattern(pattern: str, beats_per_bar: int) -> tuple[float, tuple[Hit, ...]]:
    """Length in beats and the hits of a pattern, each bar cut or filled up to `beats_per_bar` words."""
    words = [word for bar in pattern.split("|") for word in _fit_bar(bar.split(), beats_per_bar)]
    steps = [
        (beat + place / len(word), 1 / len(word), token)
        for beat, word in enumerate(words)
        for place, token in enumerate(word)
    ]
    hits = [
        Hit(beat=beat, length=length + _held(steps[index + 1 :]), token=token)
        for index, (beat, length, token) in enumerate(steps)
        if token not in (REST, HOLD)
    ]
    return float(len(words)), tuple(hits)


def _fit_bar(words: list[str], beats_per_bar: int) -> list[str]:
    return [words[beat % len(words)] for beat in range(beats_per_bar)]


def _held(steps: list[tuple[float, float, str]]) -> float:
    held = 0.0
    for _, length, token in steps:
        if token != HOLD:
            break
        held += length
    return held


def repeat(pattern: str, beats_per_bar: int, beats: float, stretch: float = 1.0) -> Iterator[Hit]:
    """Yield the hits of a pattern over and over until `beats`; `stretch` 2 plays it half as fast."""
    period, hits = read_pattern(pattern, beats_per_bar)
    for cycle in range(int(np.ceil(beats / (period * stretch)))):
        for hit in hits:
            beat = (cycle * period + hit.beat) * stretch
            if beat < beats - 1e-6:
                yield Hit(beat=beat, length=min(hit.length * stretch, beats - beat), token=hit.token)


def keeps(rng: np.random.Generator, hit: Hit, beat_s: float, density: float) -> bool:
    """Whether a player plays this hit: weak places go first when beats are short or the texture thin.

    `density` from -1 to 1. Capitals are what a pattern is known by: they always sound.
    """
    if hit.token.isupper() or hit.depth == 0:
        return True
    thick = 0.6 + 0.4 * density
    if hit.depth == 1:
        return bool(rng.random() < max(0.4, thick + 0.15) * (1.0 if beat_s > 0.34 else 0.85))
    ease = np.clip((beat_s / 4 - FAST_STEP_S) / (SLOW_STEP_S - FAST_STEP_S), 0.0, 1.0)
    return bool(rng.random() < thick * (0.25 + 0.75 * ease))


def business(*patterns: str) -> float:
    """Return how many hits a beat the patterns have together, in four."""
    read = [read_pattern(pattern, 4) for pattern in patterns]
    return sum(len(hits) / length for length, hits in read)
