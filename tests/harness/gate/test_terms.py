"""Which allowance counts: of the names that fit, the most specific."""

import pytest

from earmark.gate import Terms
from earmark.gate.terms import names_for

SPECIFIC_FIRST = (
    "register@mp3:32",
    "vocal@mp3:32",
    "register@mp3",
    "vocal@mp3",
    "mp3:32",
    "mp3",
    "register",
    "vocal",
    "all",
)


def test_the_order_of_names_is_the_documented_one():
    assert tuple(names_for("register", "vocal", "mp3:32")) == SPECIFIC_FIRST


@pytest.mark.parametrize("place", range(len(SPECIFIC_FIRST)))
def test_the_most_specific_name_wins_whatever_stands_beside_it(place):
    allowances = {name: -0.01 * (1 + i) for i, name in reversed(list(enumerate(SPECIFIC_FIRST))) if i >= place}
    found = Terms(allowances=allowances).threshold("register", "vocal", "mp3:32")
    assert (found.name, found.allowed) == (SPECIFIC_FIRST[place], -0.01 * (1 + place))


def test_clean_audio_asks_no_condition():
    terms = Terms(allowances={"mp3": -0.3, "tempo@mp3:32": -0.2})
    assert terms.threshold("tempo", "tempo", "").allowed == 0.0
    assert terms.threshold("tempo", "tempo", "").source == "default"


def test_an_allowance_of_another_condition_does_not_count():
    terms = Terms(allowances={"mp3:64": -0.3, "all": -0.01})
    assert terms.threshold("tempo", "tempo", "mp3:32").name == "all"
