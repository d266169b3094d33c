"""How well each class is found, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, recall_score

from earmark.recount import Answered, Reading
from earmark.site.classes import class_scores
from earmark.target import KEYS, Label, Target, Timeline

TRACKS = 90
ROUNDING = 1e-12
"""Two ways of adding the same few numbers."""


def answered(target: Target, labels: list[Label], answers: list[Label], estimated: object) -> Answered:
    return Answered(
        reading=Reading(target.name, "linear"), target=target, tracks=tuple(f"t{i}" for i in range(len(labels))),
        groups=tuple(f"g{i // 2}" for i in range(len(labels))), labels=tuple(labels), answers=(tuple(answers),),
        estimated=(estimated,),
    )  # fmt: skip


def one_of(form: str, names: tuple[str, ...], classes: tuple[str, ...] = ()) -> Answered:
    rng = np.random.default_rng(1)
    labels, answers = ([names[i] for i in rng.integers(len(names), size=TRACKS)] for _ in range(2))
    mixed = [a if rng.random() < 0.5 else b for a, b in zip(labels, answers, strict=True)]
    chosen = np.eye(len(names))[[names.index(name) for name in mixed]]
    return answered(
        Target(name="x", family="genre" if form != "key" else "key", form=form, classes=classes),
        list(labels),
        list(mixed),
        chosen,
    )


@pytest.mark.parametrize(("form", "names"), [("class", ("a", "b", "c")), ("ordered", ("1", "2", "3")), ("key", KEYS)])
def test_recall_is_that_of_scikit_learn(form: str, names: tuple[str, ...]) -> None:
    found = one_of(form, names, () if form == "key" else names)
    shown = class_scores(found)
    expected = recall_score(found.labels, found.answers[0], labels=list(names), average=None, zero_division=0.0)
    for one in shown:
        assert one.score.value == pytest.approx(expected[names.index(one.name)], abs=ROUNDING)
        assert one.tracks == found.labels.count(one.name)
        assert one.score.metric == "recall"


def test_average_precision_is_that_of_scikit_learn() -> None:
    rng, names = np.random.default_rng(2), ("drums", "flute", "none")
    truth, outputs = rng.random((TRACKS, 3)) < (0.5, 0.2, 0.0), rng.random((TRACKS, 3))
    labels: list[Label] = [tuple(n for n, is_in in zip(names, row, strict=True) if is_in) for row in truth]
    found = answered(Target(name="x", family="instrument", form="classes", classes=names), labels, labels, outputs)
    shown = class_scores(found)
    assert [one.name for one in shown] == ["drums", "flute"]  # nothing to find of the third
    for i, one in enumerate(shown):
        assert one.score.value == pytest.approx(average_precision_score(truth[:, i], outputs[:, i]), abs=ROUNDING)
        assert one.tracks == truth[:, i].sum()


def test_tempi_are_scored_by_thirds() -> None:
    bpm = [60.0] * 3 + [100.0] * 3 + [180.0] * 3
    said = [60.0, 61.0, 90.0, 100.0, 100.0, 100.0, 90.0, 90.0, 90.0]  # within 4 %: two, three and none
    found = answered(Target(name="x", family="tempo", form="tempo"), list(bpm), list(said), np.array(said))
    assert [one.tracks for one in class_scores(found)] == [3, 3, 3]
    assert [one.score.value for one in class_scores(found)] == pytest.approx([2 / 3, 1.0, 0.0])


def test_sung_and_not_sung_are_classes() -> None:
    labels: list[Label] = ["yes", "yes", "no", "no"]
    found = answered(
        Target(name="x", family="vocal", form="presence"),
        labels,
        ["yes", "no", "no", "no"],
        np.array([0.9, 0.2, 0.1, 0.3]),
    )
    assert [(one.name, one.score.value) for one in class_scores(found)] == [("yes", 0.5), ("no", 1.0)]


def test_intervals_hold_the_score_and_lie_within_its_limits() -> None:
    for one in class_scores(one_of("class", ("a", "b", "c"), ("a", "b", "c"))):
        assert 0 <= (one.score.low or 0) <= (one.score.value or 0) <= (one.score.high or 0) <= 1


def test_a_timeline_has_no_classes() -> None:
    timeline = Timeline(edges_s=(0.0, 1.0), labels=("a",))
    found = answered(Target(name="x", family="segmentation", form="timeline"), [timeline], [timeline], [timeline])
    assert class_scores(found) == ()
