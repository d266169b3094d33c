"""Chords from Roman numerals, their layout over a section, and voicings that move little.

A numeral counts from the major scale of the tonic whatever the mode, so a minor piece writes ``bIII`` and
``bVI``; small letters are minor; suffixes are in QUALITIES.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7, 12),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "7b9": (0, 4, 7, 10, 13),
    "13": (0, 4, 7, 10, 21),
}
"""Semitones above the root; the root first."""
DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
PENTATONICS = {"major": (0, 2, 4, 7, 9), "minor": (0, 3, 5, 7, 10)}
NUMERAL = re.compile(r"^([b#]?)([ivIV]+)(.*)$")


@dataclass(frozen=True, slots=True)
class Chord:
    """A root pitch class and the tones above it in semitones, the root first."""

    root: int
    tones: tuple[int, ...]

    @property
    def classes(self) -> frozenset[int]:
        """The pitch classes of the chord."""
        return frozenset((self.root + tone) % 12 for tone in self.tones)


@dataclass(frozen=True, slots=True)
class Span:
    """A chord from `start` to `end`, in beats of its section."""

    start: float
    end: float
    chord: Chord


@lru_cache(maxsize=1024)
def read_chord(symbol: str, tonic: int) -> Chord:
    """Return the chord of a Roman numeral such as ``bVImaj7`` over a tonic pitch class."""
    found = NUMERAL.match(symbol)
    if found is None or found[2].lower() not in DEGREES:
        raise ValueError(f"{symbol!r} is no Roman numeral; write one such as ii7, bVImaj7 or V7sus4.")
    accidental, degree, suffix = found.groups()
    quality = "m" + suffix if degree.islower() and not suffix.startswith(("dim", "m")) else suffix
    if quality not in QUALITIES:
        raise ValueError(f"{symbol!r}: no chord quality {quality!r}; known are {sorted(QUALITIES)}.")
    shift = {"": 0, "b": -1, "#": 1}[accidental]
    return Chord((tonic + DEGREES[degree.lower()] + shift) % 12, QUALITIES[quality])


def lay_out(symbols: str, tonic: int, beats: float, unit: float, ending: str = "") -> list[Span]:
    """Spread a progression over `beats`, one chord each `unit` beats, `ending` (if given) at the end.

    A chord that comes twice in a row is one span.
    """
    names = symbols.split()
    count = max(1, round(beats / unit))
    played = [names[index % len(names)] for index in range(count)]
    if ending and count > 1:
        played[-len(ending.split()) :] = ending.split()
    spans: list[Span] = []
    for index, name in enumerate(played[:count]):
        end = beats if index == count - 1 else (index + 1) * unit
        spans.append(Span(index * unit, end, read_chord(name, tonic)))
    return spans


def chord_at(spans: list[Span], beat: float) -> Chord:
    """Return the chord that sounds at a beat; the last one past the end."""
    return next((span.chord for span in spans if beat < span.end - 1e-6), spans[-1].chord)


@lru_cache(maxsize=4096)
def scale_over(chord: Chord, scale: frozenset[int]) -> frozenset[int]:
    """Pitch classes to play over a chord: the scale, bent where a chord tone lies outside of it."""
    outside = chord.classes - scale
    bent = {tone for tone in scale if {(tone + 1) % 12, (tone - 1) % 12} & outside and tone not in chord.classes}
    return (scale - bent) | chord.classes


@lru_cache(maxsize=8192)
def pitches_within(classes: frozenset[int], low: int, high: int) -> tuple[int, ...]:
    """All MIDI pitches of these classes from `low` to `high`."""
    return tuple(pitch for pitch in range(low, high + 1) if pitch % 12 in classes)


def nearest(classes: frozenset[int], pitch: float, low: int, high: int) -> int:
    """Return the pitch of these classes within the range that lies nearest."""
    found = pitches_within(classes, low, high) or pitches_within(classes, low - 6, high + 6)
    return min(found, key=lambda candidate: abs(candidate - pitch))


SHAPES = ("close", "open", "power", "shell", "spread")


@lru_cache(maxsize=8192)
def _voicings(chord: Chord, low: int, high: int, size: int, shape: str) -> tuple[tuple[int, ...], ...]:
    tones = _chosen_tones(chord, size, shape)
    found = []
    for bass in range(low, high + 1):
        for turn in range(len(tones) if shape in {"close", "open"} else 1):
            order = tones[turn:] + tones[:turn]
            if (bass - chord.root - order[0]) % 12 == 0:
                stack = _stack(bass, order, shape)
                if stack[-1] <= high:
                    found.append(stack)
    return tuple(found)


def _chosen_tones(chord: Chord, size: int, shape: str) -> tuple[int, ...]:
    tones = chord.tones
    if shape == "power":
        return (0, 7 if 7 in tones else tones[2], 12)[: max(2, size)]
    if shape == "shell" and len(tones) > 3:
        return (0, tones[3], tones[1] + 12)
    dropped = [tone for tone in (7, 0) if len(tones) > size and tone in tones]
    kept = [tone for tone in tones if tone not in dropped[: len(tones) - size]]
    return tuple(kept[:size])


def _stack(bass: int, order: tuple[int, ...], shape: str) -> tuple[int, ...]:
    stack = [bass]
    for tone in order[1:]:
        above = bass + (tone - order[0]) % 12 if shape != "shell" else bass + tone - order[0]
        while above <= stack[-1]:
            above += 12
        stack.append(above)
    if shape in {"open", "spread"} and len(stack) > 2:
        stack[1] += 12
    return tuple(sorted(stack))


def voice(chord: Chord, previous: tuple[int, ...], low: int, high: int, *, size: int, shape: str) -> tuple[int, ...]:
    """Pitches of a chord, low to high, within a range and near the `previous` voicing (or the middle).

    `size` is how many tones at most, `shape` one of SHAPES.
    """
    found = _voicings(chord, low, high, size, shape) or _voicings(chord, low, high + 12, size, "close")
    middle = (low + high) / 2
    aim = sum(previous) / len(previous) if previous else middle
    return min(found, key=lambda stack: abs(sum(stack) / len(stack) - aim * 0.75 - middle * 0.25))
