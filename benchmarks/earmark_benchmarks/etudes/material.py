"""What each player has on the stand for a label: the same notes whenever that label returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from earmark_benchmarks.etudes.accompany import ARPEGGIOS, Ground, Hand, bass_line, comp, held_chords
from earmark_benchmarks.etudes.arrange import CHARACTERS, Arrangement
from earmark_benchmarks.etudes.band import Player
from earmark_benchmarks.etudes.chance import between, pick, pick_weighted, shuffled, stream
from earmark_benchmarks.etudes.counterpoint import COUNTERS
from earmark_benchmarks.etudes.form import Plan
from earmark_benchmarks.etudes.harmony import PENTATONICS, SCALES, lay_out
from earmark_benchmarks.etudes.melody import Taste, theme
from earmark_benchmarks.etudes.mood import Performance
from earmark_benchmarks.etudes.percussion import play_groove
from earmark_benchmarks.etudes.rhythm import Event, business
from earmark_benchmarks.etudes.score import Factors
from earmark_benchmarks.etudes.styles import Style

Item = TypeVar("Item")

SUNG_SHORTEST_S = 0.16
DENSITY_PULL = 1.6
"""How much the wanted density sorts the patterns against chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The music of a label: its ground, its level as velocity on top, the events of each player."""

    ground: Ground
    level: float
    events: tuple[list[Event], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The style's tables in an order of this étude, so that no two labels take the same from them."""

    openings: list[str]
    departures: list[str]
    grooves: list[dict[str, str]]
    basses: list[str]
    comps: list[str]
    rhythms: list[str]
    shape: str
    scale: str


def fill_shelf(factors: Factors, style: Style, density: float) -> Shelf:
    """Shuffle what the style offers in the mode of the étude; what is as dense as it should be comes first."""
    rng = stream(factors.seed, "harmony")
    drawn = partial(_by_density, rng, density)
    return Shelf(
        openings=shuffled(rng, style.openings[factors.mode]),
        departures=shuffled(rng, style.departures[factors.mode]),
        grooves=drawn(style.grooves, lambda groove: business(*groove.values())),
        basses=drawn(style.basses, business),
        comps=drawn(style.comps, business),
        rhythms=drawn(style.rhythms, business),
        shape=pick(rng, style.voicings),
        scale=pick(rng, style.scales),
    )


def _by_density(
    rng: np.random.Generator, density: float, items: Sequence[Item], measure: Callable[[Item], float]
) -> list[Item]:
    """Sort by chance and, as far as `density` (-1 to 1) says, by a measure: the highest, or lowest, first."""
    ranked = sorted(range(len(items)), key=lambda index: measure(items[index]))
    worth = rng.random(len(items))
    for rank, index in enumerate(ranked):
        worth[index] += density * DENSITY_PULL * rank / len(items)
    return [items[index] for index in np.argsort(-worth)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that is decided about an étude before its notes are written."""

    factors: Factors
    style: Style
    performance: Performance
    plan: Plan
    band: tuple[Player, ...]
    arrangement: Arrangement
    shelf: Shelf


def write_material(desk: Desk) -> dict[str, Material]:
    """Write the music of every label."""
    return {label: _write_label(desk, label, index) for index, label in enumerate(desk.plan.labels)}


def _write_label(desk: Desk, label: str, index: int) -> Material:
    rng = np.random.default_rng([desk.factors.seed, 100 + index])
    ground = _ground(rng, desk, label)
    leader = desk.arrangement.leader[label]
    rhythms = [desk.shelf.rhythms[(2 * index + turn) % len(desk.shelf.rhythms)] for turn in range(3)]
    shift = 0 if index == 0 else pick(rng, (-4, -3, 3, 4))
    first = theme(rng, ground, _taste(desk.band[leader], desk.style, rhythms, shift))
    events = tuple(
        first if place == leader else _accompany(rng, desk, ground, (place, index), first)
        for place in range(len(desk.band))
    )
    return Material(ground=ground, level=between(rng, *CHARACTERS[label].level), events=events)


def _ground(rng: np.random.Generator, desk: Desk, label: str) -> Ground:
    kind, number = CHARACTERS[label].harmony
    table = {"openings": desk.shelf.openings, "departures": desk.shelf.departures}[kind]
    beats = next(stretch.beats for stretch in desk.plan.stretches if stretch.label == label)
    factors = desk.factors
    spans = lay_out(
        table[number % len(table)],
        factors.tonic,
        beats,
        _chord_beats(rng, desk),
        pick(rng, desk.style.endings[factors.mode]),
    )
    scales = PENTATONICS if desk.shelf.scale == "pentatonic" else SCALES
    return Ground(
        spans=spans,
        beats=beats,
        beats_per_bar=desk.plan.beats_per_bar,
        beat_s=desk.plan.beat_s,
        scale=frozenset((factors.tonic + step) % 12 for step in scales[factors.mode]),
        tonic=factors.tonic,
        density=desk.performance.density,
    )


def _chord_beats(rng: np.random.Generator, desk: Desk) -> float:
    """Beats of one chord: what comes nearest, among whole parts of bars, to a length in seconds."""
    bar = desk.plan.beats_per_bar
    allowed = (1, 2, 4, 8) if bar == 4 else (1, 3, 6)
    wanted = between(rng, *desk.style.chord_s) / desk.plan.beat_s
    return float(min(allowed, key=lambda beats: abs(np.log(beats / wanted))))


def _taste(player: Player, style: Style, rhythms: list[str], shift: int) -> Taste:
    sung = player.seat == "voice"
    low, high = (player.low, player.high) if sung else _shifted(player, shift)
    return Taste(
        rhythms=rhythms,
        leap=style.leap * (0.7 if sung else 1.0),
        low=low,
        high=high,
        shortest_s=SUNG_SHORTEST_S if sung else 0.09,
    )


def _shifted(player: Player, shift: int) -> tuple[int, int]:
    """Upper or lower part of the range of a player."""
    narrow = min(abs(shift), max(0, player.high - player.low - 12))
    return (player.low + narrow, player.high) if shift > 0 else (player.low, player.high - narrow)


def _accompany(
    rng: np.random.Generator, desk: Desk, ground: Ground, at: tuple[int, int], first: list[Event]
) -> list[Event]:
    """Write what a player does who does not lead; `at` is the place in the band and the index of the label."""
    place, index = at
    player, shelf = desk.band[place], desk.shelf
    if player.seat == "voice":
        return []
    if player.seat == "drums":
        return play_groove(rng, ground, shelf.grooves[index % len(shelf.grooves)], player.program)
    if player.seat == "bass":
        return bass_line(rng, ground, shelf.basses[index % len(shelf.basses)], player.low, player.high)
    if player.seat in {"chords", "figures", "pad"}:
        return _chordal(rng, desk, ground, player, index)
    kind = "answer" if player.seat == "melody" else pick(rng, desk.style.counters)
    rhythms = shuffled(rng, shelf.rhythms)[:2]
    return COUNTERS[kind](rng, ground, first, _taste(player, desk.style, rhythms, 0))


def _chordal(rng: np.random.Generator, desk: Desk, ground: Ground, player: Player, index: int) -> list[Event]:
    shelf = desk.shelf
    figures = [pattern for pattern in (*shelf.comps, *ARPEGGIOS) if any(token.isdigit() for token in pattern)]
    pattern = shelf.comps[index % len(shelf.comps)]
    if player.seat == "figures" or not player.chordal:
        pattern = figures[index % len(figures)]
    hand = Hand(
        pattern=pattern,
        shape=shelf.shape if player.seat == "chords" else "close",
        size=pick_weighted(rng, (3, 4), (3, 1)),
        low=player.low,
        high=player.high,
        lowest=player.lowest,
    )
    if player.seat == "pad" and player.chordal:
        return held_chords(ground, replace(hand, size=3, shape="open"))
    return comp(rng, ground, hand)
