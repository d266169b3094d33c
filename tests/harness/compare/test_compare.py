"""Two results by hand: what is compared, corrected and said."""

import numpy as np
import pytest

from earmark.compare import Comparison, compare

RESAMPLES = 2_000


def said_of(old, new, **more) -> Comparison:
    return compare(old, new, resamples=RESAMPLES, **more)


def test_the_difference_is_new_minus_old(result, right) -> None:
    found = said_of(result({"a": right(60)}), result({"a": right(45)}, version="2"))
    (task,) = found.tasks
    assert (task.old.value, task.new.value) == (0.6, 0.45)
    assert task.difference.value == pytest.approx(-0.15)
    assert (found.old.version, found.new.version) == ("1", "2")


def test_fifteen_of_a_hundred_lost_is_worse_and_won_is_better(result, right) -> None:
    """McNemar: 15 changes one way and none the other are p = 2 ** -14."""
    high, low = result({"a": right(60)}), result({"a": right(45)})
    assert said_of(high, low).tasks[0].verdict == "worse"
    assert said_of(low, high).tasks[0].verdict == "better"


def test_the_same_answers_show_no_difference(result, right) -> None:
    found = said_of(result({"a": right(60)}), result({"a": right(60)}))
    assert found.tasks[0].verdict == "no difference shown"
    assert (found.tasks[0].difference.p, found.tasks[0].power) == (1.0, 1.0)
    assert "OLD and NEW give the same answers to everything." in found.notes


def test_too_few_tracks_are_not_enough_data_and_the_need_is_told(result, sheet) -> None:
    """Half of the answers changed, as many one way as the other: the spread of a mean of ±1 and 0 by hand."""
    truth = ["yes"] * 40
    old, new = (sheet(truth=truth, said=["yes", "no"] * 10 + [word] * 20) for word in ("yes", "no"))
    swapped = sheet(truth=truth, said=["no", "yes"] * 10 + ["yes"] * 20)
    (task,) = said_of(result({"a": old}), result({"a": swapped})).tasks
    error = np.sqrt(20 / 39) / np.sqrt(40)
    assert (task.verdict, task.error) == ("not enough data", pytest.approx(error, rel=0.05))
    needed = 40 * (error * (1.96 + 0.8416) / 0.05) ** 2
    assert task.groups_needed == task.tracks_needed == pytest.approx(needed, rel=0.1)
    assert said_of(result({"a": old}), result({"a": new})).tasks[0].verdict == "worse"


def test_enough_tracks_for_a_large_smallest_difference(result, sheet) -> None:
    truth = ["yes"] * 40
    old, new = (sheet(truth=truth, said=said * 20) for said in (["yes", "no"], ["no", "yes"]))
    assert said_of(result({"a": old}), result({"a": new}), smallest=0.6).tasks[0].verdict == "no difference shown"


def test_a_single_group_is_not_enough_data(result, right) -> None:
    old, new = (result({"a": right(n, of=20, groups=["one"] * 20)}) for n in (20, 0))
    (task,) = said_of(old, new).tasks
    assert (task.verdict, task.difference.p, task.power, task.tracks_needed) == ("not enough data", None, None, None)


def test_tracks_needed_are_as_many_a_group_as_now(result, sheet) -> None:
    groups, truth, turns = [f"g{i // 2}" for i in range(40)], ["yes"] * 40, (["yes"] * 2, ["no"] * 2)
    old, new = (sheet(truth=truth, said=[*one, *other] * 10, groups=groups) for one, other in (turns, turns[::-1]))
    (task,) = said_of(result({"a": old}), result({"a": new})).tasks
    assert task.groups == 20
    assert task.tracks_needed == 2 * task.groups_needed


def test_holm_is_over_all_tasks(result, right) -> None:
    names = [f"t{i}" for i in range(12)]
    old = result({name: right(60) for name in names})
    new = result({name: right(60 - (8 if name == "t3" else 0)) for name in names})
    changed = said_of(old, new).tasks[3]
    assert changed.p_adjusted == pytest.approx(12 * changed.difference.p)


def test_conditions_have_a_correction_of_their_own_and_one_of_many_can_be_marked(result, right) -> None:
    """120 comparisons: percentiles of 10,000 resamples could just have reached 120 * 2 / 10,001."""
    names = [f"c:{i}" for i in range(120)]
    old = result({"a": right(60, conditions={name: right(60).said for name in names})})
    heard = {name: right(40 if name == "c:7" else 60).said for name in names}
    found = said_of(old, result({"a": right(60, conditions=heard)}))
    assert [one.condition for one in found.conditions if one.verdict == "worse"] == ["c:7"]
    assert found.tasks[0].p_adjusted == 1
    worse = next(one for one in found.conditions if one.condition == "c:7")
    assert worse.p_adjusted == pytest.approx(120 * worse.difference.p)


def test_of_other_tasks_the_common_ones_are_compared_and_the_rest_named(result, right) -> None:
    found = said_of(result({"a": right(60), "b": right(60)}), result({"c": right(60), "a": right(60)}))
    assert [task.task for task in found.tasks] == ["a"]
    assert found.notes[:2] == (
        "NOT COMPARED, because only OLD answers it and NEW does not: b.",
        "NOT COMPARED, because only NEW answers it and OLD does not: c.",
    )


def test_chosen_tasks_alone_are_compared_and_corrected(result, right) -> None:
    old, new = (result({"a": right(n), "b": right(60)}) for n in (60, 45))
    found = said_of(old, new, tasks=("a",))
    assert [task.task for task in found.tasks] == ["a"]
    assert found.tasks[0].p_adjusted == found.tasks[0].difference.p
    assert "Only a was asked for: the correction is over that alone." in found.notes


def test_a_family_chooses_its_tasks(result, right) -> None:
    old = result({"a": right(60), "b": right(60, family="genre")})
    assert [task.task for task in said_of(old, old, tasks=("genre",)).tasks] == ["b"]


def test_tracks_that_one_of_them_skipped_are_left_out_of_both(result, sheet) -> None:
    names = [f"t{i}" for i in range(30)]
    old = sheet(truth=["yes"] * 30, said=["yes"] * 30, tracks=names)
    new = sheet(truth=["yes"] * 28, said=["no"] * 28, tracks=names[2:], groups=[f"g{i}" for i in range(2, 30)])
    found = said_of(result({"a": old}), result({"a": new}))
    assert (found.tasks[0].tracks, found.tasks[0].old.value) == (28, 1.0)
    assert "Test tracks that only one of the two answered are left out of both: 2 of a." in found.notes


def test_the_order_of_the_tracks_does_not_matter(result, sheet) -> None:
    names, truth = [f"t{i}" for i in range(30)], ["yes", "no"] * 15
    old = sheet(truth=truth, said=["yes"] * 30, tracks=names)
    new = sheet(
        truth=truth[::-1], said=["yes", "no"] * 15, tracks=names[::-1], groups=[f"g{i}" for i in range(29, -1, -1)]
    )
    assert said_of(result({"a": old}), result({"a": new})).tasks[0].new.value == 0


def test_a_robust_result_beside_a_plain_one_is_compared_on_clean_audio(result, right) -> None:
    old = result({"a": right(60, conditions={"mp3:32": ["yes"] * 100})})
    found = said_of(old, result({"a": right(45)}))
    assert (len(found.tasks), len(found.conditions)) == (1, 0)
    assert "NOT COMPARED, because only OLD was tried under it: mp3:32." in found.notes


def test_other_layers_and_digits_get_a_note(result, right, model) -> None:
    old, new = (
        result({"a": right(60)}),
        result({"a": right(50)}, precision="bf16", model=model("2", layers=("6", "12"))),
    )
    notes = " ".join(said_of(old, new).notes)
    assert "Layers that were tried: the main layer alone in OLD, 6, 12 in NEW." in notes
    assert "OLD was embedded in float32, NEW in bf16." in notes


def test_one_model_against_itself_gets_a_note(result, right) -> None:
    assert "OLD and NEW are of one model, by its fingerprint." in said_of(*[result({"a": right(60)})] * 2).notes


def test_a_model_that_knows_the_data_gets_a_note(result, right, model) -> None:
    new = result({"a": right(50)}, model=model("2", training_data=("d",)))
    assert "NEW: The model was trained on d: these scores say little about new music." in said_of(new, new).notes


def test_few_groups_get_a_note(result, right) -> None:
    old, new = (result({"a": right(n, of=12)}) for n in (9, 8))
    assert "Too few test groups for verdicts to trust: a (12)." in said_of(old, new).notes


def test_the_record_survives_json(result, right) -> None:
    found = said_of(result({"a": right(60)}), result({"a": right(45)}))
    assert Comparison.model_validate_json(found.model_dump_json()) == found


def test_the_same_seed_gives_the_same_comparison(result, right) -> None:
    old, new = result({"a": right(60)}), result({"a": right(52)})
    assert said_of(old, new, seed=4) == said_of(old, new, seed=4) != said_of(old, new, seed=5)
