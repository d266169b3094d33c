"""The MLP probe: what it learns, what chooses, and that its seed is all its chance."""

import numpy as np
import pytest
import torch
from scipy.stats import binom
from sklearn.metrics import r2_score

from earmark.probe import mlp
from earmark.probe.fold import Fold
from earmark.probe.linear import linear_probe
from earmark.probe.mlp import mlp_probe

SUM = 1e-6  # of probabilities in float64
QUICK = mlp.Setting(learning_rate=1e-3, dropout=0.5, weight_decay=0.0)
SLOW = mlp.Setting(learning_rate=1e-6, dropout=0.5, weight_decay=0.0)


@pytest.fixture(autouse=True)
def small_grid(monkeypatch):
    """One quick setting and one that learns nothing; the full grid only where a test asks for it."""
    monkeypatch.setattr(mlp, "GRID", {1e-6: (SLOW,), 1e-3: (QUICK,)})


def ring(tracks, seed):
    """Inside or outside of a circle, which no line tells apart: (embeddings [tracks, 4], one-hot)."""
    rng = np.random.default_rng(seed)
    inside = rng.integers(0, 2, tracks)
    angle, radius = rng.uniform(0, 2 * np.pi, tracks), np.where(inside, 0.5, 2.0)
    circle = radius[:, None] * np.c_[np.cos(angle), np.sin(angle)]
    embeddings = np.c_[circle, 0.1 * rng.normal(size=(tracks, 2))].astype(np.float32)
    return Fold(embeddings=embeddings, answers=np.eye(2)[inside])


def accuracy(valid):
    return lambda outputs: float((outputs.argmax(axis=1) == valid.answers.argmax(axis=1)).mean())


def rings():
    return tuple(ring(120, seed) for seed in range(3))


def run(train, valid, test, *, link="softmax", seed=0):
    return mlp_probe(train, valid, test.embeddings, link=link, score=accuracy(valid), seed=seed)


def test_a_circle_is_learned_where_a_line_fails():
    train, valid, test = rings()
    line = linear_probe(train, valid, test.embeddings, link="softmax", score=accuracy(valid), seed=0)
    assert accuracy(test)(line.outputs[0]) < 0.8
    assert min(accuracy(test)(each) for each in run(train, valid, test).outputs) > 0.95


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_five_seeds_give_five_sets_of_probabilities(link):
    outputs = run(*rings(), link=link).outputs
    assert outputs.shape == (5, 120, 2)
    assert ((outputs >= 0) & (outputs <= 1)).all()
    assert len(np.unique(outputs[:, 0, 0])) == 5


def test_softmax_sums_to_one():
    np.testing.assert_allclose(run(*rings()).outputs.sum(axis=2), 1.0, atol=SUM)


def test_the_setting_that_learns_is_chosen():
    readout = run(*rings())
    assert readout.settings == {"learning_rate": 1e-3, "dropout": 0.5, "weight_decay": 0.0}
    assert (readout.valid_score, readout.edge, readout.converged) == (1.0, "", True)


def test_the_same_seed_gives_the_same_digits_whatever_the_threads():
    before, found = torch.get_num_threads(), []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        found.append(run(*rings()).outputs)
    torch.set_num_threads(before)
    np.testing.assert_array_equal(*found)


def test_another_seed_gives_other_digits():
    assert not np.array_equal(run(*rings()).outputs, run(*rings(), seed=1).outputs)


def test_global_random_state_is_left_alone():
    before = torch.random.get_rng_state()
    run(*rings())
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_test_split_never_chooses():
    train, valid, test = rings()
    other = Fold(embeddings=np.zeros_like(test.embeddings), answers=test.answers)
    one, two = run(train, valid, test), run(train, valid, other)
    assert (one.settings, one.valid_score) == (two.settings, two.valid_score)


def test_numbers_come_back_in_their_own_unit():
    folds = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        embeddings = rng.normal(size=(150, 5)).astype(np.float32)
        numbers = np.c_[1000 + 50 * embeddings[:, 0], np.full(150, 3.0)]
        folds.append(Fold(embeddings=embeddings, answers=numbers))
    train, valid, test = folds
    readout = mlp_probe(
        train, valid, test.embeddings, link="identity", seed=0,
        score=lambda outputs: float(r2_score(valid.answers[:, 0], outputs[:, 0])),
    )  # fmt: skip
    assert r2_score(test.answers[:, 0], readout.outputs[0, :, 0]) > 0.9
    assert readout.outputs[0, :, 1] == pytest.approx(3.0, abs=1.0)  # deviation zero counts as one


def test_shuffled_labels_score_at_chance():
    def shuffled(seed):
        whole, order = ring(300, seed), np.random.default_rng(9 + seed).permutation(300)
        return Fold(embeddings=whole.embeddings, answers=whole.answers[order])

    train, valid, test = (shuffled(seed) for seed in range(3))
    hits = [round(300 * accuracy(test)(each)) for each in run(train, valid, test).outputs]
    share = test.answers.mean(axis=0)
    assert min(hits) >= binom.ppf(0.0005, 300, share.min())
    assert max(hits) <= binom.ppf(0.9995, 300, share.max())


def test_an_embedding_that_holds_the_label_scores_one():
    train, valid, test = (Fold(embeddings=f.answers.astype(np.float32), answers=f.answers) for f in rings())
    readout = run(train, valid, test)
    assert all(accuracy(test)(each) == 1.0 for each in readout.outputs)


def test_a_cap_that_ends_the_training_is_reported(monkeypatch):
    monkeypatch.setattr(mlp, "MAX_LOOKS", 2)
    assert not run(*rings()).converged


def test_a_score_that_is_never_a_number_stays_nan():
    train, valid, test = rings()
    readout = mlp_probe(train, valid, test.embeddings, link="softmax", score=lambda _: float("nan"), seed=0)
    assert np.isnan(readout.valid_score)
    assert np.isfinite(readout.outputs).all()


@pytest.mark.parametrize("tracks", [1, 2, 33])
def test_few_tracks_and_one_dimension_are_no_obstacle(tracks):
    train = Fold(embeddings=np.arange(tracks, dtype=np.float32)[:, None], answers=np.tile([0.0, 1.0], (tracks, 1)))
    assert (run(train, train, train).outputs.argmax(axis=2) == 1).all()


def test_the_grid_is_the_protocols(monkeypatch):
    monkeypatch.undo()
    settings = [setting for same_rate in mlp.GRID.values() for setting in same_rate]
    assert {s.dropout for s in settings} == {0.25, 0.5, 0.75}
    assert {s.learning_rate for s in settings} == {1e-4, 3e-4, 1e-3}
    assert {s.weight_decay for s in settings} == {0.0, 1e-4}
    assert len(set(settings)) == 18
