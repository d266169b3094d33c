"""The record that describes a genre: what its players have in their hands, as tables of patterns."""

from dataclasses import dataclass, field

Groove = dict[str, str]
"""By drum (see ``instruments.DRUMS``), a pattern (see ``rhythm``): X accent, x stroke, o soft, g ghost."""
Progressions = dict[str, tuple[str, ...]]
"""By mode, progressions in Roman numerals (see ``harmony``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One genre: rhythm, harmony and playing; nothing here fixes key, tempo, voice, era or instruments."""

    name: str
    meters: tuple[int, ...] = (4,)
    """Beats in a bar to choose from."""
    swing_unit: float = 0.5
    """Length in beats of the notes that swing."""
    swing: tuple[float, float] = (0.5, 0.5)
    """Range of the share of a pair that its first note takes; 0.5 is straight."""
    looseness_s: tuple[float, float] = (0.004, 0.010)
    """Range of the standard deviation of onsets."""
    chord_s: tuple[float, float] = (1.3, 2.6)
    """Range of how long a chord lasts."""
    openings: Progressions
    """First sections: they start on the tonic."""
    departures: Progressions
    """Contrasting sections."""
    endings: Progressions
    """What leads back to the tonic at the end of a section; an empty one means that the loop goes on."""
    grooves: tuple[Groove, ...]
    fills: tuple[Groove, ...]
    """The last beats of a section, one bar each."""
    drum_rate: float
    """Share of pieces with drums."""
    kits: tuple[int, ...]
    """Drum kits that the style likes; any other may come."""
    basses: tuple[str, ...]
    """Bass lines: 1 3 5 7 8 chord tones, w a step towards the next root, a its neighbour."""
    comps: tuple[str, ...]
    """Chord playing: x chord, X accent, b root below, 1 to 6 tones of the chord from below."""
    voicings: tuple[str, ...]
    """Shapes of chords (see ``harmony.SHAPES``)."""
    rhythms: tuple[str, ...]
    """Bars of melody."""
    counters: tuple[str, ...]
    """What a second melody does: answer, line, riff, imitation or thirds."""
    tone: tuple[float, float, float]
    """Lows, middle and highs of its records, in dB against a neutral mix."""
    scales: tuple[str, ...] = ("diatonic",)
    """Melodic scales to choose from: diatonic or pentatonic."""
    leap: float = 0.25
    """Share of melodic steps that are wider than a second."""
    touch: float = 1.0
    """How long notes are held against the usual: below 1 short, above 1 overlapping."""
    mix: dict[str, float] = field(default_factory=dict)
    """By seat in the band, dB on top."""
    programs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """By family, programs that the style likes (mostly)."""
    leaning: tuple[str, ...] = ()
    """Families that come a little more often."""
