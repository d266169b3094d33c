"""What a pair of labels is scored by."""

import mir_eval
import numpy as np
import pytest

from earmark.metric import ACC1, ACC2
from earmark.neighbours.likeness import LIKENESSES, RELEVANCES
from earmark.target import FORMS, KEYS

TEMPI = np.array([60.0, 62.4, 62.5, 90, 120, 119, 180, 181, 40, 30, 57.6, 57.5])


def pairs(form: str, reference: np.ndarray, others: np.ndarray) -> dict[str, np.ndarray]:
    return {one.measure: one.pairs(reference, others) for one in LIKENESSES[form]}


def test_every_form_of_answer_has_its_likenesses() -> None:
    assert set(LIKENESSES) == set(FORMS)
    assert set(FORMS) - set(RELEVANCES) == {"number", "timeline"}


def test_keys_are_scored_as_mir_eval_does_with_the_query_as_the_reference() -> None:
    found = pairs("key", np.arange(24), np.arange(24))
    theirs = [[mir_eval.key.weighted_score(query, other) for other in KEYS] for query in KEYS]
    assert np.array_equal(found["mirex weighted score"], theirs)
    assert np.array_equal(found["same label"], np.eye(24))


@pytest.mark.parametrize(("measure", "metric"), [("within 4 %", ACC1), ("within 4 %, octave-tolerant", ACC2)])
def test_tempi_are_near_where_the_metric_says_so(measure: str, metric) -> None:
    found = pairs("tempo", TEMPI, TEMPI)[measure]
    theirs = [[metric(np.array([query]), np.array([other])) for other in TEMPI] for query in TEMPI]
    assert np.array_equal(found, theirs)


def test_several_classes_are_scored_by_the_share_of_the_querys() -> None:
    found = pairs("classes", np.array([[1, 1, 0], [0, 0, 1], [0, 0, 0]]), np.array([[1, 0, 1], [1, 1, 1]]))
    (shares,) = found.values()
    assert np.array_equal(shares, [[0.5, 1.0], [1.0, 1.0], [np.nan, np.nan]], equal_nan=True)


def test_numbers_are_scored_by_their_difference() -> None:
    (way,) = LIKENESSES["number"]
    assert way.pairs(np.array([1.0]), np.array([-2.0, 1.5])).tolist() == [[3.0, 0.5]]
    assert not way.higher_is_better


@pytest.mark.parametrize(
    ("neighbours", "right"), [([1, 0, 0], 1), ([1, 0], 0), ([0, 1], 1), ([2, 1, 1, 0, 0], 0), ([2, 0, 0, 1, 1], 1)]
)
def test_of_equal_votes_the_nearest_decides(neighbours: list[int], right: int) -> None:
    assert RELEVANCES["class"].vote(np.int64(0), np.array(neighbours)) == right


@pytest.mark.parametrize(("neighbours", "right"), [([60, 61, 90], 1), ([90, 91, 60], 0), ([90, 60, 62], 1)])
def test_tempi_vote_with_those_near_them(neighbours: list[float], right: int) -> None:
    assert RELEVANCES["tempo"].vote(np.float64(60), np.array(neighbours, dtype=float)) == right


def test_each_class_of_the_query_is_voted_on() -> None:
    neighbours = np.array([[1, 0, 0, 1], [1, 0, 1, 1], [0, 1, 1, 0], [0, 0, 1, 1]])
    # Of four: 2 with the nearest, 1, 3 without it. The last is none of the query's.
    assert RELEVANCES["classes"].vote(np.array([1, 1, 1, 0]), neighbours) == pytest.approx(2 / 3)
    assert RELEVANCES["classes"].vote(np.array([0, 0, 1, 0]), neighbours[[2, 0]]) == 1
    assert RELEVANCES["classes"].vote(np.array([0, 0, 1, 0]), neighbours[[0, 2]]) == 0
    assert np.isnan(RELEVANCES["classes"].vote(np.zeros(4), neighbours))
