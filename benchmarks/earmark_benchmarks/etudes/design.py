"""What every étude is asked to be: a balanced design in which no factor tells of another.

Each categorical factor is a shuffled deck in which every level comes equally often (±1); tempo and energy are
stratified, one number from each of `count` slices of their range. A factor is shuffled DEALS times, and the
order is kept whose largest association with the factors dealt before (chi-square per degree of freedom) is
smallest. Families lean by genre a little, as in the world: LEAN times likelier where the genre likes them;
drums play in as many pieces of a genre as its style says. Both are the best of several draws against the rest.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from earmark_benchmarks.etudes.eras import ERA_NAMES
from earmark_benchmarks.etudes.form import FORMS
from earmark_benchmarks.etudes.instruments import FAMILY_NAMES
from earmark_benchmarks.etudes.mood import FASTEST_BPM, SLOWEST_BPM
from earmark_benchmarks.etudes.score import Factors
from earmark_benchmarks.etudes.styles import GENRES, STYLES

Codes = npt.NDArray[np.int64]
"""Levels as numbers [pieces]."""

VOCALS = ("none", "low", "high")
MODES = ("major", "minor")
SIZES = (2, 3, 4)
"""How many pitched families play."""
BASS_SHARE = 1.6
"""How much more often a bass is asked for than any other family."""
LEAN = 1.55
"""How much likelier a family is in the genres that like it."""
DEALS = 40
SLICES = 6
"""Into how many equal parts tempo and energy are cut to measure association."""


def draw(count: int, seed: int) -> tuple[Factors, ...]:
    """Draw `count` études; another seed gives other material: no two études share theirs.

    Raises ValueError when there is nothing to draw.
    """
    if count < 1:
        raise ValueError(f"{count} études were asked for; ask for one or more.")
    rng = np.random.default_rng([seed, 0xE7])
    seeds = [int(number) for number in rng.integers(0, 2**62, size=count)]
    dealt: list[Codes] = []
    key = _deal(rng, _deck(rng, 12 * len(MODES), count), dealt)
    mode, tonic = key // 12, key % 12
    dealt += [mode, tonic]
    decks = (GENRES, ERA_NAMES, VOCALS, tuple(FORMS), SIZES)
    genre, era, vocal, form, size = (_deal(rng, _deck(rng, len(deck), count), dealt) for deck in decks)
    tempo, energy = (_deal_strata(rng, count, dealt) for _ in range(2))
    free = (key, mode, tonic, era, vocal, form, *dealt[-2:])  # tempo and energy in slices; genre and size may tell
    plays = _families(rng, genre, size, free)
    drums = _drums(rng, genre, (*free, size))
    return tuple(
        Factors(
            genre=GENRES[genre[index]],
            era=ERA_NAMES[era[index]],
            tonic=int(tonic[index]),
            mode=MODES[mode[index]],
            tempo_bpm=float(SLOWEST_BPM * (FASTEST_BPM / SLOWEST_BPM) ** tempo[index]),
            families=tuple(name for name, playing in zip(FAMILY_NAMES, plays[index], strict=True) if playing),
            drums=bool(drums[index]),
            vocal=VOCALS[vocal[index]],
            form=tuple(FORMS)[form[index]],
            energy=float(energy[index]),
            seed=seeds[index],
        )
        for index in range(count)
    )


def _deck(rng: np.random.Generator, levels: int, count: int) -> Codes:
    """All levels equally often; which of them come once more is chance."""
    return rng.permutation(levels)[np.arange(count) % levels]


def _deal(rng: np.random.Generator, deck: Codes, dealt: list[Codes], grain: int = 1) -> Codes:
    """Shuffle a deck until, cut by `grain`, it tells least of those dealt before; lay it with them."""
    best = min((rng.permutation(deck) for _ in range(DEALS)), key=lambda order: _association(order // grain, dealt))
    dealt.append(best // grain)
    return best


def _deal_strata(rng: np.random.Generator, count: int, dealt: list[Codes]) -> npt.NDArray[np.float64]:
    """Return one number from each of `count` equal slices of 0..1, in an order that tells of nothing."""
    order = _deal(rng, np.arange(count), dealt, grain=-(-count // SLICES))
    return (order + rng.random(count)) / count


def _association(codes: Codes, dealt: Sequence[Codes]) -> float:
    """Return the largest excess of chi-square over its degrees of freedom, in standard deviations."""
    return max((_excess(codes, other) for other in dealt), default=0.0)


def _excess(first: Codes, second: Codes) -> float:
    rows, columns = int(first.max()) + 1, int(second.max()) + 1
    table = np.bincount(first * columns + second, minlength=rows * columns).reshape(rows, columns)
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / len(first)
    chi_square = float((np.square(table - expected) / np.maximum(expected, 1e-9)).sum())
    freedom = max(1, (rows - 1) * (columns - 1))
    return (chi_square - freedom) / float(np.sqrt(2 * freedom))


def _drums(rng: np.random.Generator, genre: Codes, others: Sequence[Codes]) -> npt.NDArray[np.bool_]:
    """Where drums play [pieces]: the draw that tells least of `others`."""
    draws = [_draw_drums(rng, genre) for _ in range(DEALS)]
    return min(draws, key=lambda plays: _association(plays.astype(np.int64), others))


def _draw_drums(rng: np.random.Generator, genre: Codes) -> npt.NDArray[np.bool_]:
    """Where drums play [pieces]: in each genre as often as its style says, to the nearest piece."""
    plays = np.zeros(len(genre), dtype=bool)
    for code, style in enumerate(GENRES):
        pieces = rng.permutation(np.flatnonzero(genre == code))
        plays[pieces[: round(STYLES[style].drum_rate * len(pieces))]] = True
    return plays


def _families(rng: np.random.Generator, genre: Codes, size: Codes, others: Sequence[Codes]) -> npt.NDArray[np.bool_]:
    """Who plays where [pieces, families]: the draw that tells least of `others`."""
    draws = [_draw_families(rng, genre, size) for _ in range(DEALS)]
    return min(draws, key=lambda plays: max(_association(column.astype(np.int64), others) for column in plays.T))


def _draw_families(rng: np.random.Generator, genre: Codes, size: Codes) -> npt.NDArray[np.bool_]:
    """Fill the seats piece by piece; a family is likelier the more of its quota is left."""
    wanted = size + SIZES[0]
    shares = np.array([BASS_SHARE if name == "bass" else 1.0 for name in FAMILY_NAMES])
    left = shares / shares.sum() * wanted.sum()
    liking = np.array([[LEAN if name in STYLES[style].leaning else 1.0 for name in FAMILY_NAMES] for style in GENRES])
    luck = np.log(liking)[genre] + rng.gumbel(size=(len(genre), len(left)))
    plays = np.zeros(luck.shape, dtype=bool)
    for piece in rng.permutation(len(genre)):
        worth = 2 * np.log(np.maximum(left, 0.05)) + luck[piece]
        chosen = np.argsort(-worth)[: wanted[piece]]
        plays[piece, chosen] = True
        left[chosen] -= 1
    return plays
