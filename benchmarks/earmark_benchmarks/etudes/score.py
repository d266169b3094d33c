"""The written étude: what is played, when, and every label that follows from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note: onset and end in seconds, MIDI pitch, MIDI velocity 1..127."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One player: a General MIDI program (or drum kit) and its notes."""

    role: str
    """What it does in the texture: melody, chords, pad, bass, drums, counter or voice."""
    family: str
    """The instrument family that is labelled, such as ``strings``; ``voice`` and ``drums`` included."""
    program: int
    """General MIDI program 0..127; for drums the number of the kit (0, 8, 16, 24, 25, 32, 40, 48)."""
    notes: tuple[Note, ...]
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the form: from `start_s` to `end_s`, called `label`."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What the design asks of one étude; all but the last line vary independently."""

    genre: str
    era: str
    tonic: int
    """Pitch class 0..11, C is 0."""
    mode: str
    """major or minor."""
    tempo_bpm: float
    families: tuple[str, ...]
    """Pitched instrument families that play, sorted."""
    drums: bool
    """Whether drums play."""
    vocal: str
    """none, low or high."""
    form: str
    """The plan of sections, such as ``AABA``."""
    energy: float
    """0..1: loud, dense, bright and short against soft, sparse, dark and long; the larger part of arousal."""
    seed: int
    """Material, timbre variant, room and performance follow from this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A whole étude on paper."""

    factors: Factors
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    duration_s: float
    valence: float
    """-1..1."""
    arousal: float
    """-1..1."""
    loudness: float = 0.0
    """How hard it is played, -1 to 1."""
    brightness: float = 0.0
    """-1..1: how dark or bright it is played, loud playing being brighter; for a spectral tilt of the stems."""
