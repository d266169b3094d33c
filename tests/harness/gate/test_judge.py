"""What no result of small answers can hold: metrics where less is better, and scores that there are none of."""

import pytest

from earmark.compare import Compared
from earmark.compare.culprits import loss_of
from earmark.gate.judge import _verdict
from earmark.gate.record import Threshold
from earmark.gate.terms import Terms
from earmark.gate.words import moved
from earmark.result import Difference, Score


def compared(old: float | None, new: float | None, *, higher: bool = True, verdict: str = "worse") -> Compared:
    value = None if old is None or new is None else new - old
    low, high = (None, None) if value is None else (value - 0.1, value + 0.3)
    return Compared(
        task="era", family="era", probe="linear", metric="mae", higher_is_better=higher, tracks=90, groups=30,
        old=Score(metric="mae", value=old), new=Score(metric="mae", value=new), p_adjusted=None, verdict=verdict,
        difference=Difference(value=value, low=low, high=high, p=None), smallest=0.05, power=None, groups_needed=None,
        tracks_needed=None,
    )  # fmt: skip


def verdict(found: Compared, allowed: float = 0.0) -> tuple[str, str]:
    return _verdict(found, Threshold(allowed=allowed, name="", source=""), 0, Terms())[:2]


def test_a_rise_is_a_loss_where_less_is_better():
    assert loss_of(compared(1.0, 1.5, higher=False)) == 0.5
    assert moved(compared(1.0, 1.5, higher=False)) == "worse by 0.500 [0.400, 0.800]"
    assert moved(compared(1.0, 0.5, higher=False)) == "better by 0.500 [0.200, 0.600]"


def test_a_fall_is_a_loss_where_more_is_better():
    assert moved(compared(1.0, 0.5)) == "worse by 0.500 [0.200, 0.600]"
    assert moved(compared(0.5, 1.0)) == "better by 0.500 [0.400, 0.800]"


@pytest.mark.parametrize("higher", [True, False])
def test_an_allowance_counts_in_the_direction_of_worse(higher):
    found = compared(1.0, 0.5 if higher else 1.5, higher=higher)
    assert verdict(found, -0.4) == ("failed", "worse")
    assert verdict(found, -0.6) == ("passed", "worse, but allowed")


def test_a_score_that_is_gone_fails_whatever_is_allowed():
    assert verdict(compared(0.5, None, verdict="not enough data"), -0.9) == ("failed", "no score")


def test_a_score_that_never_was_cannot_tell():
    assert verdict(compared(None, 0.5, verdict="not enough data")) == ("cannot tell", "not enough data")
    assert verdict(compared(None, None, verdict="not enough data")) == ("cannot tell", "not enough data")
