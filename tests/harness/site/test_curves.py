"""Where each condition stands on its axis, and what the curves are made of."""

import pytest

from earmark.result.robust.record import ConditionRecord, Drift, Robustness
from earmark.site.curves import Ladder, encode_robustness
from earmark.site.encode import short

from .conftest import CHANCE, make_robustness

DRIFT = Drift(cosine=0.9, cosine_low=0.8, rank=1.0, found=1.0)


def robustness(*conditions: ConditionRecord) -> Robustness:
    return Robustness(asked=(), presets=(), conditions=conditions, tasks=(), sentence="", work_s={})


def shift(level: float, version: str = "1") -> ConditionRecord:
    return ConditionRecord(
        name=f"pitch-shift:{level:g}", perturbation="pitch-shift", version=version, level=level,
        spelled=f"{level:g} semitones", rung=abs(int(level)) - 1, neutral=0.0, tracks=1, unchanged=0, drift=DRIFT,
    )  # fmt: skip


def test_levels_on_both_sides_of_neutral_stand_on_both_sides_of_clean() -> None:
    ladder = Ladder.of([robustness(shift(2), shift(-1), shift(1), shift(-2))])
    assert [(one["level"], one["place"]) for one in ladder.encoded()] == [
        ("-2 semitones", -2), ("-1 semitones", -1), ("1 semitones", 1), ("2 semitones", 2),
    ]  # fmt: skip


def test_levels_on_one_side_run_from_mild_to_severe() -> None:
    ladder = Ladder.of([make_robustness({"genre": 0.5})])
    mp3 = [one for one in ladder.encoded() if one["perturbation"] == "mp3"]
    assert [(one["tick"], one["place"]) for one in mp3] == [("10", 1), ("20", 2), ("30", 3)]
    assert {one["unit"] for one in mp3} == {"kbit/s"}


def test_conditions_of_several_models_are_put_together_once() -> None:
    ladder = Ladder.of([robustness(shift(1)), None, robustness(shift(1), shift(2))])
    assert [one["level"] for one in ladder.encoded()] == ["1 semitones", "2 semitones"]


def test_two_versions_of_a_perturbation_are_told_apart() -> None:
    levels = [one["level"] for one in Ladder.of([robustness(shift(1)), robustness(shift(1, version="2"))]).encoded()]
    assert levels == ["1 semitones (version 1)", "1 semitones (version 2)"]


def test_what_is_left_is_the_share_above_chance() -> None:
    found = make_robustness({"genre": 0.7})
    ladder = Ladder.of([found])
    shown = encode_robustness(found, ladder, ["genre"], short)["tasks"][0]
    for rung, (share, score, change, _, _, verdict) in enumerate(shown[:3]):
        assert share == pytest.approx(1 - (rung + 1) / 3, abs=1e-3)  # three decimals
        assert score - CHANCE == pytest.approx(share * (0.7 - CHANCE), abs=1e-3)
        assert change < 0
        assert verdict == -1


def test_a_task_at_chance_on_clean_audio_has_no_share() -> None:
    found = make_robustness({"genre": CHANCE})
    shown = encode_robustness(found, Ladder.of([found]), ["genre"], short)["tasks"][0]
    assert [one[0] for one in shown] == [None] * 4


def test_a_model_that_was_not_tried_has_gaps_not_zeros() -> None:
    tried, more = make_robustness({"genre": 0.7}), robustness(shift(1))
    shown = encode_robustness(tried, Ladder.of([tried, more]), ["genre", "mood"], short)
    assert shown["tasks"][0][-1] is None
    assert shown["drift"][-1] is None
    assert shown["tasks"][1] is None
