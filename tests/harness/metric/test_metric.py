"""What all metrics share."""

import pickle
from typing import Any

import numpy as np
import pytest

from earmark import metric
from earmark.metric import MACRO_AP, Metric, mean_over_tracks


def _given(_: Any, estimated: Any) -> Any:
    return np.asarray(estimated)


MEAN = mean_over_tracks("mean", _given, source="the test", higher_is_better=False, unit="s")


def test_a_mean_over_tracks_weighs_them() -> None:
    weights = np.array([[1.0, 1, 1], [0, 3, 1], [0.5, 0, 0]])
    np.testing.assert_allclose(MEAN.function([0] * 3, [1.0, 2.0, 6.0], weights), [3.0, 3.0, 1.0])


def test_a_resample_of_nothing_has_no_mean() -> None:
    assert np.isnan(MEAN.function([0, 0], [1.0, 2.0], np.zeros((1, 2)))).all()


def test_a_track_without_a_score_spoils_only_resamples_that_count_it() -> None:
    scores = MEAN.function([0, 0], [np.nan, 2.0], np.array([[0.0, 1], [1, 0], [1, 1]]))
    np.testing.assert_array_equal(scores, [2.0, np.nan, np.nan])


def test_a_mean_over_tracks_keeps_direction_and_unit() -> None:
    assert (MEAN.name, MEAN.higher_is_better, MEAN.unit) == ("mean", False, "s")


@pytest.mark.parametrize(
    ("reference", "estimated", "weights"),
    [
        ([0, 0], [1.0, 2.0, 3.0], np.ones((1, 3))),
        ([0, 0], [1.0, 2.0], np.ones((1, 3))),
        ([0, 0], [1.0, 2.0], np.ones(2)),
        ([0, 0], [[1.0], [2.0]], np.ones((1, 2))),
    ],
)
def test_answers_about_other_tracks_are_refused(reference: Any, estimated: Any, weights: Any) -> None:
    with pytest.raises(ValueError, match=r"needs|answers"):
        MEAN.function(reference, estimated, weights)


def test_metrics_travel_to_other_processes() -> None:
    for travelling in (MACRO_AP, metric.ACCURACY, metric.mae_years((1900.0, 1950.0))):
        assert pickle.loads(pickle.dumps(travelling)).name == travelling.name


def test_every_exported_metric_names_its_source() -> None:
    metrics = [getattr(metric, name) for name in metric.__all__]
    assert all(m.source and m.name for m in metrics if isinstance(m, Metric))
