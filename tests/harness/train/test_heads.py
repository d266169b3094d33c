"""How each form of answer is taught."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from earmark.audio import AudioBytes
from earmark.dataset import Dataset, Track
from earmark.errors import DatasetError, EarmarkError, UnknownName
from earmark.target import Target
from earmark.train.heads import answers_of, check_answers, heads_of, joint_loss, left_out

GENRE = Target(name="genre", family="genre", form="class", classes=("a", "b", "c"))
TAGS = Target(name="tags", family="mood", form="classes", classes=("x", "y"))
VOCAL = Target(name="vocal", family="vocal", form="presence")
KEY = Target(name="key", family="key", form="key")
TEMPO = Target(name="tempo", family="tempo", form="tempo")
LABELS = [
    {"genre": "a", "tags": ("x",), "vocal": "yes"},
    {"genre": "c", "tags": ()},
    {"genre": "b", "vocal": "no"},
    {"tags": ("x", "y"), "vocal": "yes"},
]
TOLERANCE = 1e-6  # float32


def track(i: int, labels: dict[str, object], split: str = "train") -> Track:
    return Track(id=f"t{i}", group=f"g{i}", split=split, source=AudioBytes("t", bytes), labels=labels)


def dataset(*targets: Target) -> Dataset:
    tracks = tuple(track(i, {n: v for n, v in some.items() if n in {t.name for t in targets}})
                   for i, some in enumerate(LABELS))  # fmt: skip
    return Dataset(name="d", version="1", license="", source="", targets=targets, tracks=tracks)


def test_the_loss_is_the_mean_over_targets_of_their_labelled_tracks():
    """Against scikit-learn's log loss, each target over the tracks that have a label for it."""
    data = dataset(GENRE, TAGS, VOCAL)
    heads = heads_of(data, ())
    logits = torch.from_numpy(np.random.default_rng(0).normal(size=(4, 6)))
    found = joint_loss(heads, logits.float(), [answers_of(h.target, data.tracks) for h in heads])
    sigmoid = 1 / (1 + np.exp(-logits.numpy()))
    genre = log_loss([0, 2, 1], logits[:3, :3].softmax(1).numpy())
    tags = log_loss([1, 0, 0, 0, 1, 1], sigmoid[[0, 1, 3], 3:5].ravel())
    vocal = log_loss([1, 0, 1], sigmoid[[0, 2, 3], 5])
    assert found.item() == pytest.approx((genre + tags + vocal) / 3, rel=TOLERANCE)


def test_a_batch_without_labels_for_a_target_teaches_it_nothing():
    data = dataset(GENRE, VOCAL)
    heads = heads_of(data, ())
    logits = torch.zeros(1, 4, requires_grad=True)
    joint_loss(heads, logits, [answers_of(h.target, data.tracks[1:2]) for h in heads]).backward()
    assert logits.grad[0, :3].any()
    assert not logits.grad[0, 3:].any()


def test_every_target_of_classes_gets_a_head_and_the_others_are_named():
    data = dataset(GENRE, TEMPO, VOCAL, KEY)
    heads = heads_of(data, ())
    assert [(h.target.name, h.start, h.stop) for h in heads] == [("genre", 0, 3), ("vocal", 3, 4), ("key", 4, 28)]
    assert left_out(data, heads) == ("tempo",)


def test_a_wanted_target_alone_gets_a_head():
    assert [h.target.name for h in heads_of(dataset(GENRE, VOCAL), ["vocal"])] == ["vocal"]


@pytest.mark.parametrize(
    ("targets", "wanted", "error", "sentence"),
    [
        ((GENRE, TEMPO), ["tempo"], EarmarkError, r"Only classes are trained on, not tempo \(tempo\)"),
        ((GENRE,), ["gender"], UnknownName, "Did you mean 'genre'"),
        ((TEMPO,), [], DatasetError, "no target of classes"),
    ],
    ids=["number", "unknown", "none"],
)
def test_what_cannot_be_trained_on_is_refused(targets, wanted: list[str], error, sentence: str):
    with pytest.raises(error, match=sentence):
        heads_of(dataset(*targets), wanted)


@pytest.mark.parametrize(
    ("train", "valid", "sentence"),
    [
        (["a", "a"], ["a"], "all 2 training tracks are labelled 'a'"),
        (["a", "b"], [], "no labelled track in valid"),
        ([], ["a"], "no labelled track in train"),
    ],
    ids=["one-class", "no-validation", "no-training"],
)
def test_labels_that_teach_nothing_are_named(train: list[str], valid: list[str], sentence: str):
    (head,) = heads_of(dataset(GENRE), ())
    answers = (answers_of(GENRE, [track(i, {"genre": g}) for i, g in enumerate(some)]) for some in (train, valid))
    with pytest.raises(DatasetError, match=sentence):
        check_answers(head, *answers)
