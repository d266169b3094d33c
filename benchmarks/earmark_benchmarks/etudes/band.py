"""Who plays: each labelled family gets a seat in the texture, a program, a register and a level."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from earmark_benchmarks.etudes.chance import between, pick, pick_weighted, shuffled, stream
from earmark_benchmarks.etudes.instruments import APTITUDE, FAMILIES, KITS, VOICE_RANGES, Instrument
from earmark_benchmarks.etudes.mood import Performance
from earmark_benchmarks.etudes.score import Factors
from earmark_benchmarks.etudes.styles import Style

SEATS: dict[str, tuple[str, str, int, int, float]] = {
    "bass": ("bass", "b", 31, 50, 2.0),
    "chords": ("chords", "c", 50, 72, -1.5),
    "melody": ("melody", "m", 62, 82, 1.0),
    "pad": ("pad", "p", 52, 74, -1.5),
    "counter": ("counter", "m", 55, 76, -1.0),
    "figures": ("chords", "c", 60, 84, -1.5),
}
"""By seat: role in the score, aptitude it takes, lowest and highest pitch, trim in dB."""
FIRST_SEATS = ("bass", "chords", "melody")
FURTHER_SEATS = ("pad", "counter", "figures")
PROGRAM_LIKING = 12.0
"""How much likelier a program is where the style likes it."""
VOICE_PROGRAM = 52  # choir aahs: for those who render the voice as MIDI too
STRAY_KIT = 0.1
"""Share of pieces whose kit is any of them rather than one of the style's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One member of the band: a seat, an instrument and the range it keeps to."""

    seat: str
    role: str
    family: str
    program: int
    low: int
    high: int
    lowest: int
    """Lowest pitch of the instrument; `low` to `high` is where the seat keeps to."""
    gain_db: float
    chordal: bool = True
    """Whether it can play several notes at once."""


def gather(factors: Factors, style: Style, performance: Performance) -> tuple[Player, ...]:
    """Seat the families of an étude, and add the voice and the drums where there are any."""
    rng = stream(factors.seed, "band")
    seats = _seats(rng, factors.families)
    players = [
        _player(rng, seat, family, style=style, performance=performance)
        for seat, family in zip(seats, _assign(rng, seats, factors.families), strict=True)
    ]
    if factors.vocal in VOICE_RANGES:
        players.append(_singer(rng, factors.vocal))
    if factors.drums:
        players.append(_drummer(rng, style, performance))
    return tuple(players)


def _seats(rng: np.random.Generator, families: tuple[str, ...]) -> tuple[str, ...]:
    """One seat a family: two play a melody over chords, or over the bass where there is one."""
    if len(families) == 2:
        return ("bass" if "bass" in families else "chords", "melody")
    further = shuffled(rng, FURTHER_SEATS)
    return FIRST_SEATS + tuple(further[index % 3] for index in range(len(families) - len(FIRST_SEATS)))


def _assign(rng: np.random.Generator, seats: tuple[str, ...], families: tuple[str, ...]) -> list[str]:
    """Families in the order of seats: the likeliest seating under aptitudes with Gumbel noise."""
    apt = np.array([[APTITUDE[family][SEATS[seat][1]] for family in families] for seat in seats])
    worth = np.log(apt + 1e-3) + rng.gumbel(scale=0.6, size=apt.shape)
    _, columns = linear_sum_assignment(worth, maximize=True)
    return [families[column] for column in columns]


def _player(rng: np.random.Generator, seat: str, family: str, *, style: Style, performance: Performance) -> Player:
    role, letter, low, high, trim_db = SEATS[seat]
    instrument = _instrument(rng, family, letter, style=style, brightness=performance.tilt)
    lift = 0 if letter == "b" else round(9 * performance.register + between(rng, -2, 2))
    low, high = _window(low + lift, high + lift, instrument)
    return Player(
        seat=seat,
        role=role,
        family=family,
        program=instrument.program,
        low=low,
        high=high,
        lowest=instrument.low,
        gain_db=instrument.gain_db + trim_db + style.mix.get(seat, 0.0) + between(rng, -1.5, 1.5),
        chordal="c" in instrument.roles or "p" in instrument.roles,
    )


def _instrument(rng: np.random.Generator, family: str, letter: str, *, style: Style, brightness: float) -> Instrument:
    """Draw a program of the family that suits the seat; bright playing likes bright programs."""
    able = [one for one in FAMILIES[family] if letter in one.roles] or list(FAMILIES[family])
    aim = 0.5 + 0.45 * brightness
    liked = style.programs.get(family, ())
    weights = [
        float(np.exp(-3.5 * abs(one.brightness - aim))) * (PROGRAM_LIKING if one.program in liked else 1.0)
        for one in able
    ]
    return pick_weighted(rng, able, weights)


def _window(low: int, high: int, instrument: Instrument) -> tuple[int, int]:
    """Slide a register into the range of the instrument."""
    low = int(np.clip(low, instrument.low, max(instrument.low, instrument.high - (high - low))))
    return low, min(instrument.high, max(high, low + 14))


def _singer(rng: np.random.Generator, vocal: str) -> Player:
    low, high = VOICE_RANGES[vocal]
    shift = int(rng.integers(0, 4))
    return Player(
        seat="voice",
        role="voice",
        family="voice",
        program=VOICE_PROGRAM,
        low=low + shift,
        high=min(high, low + shift + 15),
        lowest=low + shift,
        gain_db=2.0 + between(rng, -1.0, 1.0),
        chordal=False,
    )


def _drummer(rng: np.random.Generator, style: Style, performance: Performance) -> Player:
    kit = pick(rng, KITS) if rng.random() < STRAY_KIT else pick(rng, style.kits)
    return Player(
        seat="drums",
        role="drums",
        family="drums",
        program=kit,
        low=27,
        high=87,
        lowest=27,
        gain_db=between(rng, 1.0, 5.0) + style.mix.get("drums", 0.0) + 4.0 * performance.loudness,
    )
