"""The design of the études: balanced levels, and no factor that tells of another."""

from collections import Counter
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import chi2_contingency, kstest

from earmark_benchmarks.etudes.design import FAMILY_NAMES, draw
from earmark_benchmarks.etudes.score import Factors

PIECES = 600
INDEPENDENT = 0.10  # bias-corrected V below which a table of 600 is taken for chance
LEANING = 0.25  # instruments may know their genre a little, as they do in the world
FAINT = 0.15  # the largest of a hundred tables, some of 24 rows, where chance alone reaches this
UNRELATED = 0.10  # correlation
SLICES = 4


@pytest.fixture(scope="module")
def factors() -> tuple[Factors, ...]:
    return draw(PIECES, seed=20)


def cramers_v(first: list[object], second: list[object]) -> float:
    """Cramér's V with the correction for bias of Bergsma (2013), over scipy's chi-square."""
    rows, columns = sorted(set(first), key=str), sorted(set(second), key=str)
    table = np.zeros((len(rows), len(columns)))
    for one, other in zip(first, second, strict=True):
        table[rows.index(one), columns.index(other)] += 1
    phi = chi2_contingency(table, correction=False).statistic / len(first)
    r, k, n = len(rows), len(columns), len(first)
    phi = max(0.0, phi - (r - 1) * (k - 1) / (n - 1))
    return float(np.sqrt(phi / min(r - (r - 1) ** 2 / (n - 1) - 1, k - (k - 1) ** 2 / (n - 1) - 1)))


def labels(factors: tuple[Factors, ...]) -> dict[str, list[object]]:
    """All categorical labels, and tempo and energy cut into slices."""
    names = ("genre", "era", "tonic", "mode", "vocal", "form")
    found: dict[str, list[object]] = {name: [getattr(one, name) for one in factors] for name in names}
    found["key"] = [(one.tonic, one.mode) for one in factors]
    found["size"] = [len(one.families) for one in factors]
    for name in ("tempo_bpm", "energy"):
        ranks = np.argsort(np.argsort([getattr(one, name) for one in factors]))
        found[name] = list(ranks * SLICES // len(factors))
    return found


def plays(factors: tuple[Factors, ...], family: str) -> list[object]:
    return [family in one.families for one in factors]


@pytest.mark.parametrize("name", ["genre", "era", "tonic", "mode", "vocal", "form", "key", "size"])
def test_every_level_comes_equally_often(factors: tuple[Factors, ...], name: str) -> None:
    counts = Counter(labels(factors)[name]).values()
    assert max(counts) - min(counts) <= (50 if name == "tonic" else 1)


def test_no_factor_tells_of_another(factors: tuple[Factors, ...]) -> None:
    found = labels(factors)
    derived = {frozenset(("key", "tonic")), frozenset(("key", "mode"))}
    tables = [pair for pair in combinations(found, 2) if frozenset(pair) not in derived]
    worst = max((cramers_v(found[one], found[other]), one, other) for one, other in tables)
    assert worst[0] < INDEPENDENT, worst


def test_families_lean_by_genre_only_a_little(factors: tuple[Factors, ...]) -> None:
    genres = labels(factors)["genre"]
    leans = [cramers_v(genres, plays(factors, family)) for family in FAMILY_NAMES]
    assert max(leans) < LEANING


def test_families_tell_of_nothing_but_the_genre(factors: tuple[Factors, ...]) -> None:
    found = labels(factors)
    del found["genre"], found["size"]
    tables = [(name, family) for name in found for family in FAMILY_NAMES]
    worst = max((cramers_v(found[name], plays(factors, family)), name, family) for name, family in tables)
    assert worst[0] < FAINT, worst


def test_drums_tell_of_nothing_but_the_genre(factors: tuple[Factors, ...]) -> None:
    found = labels(factors)
    del found["genre"]
    worst = max((cramers_v(found[name], [one.drums for one in factors]), name) for name in found)
    assert worst[0] < INDEPENDENT, worst


def test_families_are_equally_frequent_but_for_the_bass(factors: tuple[Factors, ...]) -> None:
    counts = Counter(family for one in factors for family in one.families)
    bass = counts.pop("bass")
    assert max(counts.values()) - min(counts.values()) <= 0.03 * PIECES
    assert bass > max(counts.values())


def test_two_to_four_families_play(factors: tuple[Factors, ...]) -> None:
    assert {len(set(one.families)) for one in factors} == {2, 3, 4}


def test_tempo_is_uniform_on_a_logarithmic_scale(factors: tuple[Factors, ...]) -> None:
    shares = np.log([one.tempo_bpm / 60 for one in factors]) / np.log(200 / 60)
    assert kstest(shares, "uniform").statistic < 2 / PIECES  # stratified: off by a slice or so


def test_tempo_and_energy_are_unrelated(factors: tuple[Factors, ...]) -> None:
    table: npt.NDArray[np.float64] = np.array([[one.tempo_bpm, one.energy] for one in factors])
    assert abs(np.corrcoef(np.log(table[:, 0]), table[:, 1])[0, 1]) < UNRELATED


def test_the_same_seed_draws_the_same() -> None:
    assert draw(50, seed=3) == draw(50, seed=3)


def test_another_seed_shares_no_material() -> None:
    seeds = [one.seed for split in range(5) for one in draw(200, seed=split)]
    assert len(set(seeds)) == len(seeds)


@pytest.mark.parametrize("count", [1, 2, 37])
def test_a_few_pieces_can_be_drawn_too(count: int) -> None:
    assert len(draw(count, seed=0)) == count


def test_nothing_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="ask for one or more"):
        draw(0, seed=0)
