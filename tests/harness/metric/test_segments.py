"""Segmentation metrics against mir_eval, scikit-learn and hand calculation."""

import mir_eval
import numpy as np
import pytest
from sklearn.metrics import v_measure_score

from earmark.metric.segments import HR3F, HR_HALF_F, PAIRWISE_F, V_MEASURE, detection_f, pairwise_f, v_measure
from earmark.target import Timeline

ROUNDING = 1e-9  # the same counts, summed in another order
ALL = (HR3F, HR_HALF_F, PAIRWISE_F, V_MEASURE)
END_S = 35.0


def timeline(*edges_s: float, labels: str) -> Timeline:
    return Timeline(edges_s=edges_s, labels=tuple(labels))


def random_timeline(rng: np.random.Generator, start_s: float = 0.0, end_s: float = END_S) -> Timeline:
    edges_s = np.sort(rng.uniform(start_s + 1, end_s - 1, rng.integers(1, 8)))
    labels = ("A", "B", *rng.choice(list("ABC"), len(edges_s) - 1))  # two labels at least: no degenerate case
    return Timeline(edges_s=(start_s, *edges_s.tolist(), end_s), labels=labels)


def mir_eval_form(reference: Timeline, estimated: Timeline) -> tuple[np.ndarray, list, np.ndarray, list]:
    """Intervals and labels as `mir_eval.segment.evaluate` lines them up."""
    end_s = reference.edges_s[-1]
    spans = (
        mir_eval.util.adjust_intervals(np.array(t.intervals_s), list(t.labels), t_min=0.0, t_max=end_s)
        for t in (reference, estimated)
    )
    return tuple(part for span in spans for part in span)


@pytest.fixture(params=["same span", "late start", "early end"])
def pairs(request: pytest.FixtureRequest) -> list[tuple[Timeline, Timeline]]:
    rng = np.random.default_rng(5)
    start_s = 2.5 if request.param == "late start" else 0.0
    end_s = 29.7 if request.param == "early end" else END_S
    return [(random_timeline(rng, start_s=start_s), random_timeline(rng, end_s=end_s)) for _ in range(60)]


@pytest.mark.parametrize("window_s", [0.5, 3.0])
def test_boundaries_score_as_mir_eval_says(pairs: list[tuple[Timeline, Timeline]], window_s: float) -> None:
    for reference, estimated in pairs:
        theirs, _, ours, _ = mir_eval_form(reference, estimated)
        expected = mir_eval.segment.detection(theirs, ours, window=window_s, trim=True)[2]
        assert detection_f(reference, estimated, window_s=window_s) == pytest.approx(expected, abs=ROUNDING)


def test_pairs_of_frames_score_as_mir_eval_says(pairs: list[tuple[Timeline, Timeline]]) -> None:
    for pair in pairs:
        expected = mir_eval.segment.pairwise(*mir_eval_form(*pair))[2]
        assert pairwise_f(*pair) == pytest.approx(expected, abs=ROUNDING)


def test_v_measure_is_mir_evals(pairs: list[tuple[Timeline, Timeline]]) -> None:
    for pair in pairs:
        expected = mir_eval.segment.vmeasure(*mir_eval_form(*pair))[2]
        assert v_measure(*pair) == pytest.approx(expected, abs=ROUNDING)


def test_an_estimate_past_the_reference_end_is_cut_as_mir_eval_cuts_it() -> None:
    reference, estimated = timeline(0, 10, 20, labels="AB"), timeline(0, 10.2, 21, 30, labels="ABC")
    intervals = mir_eval_form(reference, estimated)
    assert detection_f(reference, estimated, window_s=0.5) == 1.0
    assert pairwise_f(reference, estimated) == pytest.approx(mir_eval.segment.pairwise(*intervals)[2], abs=ROUNDING)


def test_a_boundary_at_the_reference_end_is_no_boundary() -> None:
    reference, estimated = timeline(0, 10, 20, labels="AB"), timeline(0, 10, 20, 30, labels="ABC")
    assert [metric([reference], [estimated]) for metric in ALL] == [1.0] * 4


def test_an_end_that_differs_by_rounding_adds_no_boundary() -> None:
    reference, estimated = timeline(0, 10, 20, labels="AB"), timeline(0.01, 10, 19.97, labels="XY")
    assert [metric([reference], [estimated]) for metric in ALL] == [1.0] * 4


def test_half_of_the_boundaries_found_and_one_too_many_is_two_fifths() -> None:
    reference, estimated = timeline(0, 10, 20, 30, labels="ABA"), timeline(0, 5, 10.4, 26, 30, labels="ABCD")
    assert detection_f(reference, estimated, window_s=0.5) == pytest.approx(2 / 5)  # P = 1/3, R = 1/2


def test_pairwise_f_of_one_label_by_hand() -> None:
    reference, estimated = timeline(0, 0.2, 0.4, labels="AB"), timeline(0, 0.4, labels="A")
    # 4 frames: 6 pairs alike in the estimate, 2 in the reference, both of them found: P = 1/3, R = 1
    assert pairwise_f(reference, estimated) == pytest.approx(1 / 2)


def test_silence_before_the_first_section_asks_for_a_boundary() -> None:
    reference = timeline(4, 20, 30, labels="AB")
    assert detection_f(reference, timeline(0, 4, 20, 30, labels="SAB"), window_s=0.5) == 1.0
    assert detection_f(reference, timeline(0, 20, 30, labels="AB"), window_s=0.5) == pytest.approx(2 / 3)


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.name)
def test_a_piece_of_one_section_scores_1_if_said_so_and_0_otherwise(metric: object) -> None:
    one, many = timeline(0, 30, labels="A"), timeline(0, 10, 20, 30, labels="ABC")
    assert metric([one], [one]) == 1.0
    if metric is not PAIRWISE_F:  # there a share of the pairs stays right
        assert metric([one], [many]) == metric([many], [one]) == 0.0


def test_v_measure_of_one_label_is_scikit_learns() -> None:
    one, many = timeline(0, 30, labels="A"), timeline(0, 10, 30, labels="AB")
    frames = np.zeros(300), np.r_[np.zeros(100), np.ones(200)]
    for i, j in ((0, 0), (0, 1), (1, 0)):
        assert v_measure((one, many)[i], (one, many)[j]) == pytest.approx(v_measure_score(frames[i], frames[j]))


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.name)
def test_the_reference_itself_scores_1(metric: object) -> None:
    rng = np.random.default_rng(0)
    tracks = [random_timeline(rng, start_s=s) for s in (0.0, 0.05, 3.0) for _ in range(20)]
    assert metric(tracks, tracks) == pytest.approx(1.0, abs=ROUNDING)


def test_names_of_labels_do_not_matter() -> None:
    reference, estimated = timeline(0, 10, 20, 30, labels="ABA"), timeline(0, 10, 20, 30, labels="ZYZ")
    assert pairwise_f(reference, estimated) == v_measure(reference, estimated) == pytest.approx(1.0)


def test_a_track_shorter_than_a_frame_has_a_score() -> None:
    blink = timeline(0, 0.05, labels="A")
    assert [metric([blink], [blink]) for metric in ALL] == [1.0] * 4


def test_weights_average_the_tracks_of_each_resample() -> None:
    one, many = timeline(0, 30, labels="A"), timeline(0, 10, 30, labels="AB")
    scores = HR3F.function([one, one], [one, many], np.array([[1.0, 1.0], [3.0, 1.0], [0.0, 2.0]]))
    np.testing.assert_allclose(scores, [0.5, 0.75, 0.0])
