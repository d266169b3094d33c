"""Melodies: motifs of rhythm and contour that return, bent to the harmony, in phrases that breathe."""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from earmark_benchmarks.etudes.accompany import Ground, force_of
from earmark_benchmarks.etudes.chance import pick, pick_weighted
from earmark_benchmarks.etudes.harmony import chord_at, nearest, pitches_within, scale_over
from earmark_benchmarks.etudes.rhythm import Event, Hit, keeps, read_pattern

ORDERS = ("ab", "aab", "aaab", "abac", "aabc", "abab", "aba")
"""Orders in which the motifs of a theme follow each other."""
PHRASE_S = (3.2, 6.0)
"""Range of lengths after which a melody breathes."""
BREATH_S = 0.35
WIDEST_LEAP = 9
"""Semitones; what is wider comes from the other octave."""
BUSY_RATE, IDLE_RATE = 4.0, 1.1
"""Notes a second past which a rhythm is played at half, or at double speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What a melody draws on: rhythms of bars, share of leaps, range, and the shortest note it allows."""

    rhythms: list[str]
    leap: float
    low: int
    high: int
    shortest_s: float = 0.09


@dataclass(frozen=True, slots=True, kw_only=True)
class Motif:
    """A rhythm with its length in beats and a contour in steps of the scale."""

    length: float
    hits: tuple[Hit, ...]
    contour: tuple[int, ...]


def motif(rng: np.random.Generator, ground: Ground, rhythm: str, taste: Taste) -> Motif:
    """Draw a contour for a rhythm, and the speed at which it is played."""
    length, hits = read_pattern(rhythm, ground.beats_per_bar)
    stretch = _stretch(hits, length * ground.beat_s, ground.beat_s, taste.shortest_s)
    kept = [hit for hit in hits if keeps(rng, hit, ground.beat_s * stretch, ground.density)] or hits[:1]
    played = tuple(Hit(beat=hit.beat * stretch, length=hit.length * stretch, token=hit.token) for hit in kept)
    return Motif(length=length * stretch, hits=played, contour=_contour(rng, len(played), taste.leap))


def _stretch(hits: tuple[Hit, ...], length_s: float, beat_s: float, shortest_s: float) -> float:
    """Double or halve the speed where there is next to nothing to play, or too much, or too fast."""
    rate = len(hits) / length_s
    shortest = min((later.beat - hit.beat for hit, later in pairwise(hits)), default=1.0)
    if rate > BUSY_RATE or shortest * beat_s < shortest_s:
        return 2.0
    if rate < IDLE_RATE and shortest * beat_s / 2 > shortest_s:
        return 0.25 if rate < IDLE_RATE / 3 else 0.5
    return 1.0


def _contour(rng: np.random.Generator, count: int, leap: float) -> tuple[int, ...]:
    heading, place, places = pick(rng, (-1, 1)), 0, [0]
    for _ in range(count - 1):
        size = pick_weighted(rng, (2, 3, 4), (3, 2, 1)) if rng.random() < leap else pick_weighted(rng, (0, 1), (1, 4))
        if rng.random() < 0.3 or abs(place) > 4:
            heading = -1 if place > 2 else 1 if place < -2 else -heading
        place += heading * size
        places.append(place)
    middle = round(sum(places) / len(places))
    return tuple(place - middle for place in places)


def theme(rng: np.random.Generator, ground: Ground, taste: Taste) -> list[Event]:
    """Write a melody over a section: motifs in an order, an arch of register, a cadence to each phrase."""
    motifs = [motif(rng, ground, rhythm, taste) for rhythm in taste.rhythms]
    order = pick(rng, ORDERS)
    phrase = _phrase_beats(rng, ground)
    events: list[Event] = []
    beat, turn = 0.0, 0
    while beat < ground.beats - 1e-6:
        chosen = motifs["abc".index(order[turn % len(order)]) % len(motifs)]
        events += realise(ground, chosen, beat, taste, _arch(beat, phrase, taste))
        beat, turn = beat + chosen.length, turn + 1
    return breathe(_without_leaps(events, taste), ground, phrase, taste)


def _phrase_beats(rng: np.random.Generator, ground: Ground) -> float:
    bar_s = ground.beats_per_bar * ground.beat_s
    counts = [count for count in (1, 2, 3, 4, 6, 8) if PHRASE_S[0] <= count * bar_s <= PHRASE_S[1]]
    return float(pick(rng, counts or [1]) * ground.beats_per_bar)


def _arch(beat: float, phrase: float, taste: Taste) -> float:
    """Aim of the register: up to the middle of a phrase and down again."""
    span = taste.high - taste.low
    return taste.low + span * (0.35 + 0.3 * float(np.sin(np.pi * (beat % phrase) / phrase)))


def realise(ground: Ground, chosen: Motif, start: float, taste: Taste, aim: float) -> list[Event]:
    """Play a motif from `start` around the pitch `aim`; strong and long notes are chord tones."""
    events = []
    for hit, place in zip(chosen.hits, chosen.contour, strict=True):
        beat = start + hit.beat
        if beat >= ground.beats - 1e-6:
            break
        chord = chord_at(ground.spans, beat)
        ladder = pitches_within(scale_over(chord, ground.scale), taste.low, taste.high)
        rung = bisect_left(ladder, aim) + place
        pitch = ladder[_folded(rung, len(ladder))]
        if hit.depth == 0 or hit.length >= 1:
            pitch = nearest(chord.classes, pitch, taste.low, taste.high)
        length = min(hit.length, ground.beats - beat)
        events.append(Event(beat=beat, length=length, pitch=pitch, force=force_of(hit)))
    return events


def _folded(rung: int, count: int) -> int:
    """Reflect a place past either end of a ladder."""
    top = count - 1
    rung = -rung if rung < 0 else rung
    rung = 2 * top - rung if rung > top else rung
    return min(max(rung, 0), top)


def _without_leaps(events: list[Event], taste: Taste) -> list[Event]:
    last, found = None, []
    for event in events:
        pitch = event.pitch
        if last is not None and abs(pitch - last) > WIDEST_LEAP:
            other = pitch - 12 if pitch > last else pitch + 12
            pitch = other if taste.low <= other <= taste.high else pitch
        found.append(Event(beat=event.beat, length=event.length, pitch=pitch, force=event.force))
        last = pitch
    return found


def breathe(events: list[Event], ground: Ground, phrase: float, taste: Taste) -> list[Event]:
    """End each phrase early on a long chord tone, the last one on the tonic where the chord allows."""
    breath = BREATH_S / ground.beat_s
    found: list[Event] = []
    for index in range(int(np.ceil(ground.beats / phrase))):
        end = min((index + 1) * phrase, ground.beats)
        inside = [event for event in events if index * phrase <= event.beat < end - 0.35 * min(phrase, 4)]
        if not inside:
            continue
        chord = chord_at(ground.spans, inside[-1].beat)
        home = frozenset({ground.tonic}) & chord.classes if end >= ground.beats - 1e-6 else chord.classes
        length = min(max(inside[-1].length, 1.0 / ground.beat_s), end - breath - inside[-1].beat)
        pitch = nearest(home or chord.classes, inside[-1].pitch, taste.low, taste.high)
        last = Event(beat=inside[-1].beat, length=max(length, 0.1), pitch=pitch, force=inside[-1].force)
        found += [*inside[:-1], last]
    return found


def vary(rng: np.random.Generator, events: list[Event], ground: Ground) -> list[Event]:
    """Repeat a melody as players do: here a note left out, there one split in two or bent to its neighbour."""
    found: list[Event] = []
    pitches = [event.pitch for event in events]
    for event in events:
        chance = rng.random()
        if chance < 0.06 and event.beat % 1 > 0.01:
            continue
        if chance < 0.14 and event.length >= 0.5 and event.length * ground.beat_s > 0.4:
            found += _split(rng, event, ground, (min(pitches), max(pitches)))
        else:
            found.append(event)
    return found


def _split(rng: np.random.Generator, event: Event, ground: Ground, within: tuple[int, int]) -> list[Event]:
    half = event.length / 2
    scale = scale_over(chord_at(ground.spans, event.beat), ground.scale)
    pitch = nearest(scale - {event.pitch % 12}, event.pitch + pick(rng, (-1, 1)), *within)
    return [
        Event(beat=event.beat, length=half, pitch=event.pitch, force=event.force),
        Event(beat=event.beat + half, length=half, pitch=pitch, force=event.force - 4),
    ]
