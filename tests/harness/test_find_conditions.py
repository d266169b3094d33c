"""Conditions by the words of the command line."""

import pytest

from earmark.errors import EarmarkError, UnknownName
from earmark.registry import find_conditions, installed


def names(*words: str) -> list[str]:
    return [condition.name for condition in find_conditions(words)[0]]


def test_a_preset_names_its_conditions_and_is_remembered():
    conditions, presets = find_conditions(["won2020"])
    assert [(preset.name, preset.version) for preset in presets] == [("won2020", "1")]
    assert [condition.name for condition in conditions] == [
        "time-stretch:0.707107", "time-stretch:1.41421", "pitch-shift:-1", "pitch-shift:1", "compander:music-standard",
        "compander:speech", "noise-mix:0.1", "noise-mix:0.4",
    ]  # fmt: skip
    assert conditions[0].level == 2**-0.5  # with all its digits


def test_a_name_alone_climbs_its_ladder():
    assert names("gain") == ["gain:-3", "gain:-6", "gain:-12", "gain:-24"]


def test_levels_follow_a_colon():
    assert names("mp3:32,64") == ["mp3:32", "mp3:64"]
    assert names("gain:-7.5") == ["gain:-7.5"]
    assert names("gain: -3, -6") == ["gain:-3", "gain:-6"]


def test_levels_that_are_no_quantities_have_names():
    assert names("compander:radio,speech") == ["compander:radio", "compander:speech"]


def test_all_is_every_perturbation_on_its_own_ladder():
    found = installed().perturbations.values()
    assert names("all") == [f"{each.name}:{each.spell(level)}" for each in found for level in each.levels]
    assert {name.partition(":")[0] for name in names("all")} == set(installed().perturbations)


def test_each_condition_comes_once_where_it_first_stands():
    assert names("gain:-6,-3", "mp3:32", "gain:-3,-12") == ["gain:-6", "gain:-3", "mp3:32", "gain:-12"]
    assert len(names("won2020", "won2020")) == 8
    assert len(find_conditions(["won2020", "won2020"])[1]) == 1


def test_a_preset_keeps_its_own_level_beside_one_that_is_spelled_alike():
    conditions, _ = find_conditions(["won2020", "time-stretch:0.707107"])
    assert [c.level for c in conditions if c.name == "time-stretch:0.707107"] == [2**-0.5]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("mp33", "Did you mean 'mp3'"),
        ("won2002", "Did you mean 'won2020'"),
        ("pich-shift:1", "Did you mean 'pitch-shift'"),
        ("al", "Did you mean 'all'"),
    ],
)
def test_a_misspelt_name_gets_a_hint(word, hint):
    with pytest.raises(UnknownName, match=hint):
        names(word)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("gain:3", "'gain' has no level 3; they go from -120 to 0 dB"),
        ("gain:loud", "'loud' is no level of 'gain'; its levels are numbers, in dB"),
        ("gain:", "'' is no level of 'gain'"),
        ("gain:-3,", "'' is no level of 'gain'"),
        ("gain:nan", "'gain' has no level nan"),
        ("mp3:33", "'mp3' has no level 33; there are 8, 16, 24, 32"),
        ("compander:spech", "'spech' is no level of 'compander'; its levels are .*speech"),
        ("compander:77", "'compander' has no level 77; its levels are .*speech"),
    ],
)
def test_an_unknown_level_is_refused_with_those_that_there_are(word, sentence):
    with pytest.raises(EarmarkError, match=sentence):
        names(word)


def test_a_preset_takes_no_levels():
    with pytest.raises(UnknownName, match="won2020"):
        names("won2020:1")


def test_nothing_is_told_where_to_look():
    with pytest.raises(EarmarkError, match="`bench perturbations` lists them"):
        names()
