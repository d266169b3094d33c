"""The plan of an étude: which section comes when, in whole bars that fit the tempo and the wanted length."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from operator import mul

import numpy as np

from earmark_benchmarks.etudes.chance import between, pick, pick_weighted, stream
from earmark_benchmarks.etudes.score import Factors
from earmark_benchmarks.etudes.styles import Style

FORMS: dict[str, tuple[str, ...]] = {
    "AABA": ("A", "A", "B", "A"),
    "ABA": ("A", "B", "A"),
    "ABAC": ("A", "B", "A", "C"),
    "ABACA": ("A", "B", "A", "C", "A"),
    "ABCB": ("A", "B", "C", "B"),
    "verse-chorus": ("verse", "chorus", "verse", "chorus"),
    "verse-chorus-bridge": ("verse", "chorus", "bridge", "chorus"),
    "intro-verse-chorus": ("intro", "verse", "chorus", "verse", "chorus"),
    "intro-verse-chorus-outro": ("intro", "verse", "chorus", "outro"),
}
"""By name, the sections in order."""

SHORTEST_S, LONGEST_S = 4.7, 13.5
"""About the shortest and longest section, to the nearest bar: boundaries lie apart by more than 3 s."""
MUSIC_S = (25.0, 32.05)
"""From the first beat to the end of the last bar."""
LEAD_IN_S = (-0.4, 1.5)
"""Silence before the first note; a negative draw is none."""
TAIL_S = (0.3, 1.3)
"""How long the last chord rings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A section on paper: its label, how often that was heard before, start and length in beats."""

    label: str
    recurrence: int
    start: int
    beats: int
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The sections of an étude and what turns beats into seconds."""

    stretches: tuple[Stretch, ...]
    beats_per_bar: int
    beat_s: float
    lead_in_s: float
    tail_s: float

    @property
    def beats(self) -> int:
        """Length of the music in beats."""
        return self.stretches[-1].start + self.stretches[-1].beats

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, each once, in order of appearance."""
        return tuple(dict.fromkeys(stretch.label for stretch in self.stretches))

    def at(self, beat: float) -> float:
        """The time of a beat in seconds."""
        return self.lead_in_s + beat * self.beat_s

    def share(self, labels: set[str]) -> float:
        """The share of the music that carries one of the labels."""
        return sum(stretch.beats for stretch in self.stretches if stretch.label in labels) / self.beats


def plan(factors: Factors, style: Style) -> Plan:
    """Lay out the sections of `factors.form` in whole bars; equal labels are equally long."""
    rng = stream(factors.seed, "form")
    beats_per_bar = pick(rng, style.meters)
    beat_s = 60.0 / factors.tempo_bpm
    order = FORMS[factors.form]
    bars = _bars_by_label(rng, order, beats_per_bar * beat_s)
    return Plan(
        stretches=_stretches(order, bars, beats_per_bar),
        beats_per_bar=beats_per_bar,
        beat_s=beat_s,
        lead_in_s=max(0.0, between(rng, *LEAD_IN_S)),
        tail_s=between(rng, *TAIL_S),
    )


def _stretches(order: tuple[str, ...], bars: dict[str, int], beats_per_bar: int) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    start = 0
    for index, label in enumerate(order):
        beats = bars[label] * beats_per_bar
        found.append(
            Stretch(
                label=label,
                recurrence=order[:index].count(label),
                start=start,
                beats=beats,
                last=index == len(order) - 1,
            )
        )
        start += beats
    return tuple(found)


def _bars_by_label(rng: np.random.Generator, order: tuple[str, ...], bar_s: float) -> dict[str, int]:
    """Draw the bars of each label among all choices whose total fits; even numbers are likelier."""
    labels = tuple(dict.fromkeys(order))
    counts = range(max(1, round(SHORTEST_S / bar_s)), max(2, int(LONGEST_S / bar_s)) + 1)
    even = [count for count in counts if count % 2 == 0]
    fitting = _fitting(labels, order, even, bar_s) or _fitting(labels, order, counts, bar_s)
    chosen = pick_weighted(rng, fitting, [_liking(choice) for choice in fitting])
    return dict(zip(labels, chosen, strict=True))


def _fitting(
    labels: tuple[str, ...], order: tuple[str, ...], counts: Sequence[int], bar_s: float
) -> list[tuple[int, ...]]:
    """Bars of each label, in all ways that make a piece of the wanted length."""
    heard = [order.count(label) for label in labels]
    return [
        choice
        for choice in product(counts, repeat=len(labels))
        if MUSIC_S[0] <= bar_s * sum(map(mul, choice, heard)) <= MUSIC_S[1]
    ]


def _liking(choice: tuple[int, ...]) -> float:
    """Four-bar units are usual, and labels of different lengths: nobody should guess where a boundary is."""
    usual = sum(count % 4 == 0 for count in choice)
    return float(1.5**usual * (max(choice) / min(choice)) ** 1.5)
