import pytest

from earmark.errors import ResultError
from earmark.result.beside import beside


def test_each_model_has_a_column_and_each_task_a_row(make_result, make_task):
    one = make_result(make_task("genre", 0.5), make_task("key", 0.25))
    other = one.model_copy(update={"model": one.model.model_copy(update={"name": "other"}), "tasks": one.tasks[:1]})
    lines = beside([one, other]).splitlines()
    assert lines[2].split() == ["task", "probe", "metric", "chance", "m<b>", "1.10", "other", "1.10"]
    assert lines[4].count("0.500 (0.450 – 0.550)") == 2
    assert lines[5].endswith("–")  # the other was not asked


def test_a_column_names_the_layers_that_were_asked_for(make_result, make_task):
    one = make_result(make_task("genre", 0.5))
    heads = [
        beside([one, one.model_copy(update={"model": one.model.model_copy(update={"layers": layers})})]).splitlines()[2]
        for layers in (("pool",), ("a", "b"))
    ]
    assert heads[0].endswith("m<b> 1.10 · pool")
    assert heads[1].endswith("m<b> 1.10 · 2 layers")


def test_who_was_trained_on_the_data_is_named(make_result, make_task):
    one = make_result(make_task("genre", 0.5))
    trained = one.model_copy(update={"model": one.model.model_copy(update={"name": "x", "training_data": ("d",)})})
    assert beside([one, trained]).splitlines()[-1].startswith("x: The model was trained on d")


@pytest.mark.parametrize(("field", "value"), [("limit", 5), ("benchmark", {"name": "d", "version": "2"})])
def test_results_of_different_questions_are_refused(make_result, make_task, field, value):
    one = make_result(make_task("genre", 0.5))
    other = type(one).model_validate(one.model_dump() | {field: value})
    with pytest.raises(ResultError, match=f"differ in their {field}"):
        beside([one, other])


def test_results_of_different_data_are_refused(make_result, make_task):
    one = make_result(make_task("genre", 0.5))
    data = one.datasets[0].model_copy(update={"checksum": "f" * 64})
    with pytest.raises(ResultError, match="differ in their data"):
        beside([one, one.model_copy(update={"datasets": (data,)})])


def test_a_result_without_scores_is_refused(make_result, make_task):
    scored = make_result(make_task("genre", 0.5))
    with pytest.raises(ResultError, match="holds no scores"):
        beside([scored, scored.model_copy(update={"tasks": ()})])
