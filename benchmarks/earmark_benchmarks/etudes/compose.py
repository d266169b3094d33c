"""From factors to a score: every decision on paper, then every note in seconds."""

from dataclasses import dataclass

import numpy as np

from earmark_benchmarks.etudes.arrange import arrange
from earmark_benchmarks.etudes.band import Player, gather
from earmark_benchmarks.etudes.chance import between, stream
from earmark_benchmarks.etudes.faders import evened
from earmark_benchmarks.etudes.form import Plan, Stretch, plan
from earmark_benchmarks.etudes.harmony import nearest, read_chord, voice
from earmark_benchmarks.etudes.material import Desk, Material, fill_shelf, write_material
from earmark_benchmarks.etudes.melody import vary
from earmark_benchmarks.etudes.mood import perform
from earmark_benchmarks.etudes.percussion import crash, drum_pitch, with_fill
from earmark_benchmarks.etudes.rhythm import Event
from earmark_benchmarks.etudes.score import Factors, Note, Part, Score, Section
from earmark_benchmarks.etudes.styles import STYLES

SHORTEST_NOTE_S, SHORTEST_STROKE_S = 0.11, 0.03
"""A pitched note is held at least so long, unless its pitch (or line) starts anew; past the second, it goes."""
STROKE_S = 0.12
"""How long a drum's key is held."""
FEWEST_NOTES = 16
"""A player with fewer comes in earlier than arranged."""
FILL_RATE, CRASH_RATE = 0.75, 0.55
STRAIGHTENING_BPM = 130.0
"""Past this tempo swing gets straighter, as players' does (Friberg & Sundström 2002)."""


def compose(factors: Factors) -> Score:
    """Write the étude that the factors ask for; the same factors give the same score."""
    style, performance = STYLES[factors.genre], perform(factors)
    layout, band = plan(factors, style), gather(factors, style, performance)
    desk = Desk(
        factors=factors,
        style=style,
        performance=performance,
        plan=layout,
        band=band,
        arrangement=arrange(layout, band, factors.seed),
        shelf=fill_shelf(factors, style, performance.density),
    )
    takes = _take(desk, write_material(desk))
    clock = _clock(desk)
    parts = tuple(
        _part(player, _sound(np.random.default_rng([factors.seed, 200 + place]), desk, clock, (player, take)))
        for place, (player, take) in enumerate(zip(band, takes, strict=True))
    )
    return _score(desk, evened([part for part in parts if part.notes]))


def _score(desk: Desk, parts: tuple[Part, ...]) -> Score:
    layout = desk.plan
    duration_s = layout.at(layout.beats) + layout.tail_s
    first_s = min(note.start_s for part in parts for note in part.notes)
    starts = [first_s, *(layout.at(stretch.start) for stretch in layout.stretches[1:]), duration_s]
    sections = tuple(
        Section(start_s=start, end_s=end, label=stretch.label)
        for start, end, stretch in zip(starts, starts[1:], layout.stretches, strict=False)
    )
    return Score(
        factors=desk.factors,
        parts=parts,
        sections=sections,
        duration_s=duration_s,
        valence=desk.performance.valence,
        arousal=desk.performance.arousal,
        loudness=desk.performance.loudness,
        brightness=desk.performance.tilt,
    )


def _part(player: Player, notes: tuple[Note, ...]) -> Part:
    return Part(
        role=player.role,
        family=player.family,
        program=player.program,
        notes=notes,
        gain_db=player.gain_db,
    )


def _take(desk: Desk, materials: dict[str, Material]) -> list[list[Event]]:
    """Play through the plan: events of each player in beats of the whole piece."""
    rng = stream(desk.factors.seed, "variation")
    takes: list[list[Event]] = [[] for _ in desk.band]
    for stretch, playing in zip(desk.plan.stretches, _heard(desk, materials), strict=True):
        material = materials[stretch.label]
        for place in sorted(playing):
            events = _played(rng, desk, stretch, material, place)
            takes[place] += [
                Event(
                    beat=stretch.start + event.beat,
                    length=event.length,
                    pitch=event.pitch,
                    force=event.force + material.level,
                )
                for event in events
            ]
    return takes


def _heard(desk: Desk, materials: dict[str, Material]) -> list[set[int]]:
    """Who plays, stretch by stretch: who would have too few notes comes in earlier."""
    playing = [set(places) for places in desk.arrangement.playing]
    for place, player in enumerate(desk.band):
        notes = [len(materials[stretch.label].events[place]) for stretch in desk.plan.stretches]
        for index in sorted(range(len(notes)), key=lambda index: -notes[index]):
            heard = sum(count for count, places in zip(notes, playing, strict=True) if place in places)
            if heard < FEWEST_NOTES and player.seat != "voice":
                playing[index].add(place)
    return playing


def _played(rng: np.random.Generator, desk: Desk, stretch: Stretch, material: Material, place: int) -> list[Event]:
    """The material of one player as it is played this time."""
    player, events = desk.band[place], material.events[place]
    if player.seat == "drums":
        if not stretch.last and rng.random() < FILL_RATE:
            events = with_fill(rng, events, material.ground, desk.style.fills, player.program)
        if stretch.start and material.level > -4 and rng.random() < CRASH_RATE * (1 + desk.factors.energy) / 1.5:
            events = [crash(player.program), *events]
    elif stretch.recurrence and player.seat in {"voice", "melody", "counter"}:
        events = vary(rng, events, material.ground)
    return _closed(desk, events, stretch, player) if stretch.last else events


def _closed(desk: Desk, events: list[Event], stretch: Stretch, player: Player) -> list[Event]:
    """Put the final chord in the place of the last bar, or of half a section of one bar."""
    length = min(desk.plan.beats_per_bar, stretch.beats / 2)
    start = stretch.beats - length
    kept = [
        Event(beat=event.beat, length=min(event.length, start - event.beat), pitch=event.pitch, force=event.force)
        for event in events
        if event.beat < start - 1e-6
    ]
    ringing = length + desk.plan.tail_s * 0.6 / desk.plan.beat_s
    return kept + [Event(beat=start, length=ringing, pitch=pitch, force=4) for pitch in _final(desk, player)]


def _final(desk: Desk, player: Player) -> tuple[int, ...]:
    tonic = desk.factors.tonic
    chord = read_chord("I" if desk.factors.mode == "major" else "i", tonic)
    if player.seat == "drums":
        return (drum_pitch("kick", player.program, tonic), drum_pitch("crash", player.program, tonic))
    if player.seat == "bass":
        return (nearest(frozenset({tonic}), player.low + 7, player.low, player.high),)
    if player.seat in {"chords", "pad", "figures"} and player.chordal:
        return voice(chord, (), player.low, player.high, size=3, shape="close")
    return (nearest(chord.classes, (player.low + player.high) / 2, player.low, player.high),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Turns beats into seconds with the swing of the étude."""

    plan: Plan
    unit: float
    share: float

    def at(self, beat: float) -> float:
        """Time of a beat in seconds; the first of each pair of swinging notes takes `share` of the pair."""
        pair = 2 * self.unit
        start, inside = beat // pair * pair, beat % pair
        if inside < self.unit:
            return self.plan.at(start + inside * 2 * self.share)
        return self.plan.at(start + pair * self.share + (inside - self.unit) * 2 * (1 - self.share))


def _clock(desk: Desk) -> Clock:
    rng = stream(desk.factors.seed, "timing")
    share = between(rng, *desk.style.swing)
    ease = min(1.0, STRAIGHTENING_BPM / desk.factors.tempo_bpm)
    return Clock(plan=desk.plan, unit=desk.style.swing_unit, share=0.5 + (share - 0.5) * ease)


def _sound(rng: np.random.Generator, desk: Desk, clock: Clock, take: tuple[Player, list[Event]]) -> tuple[Note, ...]:
    """Notes in seconds as a person plays them: a little early or late, louder or softer."""
    player, events = take
    events = sorted(events, key=lambda event: (event.beat, event.pitch))
    late = np.clip(rng.normal(size=len(events)), -2.5, 2.5) * between(rng, *desk.style.looseness_s)
    touch = rng.normal(scale=4.0, size=len(events))
    end_s = clock.plan.at(clock.plan.beats) + clock.plan.tail_s
    notes = []
    for event, lateness, weight in zip(events, late.tolist(), touch.tolist(), strict=True):
        start_s = max(clock.plan.lead_in_s, clock.at(event.beat) + lateness)
        held_s = (clock.at(event.end) - clock.at(event.beat)) * _gate(desk, player, event)
        stop_s = min(start_s + max(held_s, SHORTEST_NOTE_S), end_s)
        velocity = round(min(122.0, max(22.0, desk.performance.beat_force + event.force + weight)))
        notes.append(Note(start_s=start_s, end_s=stop_s, pitch=event.pitch, velocity=velocity))
    return _tidy(notes, single=player.seat == "voice" or not player.chordal)


def _gate(desk: Desk, player: Player, event: Event) -> float:
    if player.seat == "drums":
        return STROKE_S / (event.length * desk.plan.beat_s)
    if player.seat in {"pad", "voice"}:
        return 0.98
    gate = min(1.3, desk.performance.gate * desk.style.touch)
    return max(gate, 0.85) if event.length * desk.plan.beat_s > 1.0 else gate


def _tidy(notes: list[Note], single: bool) -> tuple[Note, ...]:
    """End each note before its pitch (or, in a single line, any pitch) starts again; drop doubled ones."""
    found: list[Note] = []
    following: dict[int, float] = {}
    for note in sorted(notes, key=lambda note: (-note.start_s, note.pitch)):
        key = 0 if single else note.pitch
        end_s = min(note.end_s, following.get(key, np.inf))
        if end_s - note.start_s >= SHORTEST_STROKE_S:
            found.append(Note(start_s=note.start_s, end_s=end_s, pitch=note.pitch, velocity=note.velocity))
            following[key] = note.start_s - 0.004
    return tuple(reversed(found))
