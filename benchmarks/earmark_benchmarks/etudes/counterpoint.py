"""Second melodies: answers in the gaps of the first, long lines, riffs, imitation, thirds."""

from bisect import bisect_left
from collections.abc import Callable

import numpy as np

from earmark_benchmarks.etudes.accompany import Ground
from earmark_benchmarks.etudes.chance import pick
from earmark_benchmarks.etudes.harmony import chord_at, nearest, pitches_within, scale_over
from earmark_benchmarks.etudes.melody import Taste, breathe, motif, realise
from earmark_benchmarks.etudes.rhythm import Event

SHORTEST_GAP_S = 0.55
"""A pause in the melody that is worth an answer."""
FEWEST_ANSWERS = 0.6
"""Notes a second below which long notes do better than answers."""


def answer(rng: np.random.Generator, ground: Ground, first: list[Event], taste: Taste) -> list[Event]:
    """Fill the gaps of the first melody with a motif."""
    reply = motif(rng, ground, pick(rng, taste.rhythms), taste)
    events: list[Event] = []
    for start, end in _gaps(first, ground):
        aim = (taste.low + taste.high) / 2
        played = realise(ground, reply, start - reply.hits[0].beat if reply.hits else start, taste, aim)
        events += [
            Event(beat=event.beat, length=min(event.length, end - event.beat), pitch=event.pitch, force=event.force)
            for event in played
            if start - 1e-6 <= event.beat < end - 0.2
        ]
    return events if len(events) > FEWEST_ANSWERS * ground.beats * ground.beat_s else line(rng, ground, first, taste)


def _gaps(first: list[Event], ground: Ground) -> list[tuple[float, float]]:
    shortest = SHORTEST_GAP_S / ground.beat_s
    ends = [0.0, *(event.end for event in first)]
    starts = [*(event.beat for event in first), ground.beats]
    eighths = [(np.ceil(end * 2) / 2, start) for end, start in zip(ends, starts, strict=True)]
    return [(float(start), float(end)) for start, end in eighths if end - start >= shortest]


def line(rng: np.random.Generator, ground: Ground, first: list[Event], taste: Taste) -> list[Event]:  # noqa: ARG001
    """Move in long notes from chord to chord by the smallest step."""
    pitch = float(taste.low + taste.high) / 2
    events = []
    for span in ground.spans:
        guides = frozenset((span.chord.root + tone) % 12 for tone in span.chord.tones[1:])
        pitch = nearest(guides, pitch, taste.low, taste.high)
        length = span.end - span.start
        pieces = 2 if length * ground.beat_s > 1.6 else 1
        for piece in range(pieces):
            shifted = (
                pitch if piece == 0 else nearest(span.chord.classes - {int(pitch) % 12}, pitch, taste.low, taste.high)
            )
            start = span.start + piece * length / pieces
            events.append(Event(beat=start, length=length / pieces * 0.95, pitch=int(shifted), force=-3))
    return events


def riff(rng: np.random.Generator, ground: Ground, first: list[Event], taste: Taste) -> list[Event]:  # noqa: ARG001
    """Repeat one figure over the changing chords."""
    figure = motif(rng, ground, pick(rng, taste.rhythms), taste)
    aim = taste.low + (taste.high - taste.low) * (0.3 + 0.4 * float(rng.random()))
    events: list[Event] = []
    for turn in range(int(np.ceil(ground.beats / figure.length))):
        events += realise(ground, figure, turn * figure.length, taste, aim)
    return events


def imitation(rng: np.random.Generator, ground: Ground, first: list[Event], taste: Taste) -> list[Event]:
    """Enter a bar (or two beats) later with the same melody, bent to the chords."""
    delay = float(pick(rng, (ground.beats_per_bar, ground.beats_per_bar, 2)))
    middle = (taste.low + taste.high) / 2
    mean = sum(event.pitch for event in first) / max(1, len(first))
    shift = 12 * round((middle - mean) / 12) + pick(rng, (0, 0, 7, -5))
    late = [
        Event(
            beat=event.beat + delay,
            length=event.length,
            pitch=_fitted(event, delay, shift, ground, taste),
            force=event.force,
        )
        for event in first
        if event.end + delay <= ground.beats
    ]
    return (
        breathe(late, ground, float(2 * ground.beats_per_bar), taste)
        if len(late) > 3
        else line(rng, ground, first, taste)
    )


def _fitted(event: Event, delay: float, shift: int, ground: Ground, taste: Taste) -> int:
    chord = chord_at(ground.spans, event.beat + delay)
    strong = event.beat % 1 < 0.01 or event.length >= 1
    classes = chord.classes if strong else scale_over(chord, ground.scale)
    return nearest(classes, event.pitch + shift, taste.low, taste.high)


def thirds(rng: np.random.Generator, ground: Ground, first: list[Event], taste: Taste) -> list[Event]:  # noqa: ARG001
    """Go with the melody a third or a sixth below it (or above, where the range says so)."""
    events = []
    for event in first:
        ladder = pitches_within(scale_over(chord_at(ground.spans, event.beat), ground.scale), 0, 127)
        rung = bisect_left(ladder, event.pitch)
        below = ladder[max(0, rung - 2)]
        pitch = nearest(frozenset({below % 12}), below, taste.low, taste.high)
        events.append(Event(beat=event.beat, length=event.length, pitch=pitch, force=event.force - 4))
    return events


COUNTERS: dict[str, Callable[[np.random.Generator, Ground, list[Event], Taste], list[Event]]] = {
    "answer": answer,
    "line": line,
    "riff": riff,
    "imitation": imitation,
    "thirds": thirds,
}
"""By name (see ``Style.counters``), what a second melody does."""
