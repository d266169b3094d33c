"""Who plays in which section: contrast between labels, growth on repeats, and everybody heard enough."""

from dataclasses import dataclass

import numpy as np

from earmark_benchmarks.etudes.band import Player
from earmark_benchmarks.etudes.chance import pick, shuffled, stream
from earmark_benchmarks.etudes.form import Plan

SMALLEST_SHARE = 0.5
"""Every player is heard in at least this share of the music."""
SUNG_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """What a label means: its harmony, how loud it is against the rest, how many play."""

    harmony: tuple[str, int]
    """``openings`` or ``departures`` of the style, and which one of the shuffled."""
    level: tuple[float, float]
    """Range of velocity on top."""
    fullness: float
    """Chance of each player who is not needed."""
    sung: float = 0.9


CHARACTERS: dict[str, Character] = {
    "A": Character(harmony=("openings", 0), level=(-3, 3), fullness=0.7),
    "B": Character(harmony=("departures", 0), level=(-14, 14), fullness=0.6, sung=0.7),
    "C": Character(harmony=("departures", 1), level=(-14, 14), fullness=0.5, sung=0.6),
    "intro": Character(harmony=("openings", 1), level=(-14, -4), fullness=0.25, sung=0.15),
    "verse": Character(harmony=("openings", 0), level=(-6, 0), fullness=0.5),
    "chorus": Character(harmony=("departures", 0), level=(5, 13), fullness=0.95),
    "bridge": Character(harmony=("departures", 1), level=(-16, 4), fullness=0.45, sung=0.5),
    "outro": Character(harmony=("openings", 2), level=(-14, -2), fullness=0.4, sung=0.25),
}
"""By label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Sets of players (their places in the band) by stretch of the plan, and who leads by label."""

    playing: tuple[frozenset[int], ...]
    leader: dict[str, int]


def arrange(plan: Plan, band: tuple[Player, ...], seed: int) -> Arrangement:
    """Decide who plays and who leads, section by section."""
    rng = stream(seed, "arrangement")
    sung = _sung_labels(rng, plan, band)
    leader = {label: _leader(rng, band, label in sung) for label in plan.labels}
    by_label = {label: _players_of(rng, label, band, leader[label]) for label in plan.labels}
    for place, player in enumerate(band):
        _ensure_share(plan, by_label, place, sung if player.seat == "voice" else None)
    _ensure_contrast(rng, plan, band, by_label)
    return Arrangement(playing=_by_stretch(rng, plan, band, by_label), leader=leader)


def _sung_labels(rng: np.random.Generator, plan: Plan, band: tuple[Player, ...]) -> set[str]:
    if all(player.seat != "voice" for player in band):
        return set()
    sung = {label for label in plan.labels if rng.random() < CHARACTERS[label].sung}
    for label in sorted(plan.labels, key=lambda label: -CHARACTERS[label].sung * plan.share({label})):
        if plan.share(sung) < SUNG_SHARE:
            sung.add(label)
    return sung


def _leader(rng: np.random.Generator, band: tuple[Player, ...], sung: bool) -> int:
    seats = {player.seat: place for place, player in enumerate(band)}
    if sung:
        return seats["voice"]
    second = seats.get("counter")
    return second if second is not None and rng.random() < 0.35 else seats.get("melody", 0)


def _players_of(rng: np.random.Generator, label: str, band: tuple[Player, ...], leader: int) -> set[int]:
    fullness = CHARACTERS[label].fullness
    needed = {"chords": 1.0, "bass": 0.5 + fullness / 2, "drums": 0.45 + fullness * 0.6, "voice": 0.0}
    playing = {place for place, player in enumerate(band) if rng.random() < needed.get(player.seat, fullness)}
    return playing | {leader}


def _ensure_share(plan: Plan, by_label: dict[str, set[int]], place: int, allowed: set[str] | None) -> None:
    """Add a player to the fullest labels until it is heard enough; the voice only where it is sung."""
    if allowed is not None:
        for label, playing in by_label.items():
            (playing.add if label in allowed else playing.discard)(place)
        return
    for label in sorted(plan.labels, key=lambda label: -CHARACTERS[label].fullness):
        if plan.share({name for name, playing in by_label.items() if place in playing}) >= SMALLEST_SHARE:
            return
        by_label[label].add(place)


def _ensure_contrast(
    rng: np.random.Generator, plan: Plan, band: tuple[Player, ...], by_label: dict[str, set[int]]
) -> None:
    """Where two labels have the same players, take one who can be spared out of one of them."""
    spare = [
        place for place, player in enumerate(band) if player.seat in {"pad", "figures", "counter", "bass", "drums"}
    ]
    for earlier, later in zip(plan.labels, plan.labels[1:], strict=False):
        if by_label[earlier] != by_label[later]:
            continue
        for place in shuffled(rng, spare):
            label = pick(rng, (earlier, later))
            others = {name for name, playing in by_label.items() if place in playing} - {label}
            if plan.share(others) >= SMALLEST_SHARE:
                by_label[label].discard(place)
                break


def _by_stretch(
    rng: np.random.Generator, plan: Plan, band: tuple[Player, ...], by_label: dict[str, set[int]]
) -> tuple[frozenset[int], ...]:
    """Let one more player in on some of the repeats."""
    found = []
    for stretch in plan.stretches:
        playing = set(by_label[stretch.label])
        waiting = [place for place, player in enumerate(band) if place not in playing and player.seat != "voice"]
        if stretch.recurrence and waiting and rng.random() < 0.4:
            playing.add(pick(rng, waiting))
        found.append(frozenset(playing))
    return tuple(found)
