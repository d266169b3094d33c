"""The gate as a whole on simulated results: how often it fails without reason, and how often it finds a reason.

Every pair of results answers eight tasks about 60 or 100 tracks; how hard a track is to answer, its group decides.
"""

import math
import sys
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from earmark.gate import Terms, Verdict, gate
from earmark.target import Label, Target

TASKS = 8
PAIRS = 1000
FEWER = 300
RESAMPLES = 300
"""They give the standard error to 4 %, which moves the level of a test by less than a tenth."""
LEVEL = 0.05
ERRORS = 3
"""Standard errors of a share that a simulation may stray: it does so by chance in 1 of 370."""
LOST, WON = 0.2, 0.1
"""Of what OLD answers rightly NEW loses so much, and of the rest it wins so much: where a drop is planted."""
RIGHT = 0.8
DROP = RIGHT * LOST - (1 - RIGHT) * WON


def stray(share: float, of: int) -> float:
    return ERRORS * math.sqrt(share * (1 - share) / of)


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same few labels are read a million times: remember them."""
    answered = sys.modules["earmark.recount.answered"]  # the package's name for it is the function
    read = answered.label_of
    known: dict[tuple[Target, str], Label] = {}

    def label_of(target: Target, text: str, *, where: str) -> Label:
        if (target, text) not in known:
            known[target, text] = read(target, text, where=where)
        return known[target, text]

    monkeypatch.setattr(answered, "label_of", label_of)


@pytest.fixture(autouse=True)
def blame_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is to blame decides nothing, and takes a quarter of the time."""
    for changes in ("class_changes", "track_changes"):
        monkeypatch.setattr(f"earmark.compare.main.{changes}", lambda *_: [])


Simulate = Callable[..., Iterator[Verdict]]


@pytest.fixture
def simulate(make_result) -> Simulate:
    """Gates pairs of results, of which the second is drawn from the answers of the first."""

    def pairs(
        count: int, change: Callable, groups: int, *, per_group: int, terms: Terms, seed: int
    ) -> Iterator[Verdict]:
        random = np.random.default_rng(seed)
        for _ in range(count):
            chances = np.repeat(random.uniform(2 * RIGHT - 1, 1, (TASKS, groups)), per_group, axis=1)
            old = random.random(chances.shape) < chances
            new = change(random, old, chances)
            sides = [{f"task-{i}": row.tolist() for i, row in enumerate(side)} for side in (old, new)]
            results = [make_result(side, version=str(i), per_group=per_group) for i, side in enumerate(sides)]
            yield gate(results[1], results[0], terms, resamples=RESAMPLES)

    return pairs


def as_good(random: np.random.Generator, old: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Every track answered anew, with the same chance."""
    return random.random(chances.shape) < chances


def worse_at_one(random: np.random.Generator, old: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """The first task loses DROP, all others are answered as before but for a few tracks that change sides."""
    lost, won = np.full((TASKS, 1), 0.05), np.full((TASKS, 1), 0.05 * RIGHT / (1 - RIGHT))
    lost[0], won[0] = LOST, WON
    drawn = random.random(chances.shape)
    return np.where(old, drawn >= lost, drawn < won)


def test_without_a_difference_the_whole_gate_keeps_its_level(simulate):
    found = list(simulate(PAIRS, as_good, 30, per_group=2, terms=Terms(), seed=1))
    clear = [any(one.reason in ("worse", "better") for one in verdict.judged) for verdict in found]
    failed = [not verdict.passed for verdict in found]
    print(f"failed {np.mean(failed):.4f}, clear either way {np.mean(clear):.4f}")  # noqa: T201 - shown by -s
    assert np.mean(clear) <= LEVEL + stray(LEVEL, PAIRS)
    assert np.mean(failed) <= LEVEL / 2 + stray(LEVEL / 2, PAIRS)  # half of the false alarms are gains
    assert np.mean(clear) >= LEVEL / 5  # a gate that never says anything keeps its level too


def test_a_planted_drop_is_found_as_often_as_the_record_says(simulate):
    found = list(simulate(FEWER, worse_at_one, 100, per_group=1, terms=Terms(smallest=DROP), seed=2))
    failed = np.mean([verdict.judged[0].reason == "worse" for verdict in found])
    stated = np.mean([verdict.judged[0].compared.power for verdict in found])
    print(f"found {failed:.3f}, stated {stated:.3f}")  # noqa: T201 - shown by -s
    assert failed == pytest.approx(stated, abs=stray(stated, FEWER))
    assert stated > 0.5


def test_a_drop_of_half_the_allowance_fails_seldom(simulate):
    terms = Terms(allowances={"task-0": -2 * DROP})
    failed = np.mean([not v.passed for v in simulate(FEWER // 2, worse_at_one, 100, per_group=1, terms=terms, seed=3)])
    print(f"failed {failed:.3f}")  # noqa: T201 - shown by -s
    assert failed <= LEVEL + stray(LEVEL, FEWER // 2)
