"""Who is to blame, against scikit-learn, mir_eval and counting."""

import numpy as np
import pytest
from mir_eval.key import weighted_score
from sklearn.metrics import average_precision_score, r2_score, recall_score, roc_auc_score

from earmark.compare import compare
from earmark.compare.points import points_of
from earmark.recount import answered
from earmark.target import KEYS

RESAMPLES = 300
MOODS = ("calm", "sad", "wild")


def changes(old, new) -> dict[str, object]:
    return {one.name: one for one in compare(old, new, resamples=RESAMPLES).classes}


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(4)


def test_recall_by_class_is_scikit_learns(result, sheet, random) -> None:
    truth, one, other = (random.choice(MOODS, 60).tolist() for _ in range(3))
    old, new = (result({"a": sheet(truth=truth, said=said, classes=MOODS)}) for said in (one, other))
    found = changes(old, new)
    expected = [recall_score(truth, said, labels=MOODS, average=None) for said in (one, other)]
    assert [found[mood].old for mood in MOODS] == pytest.approx(list(expected[0]))
    assert [found[mood].new for mood in MOODS] == pytest.approx(list(expected[1]))
    assert [found[mood].tracks for mood in MOODS] == [truth.count(mood) for mood in MOODS]


def test_the_greatest_loss_comes_first(result, sheet) -> None:
    truth = ["calm"] * 20 + ["sad"] * 20 + ["wild"] * 20
    lost = ["calm"] * 10 + ["sad"] * 10 + ["sad"] * 20 + ["calm"] * 15 + ["wild"] * 5
    old, new = (result({"a": sheet(truth=truth, said=said, classes=MOODS)}) for said in (truth, lost))
    found = compare(old, new, resamples=RESAMPLES).classes
    assert [(one.name, one.difference.value) for one in found] == [("wild", -0.75), ("calm", -0.5), ("sad", 0.0)]


def tags(sheet, truth: np.ndarray, outputs: np.ndarray):
    said = [[[m for m, has in zip(MOODS, row, strict=True) if has] for row in side] for side in (truth, outputs >= 0.5)]
    about = {"form": "classes", "classes": MOODS, "family": "instrument"}
    return sheet(truth=said[0], said=said[1], outputs=outputs, **about)


def test_average_precision_by_class_is_scikit_learns(result, sheet, random) -> None:
    truth, one, other = random.random((50, 3)) < 0.3, random.random((50, 3)), random.random((50, 3))
    found = changes(*(result({"a": tags(sheet, truth, outputs)}) for outputs in (one, other)))
    for place, mood in enumerate(MOODS):
        assert found[mood].measure == "ap"
        assert found[mood].old == pytest.approx(average_precision_score(truth[:, place], one[:, place]))
        assert found[mood].new == pytest.approx(average_precision_score(truth[:, place], other[:, place]))
        assert found[mood].tracks == truth[:, place].sum()


def test_kinds_of_wrong_keys_are_those_of_mir_eval(result, sheet, random) -> None:
    truth, said = (random.choice(KEYS, 80).tolist() for _ in range(2))
    said[:40] = [KEYS[(place + 7) % 12 + 12 * (place // 12)] for place in map(KEYS.index, truth[:40])]  # a fifth up
    old, new = (result({"a": sheet(truth=truth, said=s, form="key", family="key", classes=())}) for s in (truth, said))
    found = changes(old, new)
    scores = np.array([weighted_score(*pair) for pair in zip(truth, said, strict=True)])
    for kind, worth in (("same", 1.0), ("fifth", 0.5), ("relative", 0.3), ("parallel", 0.2), ("other", 0.0)):
        assert found[kind].new == pytest.approx(np.isclose(scores, worth).mean())
    assert found["fifth"].new >= 0.5


def test_more_wrong_keys_of_no_kin_are_a_loss(result, sheet) -> None:
    truth, wrong = ["C major"] * 30, ["Gb major"] * 30
    old, new = (result({"a": sheet(truth=truth, said=s, form="key", family="key", classes=())}) for s in (truth, wrong))
    found = compare(old, new, resamples=RESAMPLES).classes
    assert {one.name for one in found[:3]} == {"other", "same", "C major"}
    assert not next(one for one in found if one.name == "other").higher_is_better


def test_tempi_are_looked_at_by_thirds(result, sheet) -> None:
    truth = [float(bpm) for bpm in range(60, 150)]
    said = [bpm * (2 if bpm >= 120 else 1) for bpm in truth]
    old, new = (
        result({"a": sheet(truth=truth, said=s, form="tempo", family="tempo", classes=())}) for s in (truth, said)
    )
    found = changes(old, new)
    assert {name: one.new for name, one in found.items()} == {
        "lowest third (60 to 89 BPM)": 1.0, "middle third (90 to 119 BPM)": 1.0, "highest third (120 to 149 BPM)": 0.0,
    }  # fmt: skip


def numbers(sheet, truth, said):
    return sheet(truth=list(truth), said=list(said), form="number", family="mood", classes=())


def test_numbers_are_looked_at_by_thirds_and_their_mean_error(result, sheet) -> None:
    truth = [i / 90 for i in range(90)]
    old, new = (result({"a": numbers(sheet, truth, [t + off for t in truth])}) for off in (0.1, 0.3))
    worst = compare(old, new, resamples=RESAMPLES).classes[0]
    assert (worst.measure, worst.tracks, worst.higher_is_better) == ("mean error", 30, False)
    assert (worst.old, worst.new, worst.difference.value) == (
        pytest.approx(0.1),
        pytest.approx(0.3),
        pytest.approx(0.2),
    )


def only(result, sheet):
    (found,) = answered(result({"a": sheet})).values()
    return points_of(found)


def test_the_points_of_numbers_average_to_r2(result, sheet, random) -> None:
    truth, said = random.random(40).tolist(), random.random(40).tolist()
    assert only(result, numbers(sheet, truth, said)).mean() == pytest.approx(r2_score(truth, said))


def test_the_points_of_either_side_of_a_yes_or_no_average_to_the_area(result, sheet, random) -> None:
    truth, chance = random.random(60) < 0.4, np.round(random.random(60), 1)
    words = [["yes" if t else "no" for t in side] for side in (truth, chance >= 0.5)]
    asked = sheet(truth=words[0], said=words[1], outputs=chance[:, None], form="presence", family="vocal", classes=())
    found = only(result, asked)
    area = roc_auc_score(truth, chance)
    assert found[truth].mean() == pytest.approx(area)
    assert found[~truth].mean() == pytest.approx(area)


def test_the_points_of_tags_are_areas_over_the_classes_of_a_track(result, sheet, random) -> None:
    truth, outputs = random.random((40, 3)) < 0.4, random.random((40, 3))
    truth[0] = [True, False, True]
    beaten = [(outputs[0, c] > outputs[~truth[:, c], c]).mean() for c in (0, 2)]
    assert only(result, tags(sheet, truth, outputs))[0] == pytest.approx(np.mean(beaten))


def test_points_of_a_mean_are_asked_for_in_parts(result, sheet) -> None:
    truth = ["yes"] * 1201
    assert only(result, sheet(truth=truth, said=["yes", "no"] * 600 + ["yes"])).tolist() == [1.0, 0.0] * 600 + [1.0]


def test_tracks_that_lost_most_come_first_with_what_was_said(result, sheet) -> None:
    truth = [i / 20 for i in range(20)]
    worse = [t + (0.9 if i == 7 else 0.5 if i == 3 else 0.0) for i, t in enumerate(truth)]
    old, new = (result({"a": numbers(sheet, truth, said)}) for said in (truth, worse))
    first, second = compare(old, new, resamples=RESAMPLES).tracks
    assert (first.track, first.reference, first.old, first.new) == ("t7", "0.35", "0.35", "1.25")
    assert first.loss == pytest.approx(0.9**2 / np.var(truth))
    assert second.track == "t3"


def test_of_equal_losses_first_who_lost_in_more_tasks(result, sheet, right) -> None:
    once = {"a": right(30, of=30), "b": right(30, of=30)}
    twice = {"a": right(0, of=30), "b": sheet(truth=["yes"] * 30, said=["no" if i == 12 else "yes" for i in range(30)])}
    found = compare(result(once), result(twice), resamples=RESAMPLES).tracks
    assert {one.track for one in found[:2]} == {"t12"}
    assert len([one for one in found if one.task == "a"]) == 10


def test_tracks_are_listenable_by_path(result, right) -> None:
    old, new = result({"a": right(30, of=30)}), result({"a": right(29, of=30)})
    (lost,) = compare(old, new, resamples=RESAMPLES, where=lambda dataset, track: f"/{dataset}/{track}.wav").tracks
    assert lost.path == "/d/t29.wav"


def test_under_conditions_only_what_is_worse_is_looked_into(result, right) -> None:
    old = result({"a": right(60, conditions={"x:1": right(60).said, "x:2": right(60).said})})
    new = result({"a": right(60, conditions={"x:1": right(59).said, "x:2": right(30).said})})
    found = compare(old, new, resamples=RESAMPLES)
    assert {one.condition for one in found.tracks} == {"x:2"}
    assert {one.condition for one in found.classes} == {"", "x:2"}


def test_timelines_are_compared_track_by_track(result, sheet) -> None:
    whole = {"edges_s": [0.0, 10.0, 20.0], "labels": ["a", "b"]}
    late = {"edges_s": [0.0, 15.0, 20.0], "labels": ["a", "b"]}
    asked = {"truth": [whole] * 8, "form": "timeline", "family": "segmentation", "classes": ()}
    old, new = (sheet(said=[whole] * 7 + [last], **asked) for last in (whole, late))
    (lost,) = compare(result({"a": old}), result({"a": new}), resamples=RESAMPLES).tracks
    assert (lost.track, lost.reference, lost.new, lost.loss) == ("t7", "at 10.0 s", "at 15.0 s", 1.0)
