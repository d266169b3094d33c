"""Drums: a groove, a fill at its end, a cymbal at its start; the orchestral kit has its own instruments."""

import numpy as np

from earmark_benchmarks.etudes.accompany import Ground
from earmark_benchmarks.etudes.chance import pick
from earmark_benchmarks.etudes.instruments import DRUMS, ORCHESTRA_KIT, ORCHESTRA_SWAPS
from earmark_benchmarks.etudes.rhythm import Event, keeps, repeat
from earmark_benchmarks.etudes.styles import Groove

FORCES = {"X": 10.0, "x": 0.0, "o": -14.0, "g": -30.0}
"""By token, velocity on top."""
STROKE = 0.2
"""Written length of every stroke, in beats."""
TIMPANI_LOWEST = 41
TUNED = {"tom_low": 0, "tom_mid": 7, "tom_high": 7}
"""Timpani stand for toms, on the tonic and the fifth (semitones above the tonic)."""
LEADING = {"kick", "kick2", "snare", "snare2", "clap", "rim"}
"""Drums whose beat is the groove: they are not thinned out."""


def drum_pitch(drum: str, kit: int, tonic: int) -> int:
    """Return the MIDI note of a drum on a kit; timpani are tuned to the tonic."""
    if kit != ORCHESTRA_KIT:
        return DRUMS[drum]
    if drum in TUNED:
        return TIMPANI_LOWEST + (tonic + TUNED[drum] - TIMPANI_LOWEST) % 12
    return ORCHESTRA_SWAPS.get(drum, DRUMS[drum])


def play_groove(rng: np.random.Generator, ground: Ground, groove: Groove, kit: int) -> list[Event]:
    """Read a groove from the start of a section to its end."""
    events = []
    for drum, pattern in groove.items():
        pitch = drum_pitch(drum, kit, ground.tonic)
        for hit in repeat(pattern, ground.beats_per_bar, ground.beats):
            density = max(ground.density, 0.3) if drum in LEADING else ground.density
            if keeps(rng, hit, ground.beat_s, density):
                events.append(Event(beat=hit.beat, length=STROKE, pitch=pitch, force=FORCES[hit.token]))
    return events


def with_fill(
    rng: np.random.Generator, events: list[Event], ground: Ground, fills: tuple[Groove, ...], kit: int
) -> list[Event]:
    """Put a fill in the place of the last bar (or of its second half)."""
    length = ground.beats_per_bar if rng.random() < 0.6 and ground.beat_s < 0.7 else ground.beats_per_bar // 2
    start = ground.beats - ground.beats_per_bar
    bar = Ground(
        spans=ground.spans,
        beats=ground.beats_per_bar,
        beats_per_bar=ground.beats_per_bar,
        beat_s=ground.beat_s,
        scale=ground.scale,
        tonic=ground.tonic,
        density=1.0,
    )
    fill = play_groove(rng, bar, pick(rng, fills), kit)
    kept = [event for event in events if event.beat < ground.beats - length - 1e-6]
    return kept + [
        Event(beat=start + event.beat, length=STROKE, pitch=event.pitch, force=event.force + 4)
        for event in fill
        if event.beat >= ground.beats_per_bar - length - 1e-6
    ]


def crash(kit: int, beat: float = 0.0) -> Event:
    """A cymbal on a beat."""
    return Event(beat=beat, length=1.0, pitch=drum_pitch("crash", kit, 0), force=6.0)
