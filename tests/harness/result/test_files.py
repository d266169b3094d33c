import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from earmark.errors import ResultError
from earmark.result import Result, TaskResult, json_schema, read_result, write_result

MakeTask, MakeResult = Callable[..., TaskResult], Callable[..., Result]


@pytest.fixture
def written(tmp_path: Path, make_result: MakeResult, make_task: MakeTask) -> Path:
    path = tmp_path / "deep" / "result.json"
    write_result(make_result(make_task("key", 0.5)), path)
    return path


def test_what_is_written_is_read_again(written: Path, make_result: MakeResult, make_task: MakeTask) -> None:
    found = read_result(written)
    assert found.tasks == make_result(make_task("key", 0.5)).tasks
    assert found.predictions_frame()["outputs"][0].tolist() == [0.25, 0.75]


def test_the_schema_is_a_schema_and_accepts_the_file(written: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.validate(json.loads(written.read_text()), json_schema())


def test_a_result_of_the_first_schema_is_read(written: Path) -> None:
    record = json.loads(written.read_text())
    for part, new in (
        (record, ("precision",)),
        (record["model"], ("layers",)),
        (record["tasks"][0], ("layer", "by_layer")),
    ):
        for field in new:
            del part[field]
    written.write_text(json.dumps(record | {"schema_version": "1"}))
    assert read_result(written).task("key").by_layer == ()


@pytest.mark.parametrize(
    ("place", "value"), [("seed", "zero"), ("schema_version", "9"), ("surprise", 1), ("tasks", [{"task": "x"}])]
)
def test_another_shape_is_refused_with_its_place(written: Path, place: str, value: object) -> None:
    record = json.loads(written.read_text()) | {place: value}
    written.write_text(json.dumps(record))
    with pytest.raises(ResultError, match="No valid result: at"):
        read_result(written)


def test_nan_has_no_place_in_a_result(written: Path) -> None:
    written.write_text(written.read_text().replace('"value": 0.5', '"value": NaN'))
    with pytest.raises(ResultError):
        read_result(written)


def test_changed_predictions_are_refused(written: Path) -> None:
    pd.DataFrame({"task": ["other"]}).to_parquet(written.with_suffix(".parquet"))
    with pytest.raises(ResultError, match="has changed since"):
        read_result(written)


def test_a_drawn_split_is_kept_beside_the_result(tmp_path: Path, make_result: MakeResult, make_task: MakeTask) -> None:
    result = make_result(make_task("key", 0.5))
    split = pd.DataFrame({"id": ["t1", "07"], "group": ["a", "b"], "split": ["train", "test"]})
    write_result(result.with_tables(result.tables | {"split": split}), tmp_path / "r.json")
    assert (tmp_path / "r.split.csv").read_text().splitlines() == ["id,group,split", "t1,a,train", "07,b,test"]
    assert read_result(tmp_path / "r.json").tables["split"].equals(split)


def test_a_result_without_its_predictions_can_still_be_shown(written: Path) -> None:
    written.with_suffix(".parquet").unlink()
    found = read_result(written)
    assert "key" in str(found)
    with pytest.raises(ResultError, match="without its predictions"):
        found.predictions_frame()


@pytest.mark.parametrize("content", ["", "[1, 2", "no json"])
def test_what_is_no_json_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content)
    with pytest.raises(ResultError, match=r"odd\.json: is no result file"):
        read_result(path)


def test_a_result_is_a_json_file(tmp_path: Path, make_result: MakeResult, make_task: MakeTask) -> None:
    with pytest.raises(ResultError, match=r"ends in \.json"):
        write_result(make_result(make_task("key", 0.5)), tmp_path / "result.txt")


def test_every_score_becomes_a_row_of_a_frame(make_result: MakeResult, make_task: MakeTask) -> None:
    frame = make_result(make_task("key", 0.5), make_task("era", 0.6)).to_pandas()
    assert frame[["task", "value", "chance", "baseline"]].to_numpy().tolist() == [
        ["key", 0.5, 0.1, 0.4],
        ["era", 0.6, 0.1, 0.4],
    ]


def test_a_task_is_found_by_name(make_result: MakeResult, make_task: MakeTask) -> None:
    result = make_result(make_task("key", 0.5))
    assert result.task("key").main.value == 0.5
    with pytest.raises(ResultError, match="has no task 'tempo'"):
        result.task("tempo")
