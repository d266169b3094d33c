"""The instrument families: General MIDI programs, ranges, levels, and what each can do in a texture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One General MIDI program of a family, as it can be used."""

    program: int
    low: int
    """Lowest and highest MIDI pitch that sound like the instrument."""
    high: int
    gain_db: float
    """What brings it to the level of the others (measured on the bundled SoundFont, A-weighted)."""
    brightness: float
    """0 dark to 1 bright, from its spectral centroid."""
    roles: str
    """What it plays well: b bass, c chords, p pad, m melody."""


def _instruments(*rows: tuple[int, int, int, float, float, str]) -> tuple[Instrument, ...]:
    return tuple(
        Instrument(program=program, low=low, high=high, gain_db=gain_db, brightness=brightness, roles=roles)
        for program, low, high, gain_db, brightness, roles in rows
    )


FAMILIES: dict[str, tuple[Instrument, ...]] = {
    "acoustic guitar": _instruments((24, 40, 79, 0, 0.4, "cm"), (25, 40, 79, 2, 0.6, "cm")),
    "bass": _instruments(
        (32, 28, 55, 6, 0.2, "b"),
        (33, 28, 55, 2, 0.5, "b"),
        (34, 28, 55, 3, 0.6, "b"),
        (35, 28, 55, 3, 0.4, "b"),
        (36, 28, 55, 5, 0.5, "b"),
        (38, 28, 55, 4, 0.5, "b"),
        (39, 28, 55, 3, 0.5, "b"),
    ),
    "brass": _instruments(
        (56, 55, 82, -2, 0.8, "m"),
        (57, 40, 70, -1, 0.5, "mb"),
        (58, 29, 55, 4, 0.3, "b"),
        (59, 55, 80, 2, 0.9, "m"),
        (60, 43, 74, -6, 0.3, "mcp"),
        (61, 43, 79, 2, 0.8, "cmp"),
        (62, 43, 79, 0, 0.5, "cmp"),
    ),
    "electric guitar": _instruments(
        (26, 40, 79, 0, 0.4, "cm"),
        (27, 40, 81, 3, 0.8, "cm"),
        (28, 40, 76, 2, 0.5, "c"),
        (29, 40, 79, -2, 0.8, "cmp"),
        (30, 40, 79, -5, 0.9, "cmp"),
    ),
    "electric piano": _instruments((4, 36, 90, 0, 0.3, "cmpb"), (5, 36, 90, 2, 0.6, "cmpb")),
    "flute": _instruments(
        (72, 72, 98, 0, 0.6, "m"),
        (73, 60, 91, -1, 0.5, "m"),
        (74, 65, 91, 0, 0.5, "m"),
        (75, 60, 88, 0, 0.4, "mc"),
        (78, 67, 91, 1, 0.3, "m"),
        (79, 60, 86, -2, 0.3, "m"),
    ),
    "mallets": _instruments(
        (9, 72, 100, 2, 1.0, "m"),
        (11, 53, 89, -1, 0.3, "cmp"),
        (12, 45, 91, 6, 0.4, "cm"),
        (13, 60, 96, 6, 0.9, "mc"),
    ),
    "organ": _instruments(
        (16, 36, 91, 0, 0.4, "cpmb"),
        (17, 36, 91, 1, 0.4, "cpmb"),
        (18, 36, 91, 2, 0.6, "cpmb"),
        (19, 36, 91, -1, 0.9, "cpmb"),
        (20, 36, 91, -3, 0.8, "cpmb"),
    ),
    "piano": _instruments(
        (0, 28, 96, 2, 0.5, "cmb"), (1, 28, 96, 2, 0.7, "cmb"), (2, 28, 96, 1, 0.7, "cmb"), (3, 33, 96, 1, 0.6, "cm")
    ),
    "reed": _instruments(
        (64, 56, 85, -1, 0.9, "m"),
        (65, 49, 80, -1, 0.6, "mc"),
        (66, 44, 75, -2, 0.7, "mc"),
        (67, 36, 68, 1, 0.5, "mb"),
        (68, 58, 88, -3, 0.7, "m"),
        (69, 52, 80, -3, 0.5, "m"),
        (70, 34, 67, -2, 0.3, "mb"),
        (71, 50, 86, -3, 0.6, "mc"),
    ),
    "strings": _instruments(
        (40, 55, 93, -4, 0.7, "m"),
        (41, 48, 84, -4, 0.5, "m"),
        (42, 36, 72, -3, 0.3, "mb"),
        (43, 28, 52, 4, 0.2, "b"),
        (44, 48, 86, -1, 0.7, "pc"),
        (45, 43, 86, 4, 0.3, "cmb"),
        (48, 40, 88, 1, 0.4, "pcm"),
        (49, 40, 88, 4, 0.3, "pc"),
    ),
    "synth lead": _instruments(
        (80, 48, 88, -3, 0.6, "mc"),
        (81, 48, 88, -2, 0.8, "mc"),
        (82, 52, 88, -3, 0.4, "m"),
        (83, 52, 88, -1, 0.5, "m"),
        (84, 48, 84, -4, 0.9, "mc"),
        (87, 31, 79, -3, 0.5, "bm"),
    ),
    "synth pad": _instruments(
        (88, 40, 84, -1, 0.7, "pc"),
        (89, 36, 84, 6, 0.2, "pb"),
        (90, 40, 84, 2, 0.6, "pc"),
        (92, 43, 84, 2, 0.4, "p"),
        (94, 43, 84, 2, 0.5, "p"),
        (95, 40, 84, 6, 0.3, "p"),
    ),
}
"""By family, its programs."""

FAMILY_NAMES = tuple(FAMILIES)
"""The pitched families, sorted; ``drums`` and ``voice`` come on top of these."""

APTITUDE: dict[str, dict[str, float]] = {
    "acoustic guitar": {"b": 0.2, "c": 3, "p": 0.2, "m": 1},
    "bass": {"b": 200, "c": 0, "p": 0, "m": 0},
    "brass": {"b": 0.5, "c": 0.7, "p": 0.7, "m": 2},
    "electric guitar": {"b": 0.2, "c": 3, "p": 0.3, "m": 1.5},
    "electric piano": {"b": 0.6, "c": 3, "p": 0.7, "m": 0.7},
    "flute": {"b": 0, "c": 0.05, "p": 0, "m": 3},
    "mallets": {"b": 0, "c": 1.2, "p": 0.2, "m": 1.5},
    "organ": {"b": 0.8, "c": 2, "p": 2, "m": 0.6},
    "piano": {"b": 1.2, "c": 4, "p": 0, "m": 1},
    "reed": {"b": 0.6, "c": 0.2, "p": 0, "m": 3},
    "strings": {"b": 1, "c": 0.5, "p": 3, "m": 1.5},
    "synth lead": {"b": 0.7, "c": 0.5, "p": 0, "m": 3},
    "synth pad": {"b": 0.3, "c": 0.8, "p": 5, "m": 0},
}
"""How gladly a family takes a role (b bass, c chords, p pad, m melody); 0 is never unless nothing is left."""

VOICE_RANGES = {"low": (43, 60), "high": (60, 79)}
"""Lowest and highest MIDI pitch that are sung."""

KITS = (0, 8, 16, 24, 25, 32, 40, 48)
ORCHESTRA_KIT = 48

DRUMS: dict[str, int] = {
    "kick": 36,
    "kick2": 35,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "snare2": 40,
    "tom_low": 45,
    "closed": 42,
    "pedal": 44,
    "tom_mid": 47,
    "open": 46,
    "tom_high": 50,
    "crash": 49,
    "ride": 51,
    "bell": 53,
    "tambourine": 54,
    "splash": 55,
    "cowbell": 56,
    "bongo_high": 60,
    "bongo_low": 61,
    "conga_slap": 62,
    "conga_high": 63,
    "conga_low": 64,
    "cabasa": 69,
    "shaker": 70,
    "clave": 75,
    "triangle": 81,
}
"""General MIDI percussion; 81 is the open triangle."""

ORCHESTRA_SWAPS = {"closed": 54, "pedal": 54, "open": 81, "ride": 81, "bell": 81, "rim": 75, "clap": 39, "splash": 59}
"""The orchestral kit has timpani and cymbals where the others have hats and toms."""
