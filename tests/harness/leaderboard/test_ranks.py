"""Rank ranges: the statistic is that of a comparison, and equal models are told apart in 5 % of boards at most."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

from earmark.compare.paired import paired
from earmark.leaderboard import Rank
from earmark.leaderboard.ranks import clearly_above, holm_rejects, p_values, ranks_of
from earmark.metric import ACCURACY, Weights, group_weights
from earmark.result.standout import holm

Floats = npt.NDArray[np.float64]

GROUPS, RESAMPLES = 264, 1000
SAME = 1e-9  # relative: two orders of the same sums
BOARDS = 150
MOST_WRONG = 15  # of 150 boards at 5 %, binomial: more than 15 come once in 150 such tests


@pytest.fixture(scope="module")
def weights() -> Weights:
    return group_weights([f"{i:03}" for i in range(GROUPS)], RESAMPLES, 0)


def right(rng: np.random.Generator, rates: Floats) -> Floats:
    """Whether each model is right about each track [models, tracks]: the same tracks are hard for all."""
    return (rng.uniform(-0.3, 0.3, GROUPS) + rng.random((len(rates), GROUPS)) < rates[:, None]).astype(float)


def marks(correct: Floats, weights: Weights) -> Floats:
    return correct @ weights.T / GROUPS


def test_every_pair_has_the_p_of_a_comparison(weights: Weights) -> None:
    scores = marks(right(np.random.default_rng(0), np.linspace(0.3, 0.7, 9)), weights)
    scores[4] = scores[5]
    found = p_values(scores, weights)
    for a, b in combinations(range(len(scores)), 2):
        assert found[a, b] == found[b, a] == pytest.approx(paired(ACCURACY, scores[a], scores[b], weights).p, rel=SAME)


def test_models_that_differ_in_one_track_have_the_p_of_a_comparison(weights: Weights) -> None:
    correct = np.repeat(right(np.random.default_rng(0), np.array([0.5])), 2, axis=0)
    correct[1, 7] = 1 - correct[0, 7]
    scores = marks(correct, weights)
    p = paired(ACCURACY, scores[0], scores[1], weights).p
    assert p_values(scores, weights)[0, 1] == pytest.approx(p, rel=SAME)


def test_holm_rejects_what_the_adjusted_p_say() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        p = rng.random(30) ** 6
        assert holm_rejects(p).tolist() == [adjusted < 0.05 for adjusted in holm(p.tolist())]


def test_ranges_count_who_is_clearly_better_and_worse(weights: Weights) -> None:
    rates = np.array([0.9, 0.5, 0.48, 0.1])
    scores = marks(right(np.random.default_rng(1), rates), weights)
    assert ranks_of(scores, weights) == [
        Rank(best=1, worst=1), Rank(best=2, worst=3), Rank(best=2, worst=3), Rank(best=4, worst=4),
    ]  # fmt: skip


def test_where_less_is_better_the_lowest_is_first(weights: Weights) -> None:
    scores = marks(right(np.random.default_rng(1), np.array([0.9, 0.1])), weights)
    assert ranks_of(scores, weights, higher_is_better=False) == [Rank(best=2, worst=2), Rank(best=1, worst=1)]


def test_a_model_without_a_score_has_no_rank_and_takes_no_place(weights: Weights) -> None:
    scores = marks(right(np.random.default_rng(1), np.array([0.9, 0.5, 0.1])), weights)
    scores[1] = np.nan
    assert ranks_of(scores, weights) == [Rank(best=1, worst=1), None, Rank(best=2, worst=2)]


def test_resamples_without_a_score_leave_the_p_of_a_comparison(weights: Weights) -> None:
    scores = marks(right(np.random.default_rng(1), np.array([0.6, 0.5])), weights)
    scores[1, 5:50] = np.nan
    p = paired(ACCURACY, scores[0], scores[1], weights).p
    assert p_values(scores, weights)[0, 1] == pytest.approx(p, rel=SAME)


def test_one_group_tells_nothing_apart() -> None:
    weights = group_weights(["a"] * 3, 100, 0)
    assert not clearly_above(np.array([np.full(101, 0.9), np.full(101, 0.1)]), weights).any()


def test_one_model_has_the_only_place(weights: Weights) -> None:
    assert ranks_of(marks(right(np.random.default_rng(1), np.array([0.9])), weights), weights) == [
        Rank(best=1, worst=1)
    ]


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_equal_models_share_all_places_on_nearly_all_boards(weights: Weights, rate: float) -> None:
    def is_wrong(seed: int) -> bool:
        rates = np.full(11, rate)
        found = ranks_of(marks(right(np.random.default_rng(seed), rates), weights), weights)
        return any(rank != Rank(best=1, worst=11) for rank in found)

    assert sum(map(is_wrong, range(BOARDS))) <= MOST_WRONG


def test_a_better_model_is_first_alone_on_nearly_all_boards(weights: Weights) -> None:
    rates = np.array([0.7, *[0.4] * 10])
    found = [ranks_of(marks(right(np.random.default_rng(seed), rates), weights), weights)[0] for seed in range(50)]
    assert found.count(Rank(best=1, worst=1)) >= 48  # thirty points are six standard errors


def test_of_many_models_the_best_can_still_be_told_apart(weights: Weights) -> None:
    rates = np.array([0.95, *[0.4] * 199])  # 19,900 pairs: Holm asks for p below 2.5e-6
    scores = marks(right(np.random.default_rng(0), rates), weights)
    assert ranks_of(scores, weights)[0] == Rank(best=1, worst=1)
