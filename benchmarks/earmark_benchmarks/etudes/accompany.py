"""Accompaniment: bass lines, chord playing and held chords, read from patterns over the harmony."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from earmark_benchmarks.etudes.chance import pick
from earmark_benchmarks.etudes.harmony import Chord, Span, chord_at, nearest, pitches_within, scale_over, voice
from earmark_benchmarks.etudes.rhythm import Event, Hit, keeps, read_pattern, repeat

ACCENT, METRE = 10.0, (3.0, 0.0, -4.0)
"""Velocity on top for a capital, and for a place on the beat, half-way and in between."""
BASS_BELOW = "b"
ARPEGGIOS = ("12 34 32 34", "1 2 3 4", "13 23 43 23", "1.3. 4.2. 3.1. 2.4.", "1- 32 -4 32")
"""For those who play one note at a time in the seat of the chords."""

FEWEST_BASS_NOTES = 0.6
"""A second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every player of a section reads: its chords, length, metre, speed, scale and density."""

    spans: list[Span]
    beats: float
    beats_per_bar: int
    beat_s: float
    scale: frozenset[int]
    tonic: int
    density: float


def force_of(hit: Hit) -> float:
    """Return the weight of a hit from its token and its place in the beat, as an offset of velocity."""
    return METRE[hit.depth] + (ACCENT if hit.token.isupper() else 0.0)


def bass_line(rng: np.random.Generator, ground: Ground, pattern: str, low: int, high: int) -> list[Event]:
    """Read a bass pattern (see ``Style.basses``) within a range."""
    events: list[Event] = []
    for hit in repeat(pattern, ground.beats_per_bar, ground.beats, bass_stretch(pattern, ground)):
        chord = chord_at(ground.spans, hit.beat)
        if not keeps(rng, hit, ground.beat_s, ground.density):
            continue
        step = BassStep(
            chord=chord,
            following=chord_at(ground.spans, hit.beat + hit.length),
            last=events[-1].pitch if events else nearest(frozenset({chord.root}), low + 6, low, high),
            scale=ground.scale,
            low=low,
            high=high,
        )
        events.append(
            Event(beat=hit.beat, length=hit.length, pitch=BASS_STEPS[hit.token](rng, step), force=force_of(hit))
        )
    return events


def bass_stretch(pattern: str, ground: Ground) -> float:
    """Return 0.5 where a pattern would leave too much time between its notes, else 1."""
    length, hits = read_pattern(pattern, ground.beats_per_bar)
    return 0.5 if len(hits) / (length * ground.beat_s) < FEWEST_BASS_NOTES else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BassStep:
    """Where a bass line stands: the chord, the next one, its last pitch, scale and range."""

    chord: Chord
    following: Chord
    last: int
    scale: frozenset[int]
    low: int
    high: int


def _tone(index: int) -> Callable[[np.random.Generator, BassStep], int]:
    def step(_: np.random.Generator, at: BassStep) -> int:
        tone = at.chord.tones[min(index, len(at.chord.tones) - 1)]
        aim = at.low + 7 if index == 0 else at.last
        return nearest(frozenset({(at.chord.root + tone) % 12}), aim, at.low, at.high)

    return step


def _octave(_: np.random.Generator, at: BassStep) -> int:
    root = nearest(frozenset({at.chord.root}), at.low + 5, at.low, at.high)
    return root + 12 if root + 12 <= at.high else root


def _walk(rng: np.random.Generator, at: BassStep) -> int:
    """Go a step of the scale or a chord tone towards the next root."""
    aim = nearest(frozenset({at.following.root}), at.last, at.low, at.high)
    classes = scale_over(at.chord, at.scale) if rng.random() < 0.6 else at.chord.classes
    ladder = [pitch for pitch in pitches_within(classes, at.low, at.high) if pitch != at.last]
    heading = 1 if aim > at.last else -1 if aim < at.last else pick(rng, (-1, 1))
    ahead = [pitch for pitch in ladder if (pitch - at.last) * heading > 0]
    return min(ahead or ladder, key=lambda pitch: abs(pitch - at.last))


def _approach(rng: np.random.Generator, at: BassStep) -> int:
    aim = nearest(frozenset({at.following.root}), at.last, at.low + 1, at.high - 1)
    below, above = aim - 1, max(pitches_within(scale_over(at.following, at.scale), aim + 1, aim + 3)[:1] or (aim + 2,))
    return below if rng.random() < 0.5 else min(above, at.high)


BASS_STEPS: dict[str, Callable[[np.random.Generator, BassStep], int]] = {
    "1": _tone(0),
    "3": _tone(1),
    "5": _tone(2),
    "7": _tone(3),
    "8": _octave,
    "w": _walk,
    "a": _approach,
}
"""By token of a bass pattern, what is played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How a chord player plays: its pattern, the shape and size of its chords, its range and lowest pitch."""

    pattern: str
    shape: str
    size: int
    low: int
    high: int
    lowest: int


def comp(rng: np.random.Generator, ground: Ground, hand: Hand) -> list[Event]:
    """Read a pattern of chord playing (see ``Style.comps``)."""
    stacks = _voicings(ground, hand)
    events: list[Event] = []
    for hit in repeat(hand.pattern, ground.beats_per_bar, ground.beats):
        if keeps(rng, hit, ground.beat_s, ground.density):
            stack = stacks[_index_at(ground.spans, hit.beat)]
            root = chord_at(ground.spans, hit.beat).root
            events += [
                Event(beat=hit.beat, length=hit.length, pitch=pitch, force=force_of(hit))
                for pitch in _struck(hit.token, stack, root, hand)
            ]
    return events


def _struck(token: str, stack: tuple[int, ...], root: int, hand: Hand) -> tuple[int, ...]:
    if token.isdigit():
        index = int(token) - 1
        pitch = stack[index % len(stack)] + 12 * (index // len(stack))
        return (pitch if pitch <= hand.high + 3 else pitch - 12,)
    if token == BASS_BELOW:
        deepest = max(hand.lowest, hand.low - 12)
        return (nearest(frozenset({root}), hand.low - 5, deepest, max(hand.low + 6, deepest + 11)),)
    return stack


def _index_at(spans: list[Span], beat: float) -> int:
    return next((index for index, span in enumerate(spans) if beat < span.end - 1e-6), len(spans) - 1)


def _voicings(ground: Ground, hand: Hand) -> list[tuple[int, ...]]:
    stacks: list[tuple[int, ...]] = []
    for span in ground.spans:
        previous = stacks[-1] if stacks else ()
        stacks.append(voice(span.chord, previous, hand.low, hand.high, size=hand.size, shape=hand.shape))
    return stacks


def held_chords(ground: Ground, hand: Hand) -> list[Event]:
    """Hold each chord for as long as it lasts."""
    return [
        Event(beat=span.start, length=span.end - span.start, pitch=pitch)
        for span, stack in zip(ground.spans, _voicings(ground, hand), strict=True)
        for pitch in stack
    ]
