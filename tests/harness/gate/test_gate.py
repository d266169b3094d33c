"""Whether a release passes; expected differences are counted by hand: of 100 tracks, one is 0.01."""

import math

import pytest

from earmark.errors import EarmarkError, ResultError, UnknownName
from earmark.gate import Terms, gate
from earmark.result import Named

FEW = 2000
"""Resamples: enough where the difference is large or nothing."""


def judged(verdict, name="tempo"):
    return next(one for one in verdict.judged if f"{one.task}{'@' if one.condition else ''}{one.condition}" == name)


@pytest.fixture
def versions(make_result, make_right):
    def make(old: dict[str, int], new: dict[str, int]):
        counts = ((old, "1"), (new, "2"))
        return [make_result({n: make_right(c) for n, c in side.items()}, version=v) for side, v in counts]

    return make


def test_what_answers_as_before_passes(versions):
    old, new = versions({"tempo": 90, "key": 80}, {"tempo": 90, "key": 80})
    verdict = gate(new, old, resamples=FEW)
    assert verdict.passed
    assert verdict.sentence == "PASSED: nothing is clearly worse by more than allowed (2 comparisons)"


def test_a_clear_drop_fails_and_the_line_says_by_how_much(versions):
    old, new = versions({"tempo": 90, "key": 80}, {"tempo": 60, "key": 80})
    verdict = gate(new, old, resamples=FEW)
    assert not verdict.passed
    assert verdict.sentence.startswith("FAILED: tempo worse by 0.300 [0.2")
    assert verdict.sentence.endswith("], allowed 0")
    assert [one.task for one in verdict.of("failed")] == ["tempo"]


def test_a_clear_drop_within_the_allowance_passes_and_is_called_so(versions):
    old, new = versions({"tempo": 90, "key": 80}, {"tempo": 60, "key": 80})
    verdict = gate(new, old, allowances={"tempo": -0.35}, resamples=FEW)
    assert verdict.passed
    assert judged(verdict).reason == "worse, but allowed"
    assert verdict.sentence.endswith("(2 comparisons; 1 worse, but allowed)")


def test_a_drop_of_exactly_the_allowance_passes(versions):
    old, new = versions({"tempo": 90}, {"tempo": 60})  # in binary fractions 0.9 less 0.6 is more than 0.3
    assert gate(new, old, allowances={"tempo": -0.3}, resamples=FEW).passed
    assert not gate(new, old, allowances={"tempo": -0.299}, resamples=FEW).passed


def test_a_clear_gain_passes_and_is_called_better(versions):
    old, new = versions({"tempo": 60}, {"tempo": 90})
    verdict = gate(new, old, resamples=FEW)
    assert verdict.passed
    assert (judged(verdict).reason, judged(verdict).sentence[:15]) == ("better", "better by 0.300")


def test_a_task_that_is_gone_fails(versions):
    old, new = versions({"tempo": 90, "key": 80}, {"key": 80})
    verdict = gate(new, old, resamples=FEW)
    assert verdict.sentence == "FAILED: tempo is missing in NEW"
    assert judged(verdict).compared is None


def test_a_task_that_is_gone_fails_where_nothing_else_is_left(versions):
    old, new = versions({"tempo": 90}, {"key": 80})
    assert gate(new, old).sentence == "FAILED: tempo is missing in NEW"


def test_a_condition_that_is_gone_fails(versions):
    old, new = versions({"tempo": 90, "tempo@mp3:32": 80, "tempo@mp3:64": 85}, {"tempo": 90, "tempo@mp3:64": 85})
    assert gate(new, old, resamples=FEW).sentence == "FAILED: tempo@mp3:32 is missing in NEW"


def test_a_result_without_conditions_fails_against_one_with_them(versions):
    old, new = versions({"tempo": 90, "tempo@mp3:32": 80}, {"tempo": 90})
    assert [one.reason for one in gate(new, old, resamples=FEW).judged] == ["no difference shown", "missing"]


def test_tracks_that_are_left_out_fail(make_result, make_right):
    old = make_result({"tempo": make_right(90)})
    new = make_result({"tempo": make_right(90, of=95)}, version="2")
    verdict = gate(new, old, resamples=FEW)
    assert verdict.sentence == "FAILED: tempo is not answered in NEW about 5 tracks that OLD answered"


def test_what_is_new_is_not_gated_and_said(versions):
    old, new = versions({"tempo": 90}, {"tempo": 90, "key": 80})
    verdict = gate(new, old, resamples=FEW)
    assert verdict.passed
    assert "Not gated, for OLD does not have it: key." in verdict.notes


def test_too_few_groups_cannot_tell_and_fail_only_where_data_are_required(make_result, make_right):
    old, new = (make_result({"tempo": make_right(n, of=6)}, version=str(n)) for n in (4, 3))
    verdict = gate(new, old, resamples=FEW)
    assert verdict.passed
    assert judged(verdict).state == "cannot tell"
    assert verdict.sentence.endswith("(1 comparison; 1 cannot tell)")
    assert not gate(new, old, Terms(require_data=True), resamples=FEW).passed


def test_what_cannot_tell_says_how_many_tracks_would(make_result, make_right):
    flipped = [not one for one in make_right(50)]
    old, new = (make_result({"tempo": answers}, version=str(answers[0])) for answers in (make_right(50), flipped))
    one = judged(gate(new, old, resamples=FEW))
    assert one.state == "cannot tell"
    assert f"about {one.compared.tracks_needed:,} test tracks, there are 100" in one.sentence
    assert one.compared.tracks_needed > 100


def test_results_of_different_benchmark_versions_are_refused(make_result, make_right):
    old = make_result({"tempo": make_right(90)})
    new = make_result({"tempo": make_right(90)}, benchmark=Named(name="b", version="2"))
    with pytest.raises(ResultError, match="OLD is on b 1, NEW on b 2"):
        gate(new, old)


def test_one_model_against_itself_is_said(versions):
    old, _ = versions({"tempo": 90}, {})
    assert any("OLD and NEW are of one model" in note for note in gate(old, old, resamples=FEW).notes)


def test_only_what_is_gated_takes_part_in_the_correction(versions):
    counts = {"tempo": 90, "key": 80, "genre": 70}
    old, new = versions(counts, {**counts, "tempo": 84})
    alone, among = (judged(gate(new, old, Terms(tasks=tasks), resamples=FEW)) for tasks in (("tempo",), ()))
    assert alone.compared.p_adjusted == alone.compared.difference.p
    assert among.compared.p_adjusted == pytest.approx(3 * alone.compared.difference.p)


def test_what_is_left_out_by_choice_is_said(versions):
    old, new = versions({"tempo": 90, "key": 80}, {"tempo": 60, "key": 80})
    verdict = gate(new, old, Terms(tasks=("key",)), resamples=FEW)
    assert verdict.passed
    assert "Not gated, by choice (only tasks key): 1 of 2 comparisons." in verdict.notes


@pytest.mark.parametrize(("conditions", "gated"), [
    (("clean",), ["tempo"]),
    (("mp3",), ["tempo@mp3:32", "tempo@mp3:64"]),
    (("mp3:64", "clean"), ["tempo", "tempo@mp3:64"]),
])  # fmt: skip
def test_conditions_are_chosen_by_name_or_perturbation(versions, conditions, gated):
    counts = {"tempo": 90, "tempo@mp3:32": 80, "tempo@mp3:64": 80, "tempo@gain:6": 80}
    verdict = gate(*versions(counts, counts), Terms(conditions=conditions), resamples=FEW)
    assert [f"{one.task}@{one.condition}".strip("@") for one in verdict.judged] == gated


def test_nothing_to_gate_is_refused(make_result, make_right):
    result = make_result({"tempo": make_right(9), "key": make_right(9), "key@mp3:32": make_right(9)})
    with pytest.raises(ResultError, match="Nothing is gated"):
        gate(result, result, Terms(tasks=("tempo",), conditions=("mp3",)))


@pytest.mark.parametrize("name", ["tempi", "all@mp3:32", "tempo@mp3:33", "mp3:33", "tempi@mp3:32"])
def test_a_misspelt_allowance_gets_a_hint(versions, name):
    old, new = versions({"tempo": 90, "tempo@mp3:32": 80}, {"tempo": 90, "tempo@mp3:32": 80})
    with pytest.raises(UnknownName, match="There are: "):
        gate(new, old, allowances={name: -0.1})


def test_a_misspelt_task_gets_a_hint(versions):
    old, new = versions({"tempo": 90}, {"tempo": 90})
    with pytest.raises(UnknownName, match="Did you mean 'tempo'"):
        gate(new, old, Terms(tasks=("tempi",)))


def test_an_allowance_of_a_condition_waits_for_results_that_have_it(versions):
    old, new = versions({"tempo": 90}, {"tempo": 90})
    verdict = gate(new, old, allowances={"tempo@mp3:32": -0.1}, resamples=FEW)
    assert "Allowances that nothing here needed: tempo@mp3:32." in verdict.notes


def test_an_allowance_of_the_whole_score_is_refused(versions):
    with pytest.raises(EarmarkError, match=r"5 percentage points, is -0\.05"):
        gate(*versions({"tempo": 90}, {"tempo": 90}), allowances={"tempo": -5}, resamples=FEW)


@pytest.mark.parametrize("allowed", [0.01, math.nan, -math.inf, True, "-0.01"])
def test_what_is_no_allowance_is_refused(allowed):
    with pytest.raises(EarmarkError, match="write tempo=-"):
        Terms(allowances={"tempo": allowed})


def test_allowances_of_the_call_go_before_those_of_the_terms(versions):
    old, new = versions({"tempo": 90}, {"tempo": 60})
    terms = Terms(allowances={"tempo": -0.1}, sources={"allow tempo": "a file"})
    assert gate(new, old, terms, allowances={"tempo": -0.4}, resamples=FEW).passed
    assert judged(gate(new, old, terms, resamples=FEW)).threshold.source == "a file"


def test_who_lost_is_told_of_what_failed_and_of_nothing_else(versions):
    old, new = versions({"tempo": 90, "key": 80, "era": 50}, {"tempo": 60, "key": 79, "era": 50})
    verdict = gate(new, old, resamples=FEW)
    assert {(one.task, one.track) for one in verdict.tracks} <= {("tempo", f"t{i}") for i in range(60, 90)}
    assert [(one.task, one.name, one.old, one.new) for one in verdict.classes] == [("tempo", "yes", 0.9, 0.6)]


def test_nothing_is_said_of_conditions_that_were_left_out_by_choice(versions):
    counts = {"tempo": 90, "tempo@mp3:32": 80, "tempo@gain:6": 80}
    old, new = versions(counts, counts)
    notes = gate(new, old, Terms(conditions=("mp3",)), resamples=FEW).notes
    assert not any("gain" in note for note in notes)


@pytest.mark.parametrize("which", ["OLD", "NEW"])
def test_a_result_without_its_predictions_says_which_file_to_keep(make_result, make_right, which):
    whole = make_result({"tempo": make_right(90)})
    bare = whole.with_tables({})
    with pytest.raises(ResultError, match=rf"{which} \(m 1\) is without its predictions"):
        gate(bare if which == "NEW" else whole, bare if which == "OLD" else whole)
