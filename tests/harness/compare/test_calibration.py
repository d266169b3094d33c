"""What the verdicts promise, held against simulated pairs of models.

1,000 pairs on 60 groups of one to four tracks (149 in all), both models with the answers of a shared and of an own
latent ability, of which each group has a part. A figure is the share of pairs, so that one of 5 % is known to 0.7.

Measured on more pairs (means 2,000 to 6,000, AUC and R² 1,000, AP 500 each; groups of one to four tracks), two-sided
tests at 5 %, false alarms in %, and how often the 95 % interval held the true difference with a planted one:

    groups                     10    20    30    60   100   300
    percentiles, means        4-11  5-8   5-7   5-7     -   5-6     the usual bootstrap: alarms too often
    this test, means          2-6   3-6   3-6   4-6   4-5   5-6
    this test, R2, AUC          -   3-4   4-5   3-5     -   4-6
    this test, AP               -     -   5-7   5-7     -   5-6
    intervals hold, means    94-96    - 93-96     - 94-95 94-97
    intervals hold, R2, AUC     - 96-97 95-96 95-96     - 95-96
    intervals hold, AP          -     - 93-95 93-96     - 94-95

At 0.05 / 12 (0.42 %) and 20 groups, percentiles of the same resamples alarm at 0.7 to 1.4 % of the means, this test
at 0.1 to 0.4 %. In the tail, over 200,000 to 1,000,000 pairs of means with 30, 100 and 264 groups: p < 1e-4 comes 0.03
to 1.1 times as often as it should, p < 1e-5 at most 1.8 times (7 for 4); it is cautious where few tracks change.
Bias makes intervals of AP miss where the difference is large and positives are few: 91 % for a difference of 0.22 over
classes with 3 to 13 % of 60 or 150 groups. One case is not held: ROC-AUC with fewer than about eight positives, where
20 groups gave 11 % false alarms and 30 groups 7 %; a note says so there. Of tracks that stand alone, right or wrong,
where three of five change from one model to the other, 20 and 30 groups alarm at 0.7 and 0.6 % for 0.42, 60 at 0.5 %.
"""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest
from scipy import stats

from earmark.compare.paired import Spread, paired, spread_of
from earmark.compare.power import groups_needed, power
from earmark.metric import ACCURACY, MACRO_AP, R2, ROC_AUC, Metric, group_weights
from earmark.result import Difference
from earmark.result.standout import holm

PAIRS, RESAMPLES, GROUPS, TASKS = 1_000, 400, 60, 12
GROUP = np.repeat(np.arange(GROUPS), np.random.default_rng(0).integers(1, 5, GROUPS))
TRACKS = len(GROUP)
WEIGHTS = group_weights([f"g{g:03d}" for g in GROUP], RESAMPLES, 0)
MOST_ALARMS = 0.05 + 4 * np.sqrt(0.05 * 0.95 / PAIRS)
"""The stated level and four deviations of a share of so many pairs: seven forms are tried. Over 12,000 pairs the two
highest of them, accuracy and hr.5f, gave 5.4 % with these 400 resamples, and 0.4 % at 0.05 / 12."""
LEAST_HELD, MOST_HELD = 0.93, 0.97
POWER_OFF = 0.07
"""Four deviations of a share near a half of so many pairs, 0.063, and what is approximate in the stated one."""
CAUGHT_OFF = 4 * np.sqrt(0.8 * 0.2 / PAIRS)
"""Four deviations of such a share."""

Latent = np.ndarray
Answered = tuple[Metric, np.ndarray, np.ndarray]
Make = Callable[[np.random.Generator, float], Answered]


def latent(random: np.random.Generator, columns: int = 1, of_group: float = 0.3) -> Latent:
    """Standard normal [tracks, columns], alike within a group."""
    by_group = random.normal(size=(GROUPS, columns))[GROUP]
    return np.sqrt(of_group) * by_group + np.sqrt(1 - of_group) * random.normal(size=(TRACKS, columns))


def abilities(random: np.random.Generator, shift: float) -> Iterator[Latent]:
    """Of two models [tracks]: half shared, the second better by `shift`."""
    shared = latent(random)
    for better in (0.0, shift):
        yield ((shared + latent(random)) / np.sqrt(2))[:, 0] + better


def means(score: Callable[[Latent], np.ndarray]) -> Make:
    """Marks of a mean over tracks of what `score` makes of the ability."""

    def make(random: np.random.Generator, shift: float) -> Answered:
        old, new = (WEIGHTS @ score(ability) / WEIGHTS.sum(axis=1) for ability in abilities(random, shift))
        return ACCURACY, old, new

    return make


def answer_mirex(ability: Latent) -> np.ndarray:
    return np.array([0.0, 0.2, 0.3, 0.5, 1.0])[np.searchsorted([0.4, 0.5, 0.6, 0.7], stats.norm.cdf(ability))]


def answer_hits(ability: Latent) -> np.ndarray:
    """Sixths of boundaries that are found."""
    return np.round(stats.beta.ppf(stats.norm.cdf(ability), 1.2, 1.5) * 6) / 6


def ranks(metric: Metric, columns: int, share: float) -> Make:
    def make(random: np.random.Generator, shift: float) -> Answered:
        truth = latent(random, columns, 0.5) > stats.norm.isf(share)
        shared = latent(random, columns)
        sides = [(1.2 + better) * truth + 0.7 * (shared + latent(random, columns)) for better in (0.0, shift)]
        if columns == 1:
            truth, sides = truth[:, 0], [side[:, 0] for side in sides]
        old, new = (metric.function(truth, side, WEIGHTS) for side in sides)
        return metric, old, new

    return make


def numbers(random: np.random.Generator, shift: float) -> Answered:
    truth, shared = latent(random)[:, 0], latent(random)[:, 0]
    sides = [(0.3 + better) * truth + 0.324 * (shared + latent(random)[:, 0]) for better in (0.0, shift)]
    return R2, R2.function(truth, sides[0], WEIGHTS), R2.function(truth, sides[1], WEIGHTS)


FORMS = {
    "accuracy": means(lambda ability: ability > 0),
    "acc1": means(lambda ability: ability > stats.norm.isf(0.15)),
    "mirex": means(answer_mirex),
    "hr.5f": means(answer_hits),
    "r2": numbers,
    "roc-auc": ranks(ROC_AUC, 1, 0.3),
    "macro-ap": ranks(MACRO_AP, 3, 0.25),
}
PLANTED = {"accuracy": -0.3, "mirex": -0.3, "hr.5f": -0.3, "r2": -0.1, "roc-auc": -0.5}


@cache
def simulated(form: str, shift: float) -> list[tuple[Difference, Spread]]:
    """The comparison of each pair."""
    random, found = np.random.default_rng([7, list(FORMS).index(form)]), []
    for _ in range(PAIRS if form != "macro-ap" else PAIRS // 2):
        metric, old, new = FORMS[form](random, shift)
        found.append((paired(metric, old, new, WEIGHTS), spread_of(old, new, WEIGHTS)))
    return found


@pytest.mark.parametrize("form", FORMS)
def test_equal_models_differ_no_more_often_than_the_level_says(form: str) -> None:
    assert np.mean([one.p < 0.05 for one, _ in simulated(form, 0.0)]) <= MOST_ALARMS


@pytest.mark.parametrize("form", PLANTED)
def test_intervals_hold_the_planted_drop(form: str) -> None:
    found = [one for one, _ in simulated(form, PLANTED[form])]
    true = np.mean([one.value for one in found])  # none of these is biased by a tenth of its error
    assert LEAST_HELD <= np.mean([one.low <= true <= one.high for one in found]) <= MOST_HELD


@pytest.mark.parametrize("form", PLANTED)
def test_a_planted_drop_is_found_as_often_as_stated(form: str) -> None:
    """At the level that Holm's correction asks of the first of twelve tasks."""
    found, level = simulated(form, PLANTED[form]), 0.05 / TASKS
    drop = abs(np.mean([one.value for one, _ in found]))
    stated = np.mean([power(drop, spread, level) for _, spread in found])
    caught = np.mean([one.p < level and one.value < 0 for one, _ in found])
    assert caught == pytest.approx(stated, abs=POWER_OFF)


def test_the_groups_said_to_be_needed_are_enough_four_times_of_five() -> None:
    """Of tracks that stand alone, 15 % are won and 25 % lost: a drop of 0.1 with a variance of 0.4 - 0.01 a track."""
    planned = Spread(error=np.sqrt(0.39 / 60), degrees=59.0, groups=60)
    groups = groups_needed(0.1, planned, 0.05)
    weights = group_weights([f"g{i:04d}" for i in range(groups)], RESAMPLES, 0)
    changes = np.random.default_rng(2).choice([1.0, -1.0, 0.0], p=[0.15, 0.25, 0.6], size=(PAIRS, groups))
    nothing, count = np.zeros(len(weights)), weights.sum(axis=1)
    caught = [paired(ACCURACY, nothing, weights @ change / count, weights).p < 0.05 for change in changes]
    assert np.mean(caught) == pytest.approx(0.8, abs=CAUGHT_OFF)


def test_of_twelve_tasks_none_alarms_more_often_than_one_would() -> None:
    """After Holm's correction: the share of pairs in which any of the tasks is called different."""
    random = np.random.default_rng(5)
    forms = [form for name, form in FORMS.items() if name != "macro-ap"] * 2
    alarms = 0
    for _ in range(PAIRS):
        p = [paired(*form(random, 0.0), WEIGHTS).p for form in forms]
        alarms += min(holm(p)) < 0.05
    assert len(forms) == TASKS
    assert alarms / PAIRS <= MOST_ALARMS


def test_few_changes_alarm_no_more_often_at_a_corrected_level() -> None:
    """Thirty tracks of which a fifth change, at 0.05 / 12: percentiles of the same resamples alarm at 0.9 %."""
    few, pairs, level = 30, 10_000, 0.05 / TASKS
    weights = group_weights([f"g{i:02d}" for i in range(few)], 2_000, 0)
    changes = np.random.default_rng(3).choice([1.0, -1.0, 0.0], p=[0.1, 0.1, 0.8], size=(pairs, few))
    nothing, marks = np.zeros(len(weights)), changes @ weights.T / few
    alarms = np.mean([paired(ACCURACY, nothing, one, weights).p < level for one in marks])
    assert alarms <= level + 4 * np.sqrt(level / pairs)
