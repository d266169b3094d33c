"""The place of a condition among those of its perturbation, from mild to severe."""

import pytest

from earmark.perturbation import Condition
from earmark.registry import find_conditions, installed
from earmark.robust.conditions import rungs_of


@pytest.mark.parametrize(
    ("words", "rungs"),
    [
        (["mp3:16,128,32"], {"mp3:16": 2, "mp3:32": 1, "mp3:128": 0}),
        (["mp3:8,16,320"], {"mp3:8": 2, "mp3:16": 1, "mp3:320": 0}),  # beyond both ends of the ladder
        (["white-noise:10,11,9.5"], {"white-noise:10": 1, "white-noise:11": 0, "white-noise:9.5": 2}),  # between steps
        (["reverb:3,2.1,0.1"], {"reverb:3": 2, "reverb:2.1": 1, "reverb:0.1": 0}),
        (["pitch-shift:-1,1,-2,2"], {"pitch-shift:-1": 0, "pitch-shift:1": 0, "pitch-shift:-2": 1, "pitch-shift:2": 1}),
        (["time-stretch:0.5,0.9,1.1"], {"time-stretch:0.5": 1, "time-stretch:0.9": 0, "time-stretch:1.1": 0}),
        (["gain:-20,-3"], {"gain:-20": 1, "gain:-3": 0}),
        (["band-limit:telephone,fm-radio"], {"band-limit:telephone": 1, "band-limit:fm-radio": 0}),
        (["polarity"], {"polarity:-1": 0}),
        (["gain:-3", "mp3:16"], {"gain:-3": 0, "mp3:16": 0}),  # each perturbation for itself
    ],
)
def test_levels_stand_from_mild_to_severe_on_their_side(words, rungs):
    assert rungs_of(find_conditions(words)[0]) == rungs


@pytest.mark.parametrize("name", list(installed().perturbations))
def test_every_ladder_is_climbed_in_its_order(name):
    perturbation = installed().perturbations[name]
    conditions = [Condition(perturbation=perturbation, level=level) for level in perturbation.levels]
    rungs = rungs_of(conditions[::-1])
    neutral = perturbation.neutral
    for beyond in (False, True):
        side = [c.name for c in conditions if (neutral is not None and c.level > neutral) is beyond]
        assert [rungs[one] for one in side] == list(range(len(side)))
