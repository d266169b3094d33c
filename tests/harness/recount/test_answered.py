"""Predictions are enough: every score comes out again, and what could not be an answer is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, r2_score, roc_auc_score

from earmark import ModelInfo, Result
from earmark.errors import ResultError
from earmark.protocol import Recordings
from earmark.protocol.scoring import score_of
from earmark.recount import Reading, answered
from earmark.robust import robust

WORLD = {"genre": "genre", "tempo": "tempo", "segmentation": "segmentation", "instrument": "instrument",
         "vocal": "vocal", "mood.valence": "valence", "key": "key", "era": "year"}  # fmt: skip
KEYS = ("C major", "A minor", "G major")


@pytest.fixture(scope="module")
def every_form(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    """The tiny world with a label of every form."""
    rows = pd.read_csv(table)
    random = np.random.default_rng(0)
    rows["path"] = [str(table.parent / path) for path in rows["path"]]
    rows["instrument"] = [";".join(n for n in "abc" if random.random() < 0.6) or "a" for _ in rows.index]
    rows["vocal"] = random.choice(["yes", "no"], len(rows))
    rows["valence"] = random.normal(size=len(rows))
    rows["key"] = random.choice(KEYS, len(rows))
    rows["year"] = random.choice([1965, 1985, 2005], len(rows))
    path = tmp_path_factory.mktemp("forms") / "tracks.csv"
    rows.to_csv(path, index=False)
    return Recordings(path=path, targets=WORLD)


@pytest.fixture(scope="module")
def result(every_form: Recordings, tmp_path_factory: pytest.TempPathFactory) -> Result:
    return robust("mfcc", every_form, ["gain"], cache=tmp_path_factory.mktemp("cache"), workers=1, seed=3)


def with_rows(result: Result, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Result:
    return result.with_tables({"predictions": change(result.predictions_frame().copy())})


def scores(result: Result, *, of: Result) -> list[float | None]:
    found, numbers = answered(result), []
    for task in of.tasks:
        said = found[Reading(task.task, task.probe)]
        weights = said.weights(of.resamples, of.seed)
        for metric, claimed in zip(said.metrics, task.scores, strict=False):
            again = score_of(metric, said.marks(metric, weights), weights)
            assert again.metric == claimed.metric
            numbers += [again.value, again.low, again.high]
    return numbers


def claimed(result: Result) -> list[float | None]:
    """All but the years of periods, which only a registered data set tells."""
    scored = [s for t in result.tasks for s in t.scores if s.unit != "years"]
    return [n for s in scored for n in (s.value, s.low, s.high)]


def test_every_score_and_interval_comes_out_to_the_last_bit(result: Result) -> None:
    assert len({task.form for task in result.tasks}) == 8
    assert scores(result, of=result) == claimed(result)


def test_the_answers_of_a_condition_give_its_scores(result: Result) -> None:
    found = answered(result)
    assert result.robustness is not None
    for task in result.robustness.tasks:
        for under in task.conditions:
            said = found[Reading(task.task, task.probe, under.condition)]
            weights = said.weights(result.resamples, result.seed)
            assert score_of(said.metrics[0], said.marks(said.metrics[0], weights), weights) == under.score


def test_without_outputs_all_but_ranks_come_out(result: Result) -> None:
    ranked = {"instrument", "vocal"}

    def slim(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(outputs=rows.outputs.where(rows.task.isin(ranked), None))

    assert scores(with_rows(result, slim), of=result) == claimed(result)
    with pytest.raises(ResultError, match="lack the probe's outputs"):
        answered(with_rows(result, lambda rows: rows.assign(outputs=None)))


@pytest.mark.parametrize(
    ("task", "judge"),
    [
        ("mood.valence", lambda true, said: r2_score(true, [one[0] for one in said])),
        ("vocal", lambda true, said: roc_auc_score([t == "yes" for t in true], [one[0] for one in said])),
        ("instrument", lambda true, said: _macro_ap(true, said)),  # noqa: PLW0108 - it stands below
    ],
)
def test_scores_are_those_of_scikit_learn(
    result: Result, task: str, judge: Callable[[list[object], list[object]], float]
) -> None:
    rows = result.predictions_frame()
    rows = rows[(rows.task == task) & (rows.condition == "")]
    (reading,) = (found for found in answered(result) if found.task == task and not found.condition)
    said = answered(result)[reading]
    expected = judge([json.loads(text) for text in rows.reference], list(rows.outputs))
    found = said.marks(said.metrics[0], said.weights(1, 0))[0]
    assert found == pytest.approx(expected)


def _macro_ap(true: list[object], said: list[object]) -> float:
    reference = np.array([[name in one for name in "abc"] for one in true])
    return float(np.mean([average_precision_score(reference[:, i], np.stack(said)[:, i]) for i in range(3)]))


def test_only_keeps_the_tracks_asked_for_in_their_order(result: Result) -> None:
    said = answered(result)[Reading("genre", "linear")]
    few = said.only(said.tracks[4:1:-1])
    assert few.tracks == said.tracks[4:1:-1]
    assert few.labels == said.labels[4:1:-1]
    assert few.marks(few.metrics[0], np.ones((1, 3)))[0] == np.mean(
        [label == answer for label, answer in zip(few.labels, few.answers[0], strict=True)]
    )


def replaced(column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        cells = rows[column].tolist()
        cells[0] = value
        return rows.assign(**{column: pd.Series(cells, dtype=object)})

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows.drop(columns="estimated"), "no column 'estimated'"),
        (replaced("task", "colour"), "speak of task 'colour'"),
        (replaced("task", 7), "task is 7, which is no text"),
        (replaced("seed", 0.5), "seed is 0.5, which is no whole number"),
        (replaced("seed", 1), "do not speak of the same tracks"),
        (replaced("estimated", '"nobody"'), "'nobody' is none of"),
        (replaced("estimated", "NaN"), "is no answer of form class"),
        (replaced("estimated", "[" * 100_000), "is no answer of form class"),
        (replaced("reference", "{"), "is no answer of form class"),
        (replaced("outputs", [0.1]), "outputs of different lengths"),
        (replaced("outputs", [float("nan")] * 3), "no list of finite numbers"),
        (replaced("outputs", "high"), "no list of numbers"),
        (lambda rows: pd.concat([rows, rows.head(1)]), "give a track twice"),
    ],
)
def test_what_is_no_answer_is_refused(
    result: Result, change: Callable[[pd.DataFrame], pd.DataFrame], sentence: str
) -> None:
    with pytest.raises(ResultError, match=sentence.replace("[", r"\[")):
        answered(with_rows(result, change))


def test_outputs_that_say_something_else_than_the_answer_are_refused(result: Result) -> None:
    rows = result.predictions_frame()
    other = next(name for name in ('"low"', '"mid"') if name != rows.estimated[0])
    with pytest.raises(ResultError, match="the probe's outputs say"):
        answered(with_rows(result, replaced("estimated", other)))


def test_a_result_without_its_predictions_says_so(result: Result, bands: ModelInfo) -> None:
    with pytest.raises(ResultError, match="without its predictions"):
        answered(result.with_tables({}))
