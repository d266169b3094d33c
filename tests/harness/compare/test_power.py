"""How much can be shown, against the textbook."""

import math

import numpy as np
import pytest
from scipy import stats

from earmark.compare.paired import Spread
from earmark.compare.power import groups_needed, power

MANY = 1e9


def spread(error: float, degrees: float = MANY, groups: int = 100) -> Spread:
    return Spread(error=error, degrees=degrees, groups=groups)


def test_a_difference_of_2_8_errors_shows_four_times_of_five() -> None:
    """Cohen 1988: z of 0.975 and of 0.8 are 1.960 and 0.842."""
    assert power(0.05, spread(0.05 / (1.959964 + 0.841621)), 0.05) == pytest.approx(0.8, abs=1e-5)


def test_where_there_is_nothing_to_show_the_level_is_left() -> None:
    assert power(1e-12, spread(0.1), 0.05) == pytest.approx(0.05)


def test_with_few_degrees_more_is_asked() -> None:
    expected = stats.norm.cdf(3 - stats.t.isf(0.025, 8)) + stats.norm.cdf(-3 - stats.t.isf(0.025, 8))
    assert power(0.3, spread(0.1, degrees=8), 0.05) == pytest.approx(expected)


def test_without_spread_everything_shows() -> None:
    assert power(0.05, spread(0.0), 0.05) == 1


def test_half_the_difference_needs_four_times_the_groups() -> None:
    assert groups_needed(0.05, spread(0.05), 0.05) == math.ceil(100 * (1.959964 + 0.841621) ** 2)
    assert groups_needed(0.025, spread(0.05), 0.05) == pytest.approx(4 * groups_needed(0.05, spread(0.05), 0.05), abs=4)


@pytest.mark.parametrize("level", [0.05, 0.05 / 12, 0.05 / 96])
def test_the_groups_that_are_needed_are_enough_and_no_more(level: float) -> None:
    now = spread(0.04, degrees=30, groups=60)
    needed = groups_needed(0.05, now, level)
    for groups, enough in ((needed, True), (needed - 2, False)):
        then = spread(0.04 * np.sqrt(60 / groups), degrees=30 * groups / 60, groups=groups)
        assert (power(0.05, then, level) >= 0.8) == enough
