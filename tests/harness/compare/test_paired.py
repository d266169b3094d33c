"""The test of a difference against Student's paired t test, and where there is nothing to test."""

import numpy as np
import pytest
from scipy import stats

from earmark.compare.paired import RESAMPLES, degrees_of, paired, spread_of
from earmark.metric import ACCURACY, MACRO_AP, R2, group_weights

RESAMPLED = 0.03
"""Of a standard error, relative: four deviations of what RESAMPLES leave, 1 / sqrt(2 * RESAMPLES)."""


def weights_of(groups: int, resamples: int = RESAMPLES) -> np.ndarray:
    return group_weights([f"g{i:04d}" for i in range(groups)], resamples, 0)


def means(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return weights @ values / weights.sum(axis=1)


@pytest.fixture
def answers() -> tuple[np.ndarray, np.ndarray]:
    """Of 80 tracks, with differences whose tails are light: nothing is taken from the degrees of freedom."""
    random = np.random.default_rng(3)
    return random.uniform(size=80), random.uniform(size=80) + 0.13


def test_single_tracks_get_the_p_of_a_paired_t_test(answers) -> None:
    weights = weights_of(80)
    found = paired(R2, means(answers[0], weights), means(answers[1], weights), weights)
    expected = stats.ttest_rel(answers[1], answers[0])
    assert found.value == pytest.approx(expected.statistic * stats.sem(answers[1] - answers[0]))
    assert stats.t.isf(found.p / 2, 79) == pytest.approx(abs(expected.statistic), rel=RESAMPLED)


def test_single_tracks_get_the_interval_of_a_paired_t_test(answers) -> None:
    weights = weights_of(80)
    found = paired(ACCURACY, means(answers[0], weights), means(answers[1], weights), weights)
    expected = stats.ttest_rel(answers[1], answers[0]).confidence_interval(0.95)
    assert found.high - found.low == pytest.approx(expected.high - expected.low, rel=RESAMPLED)
    assert found.low + found.high == pytest.approx(2 * found.value)


def test_p_goes_on_where_resamples_end() -> None:
    random, weights = np.random.default_rng(0), weights_of(200)
    old, new = random.uniform(size=200), random.uniform(size=200) + 0.3
    found, expected = paired(R2, means(old, weights), means(new, weights), weights), stats.ttest_rel(new, old)
    assert found.p < 1e-9 < 2 / RESAMPLES
    assert stats.t.isf(found.p / 2, 199) == pytest.approx(expected.statistic, rel=RESAMPLED)


def test_the_other_way_round_only_the_sign_differs(answers) -> None:
    weights = weights_of(80, 500)
    old, new = (means(values, weights) for values in answers)
    there, back = paired(R2, old, new, weights), paired(R2, new, old, weights)
    assert (back.value, back.low, back.high) == (-there.value, -there.high, -there.low)
    assert back.p == there.p


@pytest.mark.parametrize("shift", [-0.2, -0.1, -0.05, 0.0, 0.07, 0.1, 0.15])
def test_the_interval_holds_zero_just_where_p_says_so(shift: float) -> None:
    random, weights = np.random.default_rng(1), weights_of(60, 500)
    old, new = random.uniform(size=60), random.uniform(size=60) + shift
    found = paired(R2, means(old, weights), means(new, weights), weights)
    assert (found.low <= 0 <= found.high) == (found.p >= 0.05)


def test_the_same_answers_differ_by_nothing_for_sure() -> None:
    scores = np.full(501, 0.7)
    found = paired(ACCURACY, scores, scores, weights_of(30, 500))
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_other_answers_of_one_score_differ_by_nothing() -> None:
    weights = weights_of(40, 500)
    old = np.arange(40) % 2.0
    found = paired(ACCURACY, means(old, weights), means(1 - old, weights), weights)
    assert found.value == 0
    assert found.p == 1
    assert found.low < 0 < found.high


@pytest.mark.parametrize("groups", [2, 5, 12])
def test_no_p_is_below_what_turning_whole_groups_can_give(groups: int) -> None:
    weights = weights_of(groups, 500)
    found = paired(ACCURACY, np.zeros(501), np.ones(501), weights)
    assert found.p == 2.0 ** (1 - groups)


def test_a_single_group_says_nothing_of_another() -> None:
    weights = group_weights(["a"] * 10, 500, 0)
    found = paired(ACCURACY, np.zeros(501), np.ones(501), weights)
    assert (found.value, found.low, found.high, found.p) == (1.0, None, None, None)


def test_where_most_resamples_have_no_score_nothing_is_said() -> None:
    scores = np.where(np.arange(501) % 3 == 0, 0.5, np.nan)
    found = paired(MACRO_AP, scores, scores + 0.1, weights_of(30, 500))
    assert (found.low, found.high, found.p) == (None, None, None)


def test_a_few_resamples_without_a_score_change_little() -> None:
    random, weights = np.random.default_rng(5), weights_of(60)
    old, new = (means(random.uniform(size=60), weights) for _ in range(2))
    holed = np.where(np.arange(len(old)) % 50 == 7, np.nan, old)
    assert spread_of(holed, new, weights).error == pytest.approx(spread_of(old, new, weights).error, rel=RESAMPLED)


def test_tracks_of_a_group_count_once() -> None:
    random = np.random.default_rng(2)
    values = random.uniform(size=(2, 40))
    weights = group_weights([f"g{i:03d}" for i in range(40) for _ in range(3)], RESAMPLES, 0)
    found = spread_of(*(means(np.repeat(side, 3), weights) for side in values), weights)
    assert found.groups == 40
    assert found.error == pytest.approx(stats.sem(values[1] - values[0]), rel=RESAMPLED)


def test_of_few_changed_groups_the_spread_is_poorly_known() -> None:
    """Five ones among 300: excess kurtosis (1 - 6 q (1 - q)) / (q (1 - q)) of a coin with q = 1 / 60 (Bernoulli)."""
    q = 1 / 60
    excess = (1 - 6 * q * (1 - q)) / (q * (1 - q))
    found = degrees_of(np.repeat([1.0, 0.0], [5, 295]), noise=np.array(0.0))
    assert found == pytest.approx(2 / (2 / 299 + excess / 300))


def test_light_tails_add_no_degrees() -> None:
    assert degrees_of(np.repeat([-1.0, 1.0], 50), noise=np.array(0.0)) == pytest.approx(99)


def test_the_influences_are_found_through_the_noise_of_the_resamples() -> None:
    """Of ten changes among 200 groups: by hand as above; a tenth off for what the resamples leave."""
    weights, q = weights_of(200), 10 / 200
    changed = means(np.repeat([1.0, 0.0], [10, 190]), weights)
    excess = (1 - 6 * q * (1 - q)) / (q * (1 - q))
    found = spread_of(np.zeros(len(changed)), changed, weights)
    assert found.degrees == pytest.approx(2 / (2 / 199 + excess / 200), rel=0.1)
