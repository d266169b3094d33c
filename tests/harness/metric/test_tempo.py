"""Acc1 and Acc2 by hand."""

import numpy as np
import pytest

from earmark.metric import ACC1, ACC2


@pytest.mark.parametrize("estimated", [100.0, 104.0, 96.0, 101.5])
def test_a_tempo_within_four_percent_is_right(estimated: float) -> None:
    assert ACC1(np.array([100.0]), np.array([estimated])) == 1.0


@pytest.mark.parametrize("estimated", [104.01, 95.99, 200.0, 50.0, 0.0, -100.0])
def test_a_tempo_beyond_four_percent_is_wrong(estimated: float) -> None:
    assert ACC1(np.array([100.0]), np.array([estimated])) == 0.0


def test_the_edge_of_four_percent_survives_rounding() -> None:
    reference = np.arange(20.0, 401.0)
    assert ACC1(reference, reference * 1.04) == 1.0
    assert ACC1(reference, reference * 0.96) == 1.0


@pytest.mark.parametrize("factor", [1 / 3, 1 / 2, 1, 2, 3])
def test_acc2_accepts_other_metrical_levels_within_four_percent_of_theirs(factor: float) -> None:
    reference = np.array([120.0])
    assert ACC2(reference, reference * factor * 1.039) == 1.0
    assert ACC2(reference, reference * factor * 1.041) == 0.0
    assert ACC2(reference, reference * factor * 0.961) == 1.0
    assert ACC2(reference, reference * factor * 0.959) == 0.0


@pytest.mark.parametrize("factor", [1 / 4, 2 / 3, 3 / 2, 4])
def test_acc2_refuses_levels_that_are_not_in_its_list(factor: float) -> None:
    assert ACC2(np.array([120.0]), np.array([120.0 * factor])) == 0.0


def test_resamples_count_tracks() -> None:
    reference, estimated = np.full(3, 120.0), np.array([120.0, 60.0, 90.0])
    weights = np.array([[1.0, 1, 2], [3, 1, 0]])
    np.testing.assert_allclose(ACC1.function(reference, estimated, weights), [0.25, 0.75])
    np.testing.assert_allclose(ACC2.function(reference, estimated, weights), [0.5, 1.0])


@pytest.mark.parametrize("metric", [ACC1, ACC2])
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_tempo_that_is_no_number_has_no_score(metric: object, broken: float) -> None:
    assert np.isnan(metric(np.array([120.0, 90.0]), np.array([120.0, broken])))  # type: ignore[operator]


@pytest.mark.parametrize("reference", [0.0, -60.0, np.nan])
def test_a_reference_that_is_no_tempo_is_refused(reference: float) -> None:
    with pytest.raises(ValueError, match="above 0 BPM"):
        ACC1(np.array([reference]), np.array([120.0]))
