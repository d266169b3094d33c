"""What cannot be compared is refused, saying what differs and what to do."""

import json

import pytest

from earmark.compare import compare
from earmark.errors import EarmarkError, ResultError, UnknownName
from earmark.result import Named


def refusal(old, new) -> str:
    with pytest.raises(ResultError) as refused:
        compare(old, new, resamples=50)
    return str(refused.value)


@pytest.fixture
def both(result, right):
    """OLD as it is, and NEW with what is changed."""
    return lambda **more: (result({"a": right(60)}), result({"a": right(50)}, version="2", **more))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"benchmark": Named(name="other", version="1")}, "OLD is on b 1, NEW on other 1"),
        ({"benchmark": Named(name="b", version="2")}, "OLD is on b 1, NEW on b 2"),
        ({"seed": 3}, "OLD was run with --seed 0, NEW with --seed 3"),
        ({"limit": 10}, "OLD was run with --limit none, NEW with --limit 10"),
    ],
)
def test_other_terms_are_refused(both, change, said: str) -> None:
    text = refusal(*both(**change))
    assert said in text
    assert "run both models with the same command" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": "2"}, "Data set d: OLD has version 1, NEW 2"),
        ({"tracks": {"test": 99}}, "Data set d: OLD has the splits test 100, NEW test 99"),
        ({"checksum": "ff"}, "Data set d: the audio, labels or splits differ (checksum 00… in OLD, ff… in NEW)"),
    ],
)
def test_other_data_are_refused(both, dataset, change, said: str) -> None:
    assert said in refusal(*both(datasets=(dataset(**change),)))


def test_another_protocol_is_refused(both) -> None:
    old, new = both()
    tasks = tuple(task.model_copy(update={"protocol": "2"}) for task in new.tasks)
    later = new.model_copy(update={"tasks": tasks}).with_tables(new.tables)
    assert "Task a: OLD follows protocol 1, NEW 2" in refusal(old, later)


def test_every_difference_is_said_at_once(both, dataset) -> None:
    text = refusal(*both(seed=3, limit=5, datasets=(dataset(checksum="ff"),)))
    assert [word in text for word in ("--seed", "--limit", "checksum")] == [True] * 3


def test_other_groups_are_refused(result, sheet) -> None:
    said = {"truth": ["yes"] * 4, "said": ["yes"] * 4}
    old = result({"a": sheet(**said, groups=["x", "x", "y", "z"])})
    new = result({"a": sheet(**said, groups=["x", "y", "y", "z"])})
    assert "track 't1': group 'x' in OLD, 'y' in NEW" in refusal(old, new)


def test_another_truth_is_refused(result, sheet) -> None:
    old = result({"a": sheet(truth=["yes", "no"], said=["yes", "no"])})
    new = result({"a": sheet(truth=["yes", "yes"], said=["yes", "no"])})
    assert "track 't1': labelled 'no' in OLD, 'yes' in NEW" in refusal(old, new)


def test_many_disagreements_are_counted(result, sheet) -> None:
    old, new = (result({"a": sheet(truth=[name] * 9, said=["no"] * 9)}) for name in ("yes", "no"))
    assert "and 4 more" in refusal(old, new)


def test_results_without_a_common_task_are_refused(result, right) -> None:
    text = refusal(result({"a": right(60)}), result({"b": right(60)}))
    assert "OLD answers a by linear, NEW b by linear: no task is common" in text


def test_results_without_a_common_track_are_refused(result, sheet) -> None:
    one, other = (sheet(truth=["yes"] * 2, said=["yes"] * 2, tracks=names) for names in (["x", "y"], ["u", "v"]))
    assert "no test track was answered by both" in refusal(result({"a": one}), result({"a": other}))


def test_a_result_without_its_predictions_is_refused(both) -> None:
    old, new = both()
    assert "NEW (m 2) has no predictions beside it" in refusal(old, new.with_tables({}))


def test_a_task_that_is_not_common_is_refused_by_name(both) -> None:
    with pytest.raises(UnknownName, match="No common task or family is called 'tempo'"):
        compare(*both(), tasks=("tempo",))


@pytest.mark.parametrize("smallest", [0.0, -0.1, float("nan"), float("inf")])
def test_a_smallest_difference_is_above_nothing(both, smallest: float) -> None:
    with pytest.raises(EarmarkError, match="above 0"):
        compare(*both(), smallest=smallest)


def test_another_version_of_a_perturbation_is_refused(result, right) -> None:
    old, new = (result({"a": right(60, conditions={"mp3:32": ["yes"] * 100})}) for _ in range(2))
    record = json.loads(new.model_dump_json())
    record["robustness"]["conditions"][0]["version"] = "2"
    later = type(new).model_validate_json(json.dumps(record)).with_tables(new.tables)
    assert "mp3:32: OLD was changed by version 1 of mp3, NEW by 2" in refusal(old, later)
