"""The linear probe against scikit-learn's logistic regression, and what may not move its answers."""

import numpy as np
import pytest
import torch
from scipy.special import log_softmax
from scipy.stats import binom
from sklearn.linear_model import LogisticRegression

from earmark.probe.choice import choose, edge_of, strength_grid
from earmark.probe.fold import Fold, standardise
from earmark.probe.linear import fit_linear, linear_probe

OBJECTIVE = 1e-6  # relative; the project promises 1e-4, both sides converge far below
SAME = 1e-5  # of a probability, between runs that differ in the order of their sums only
CS = (1e-3, 1e-1, 10.0)


def blobs(tracks, dim, classes, *, seed=0, spread=1.5):
    """Correlated embeddings whose class moves their mean: (float32 [tracks, dim], class [tracks])."""
    rng = np.random.default_rng(7)
    centres, mix = rng.normal(size=(classes, dim)), rng.normal(size=(dim, dim)) / dim**0.5
    rng = np.random.default_rng(seed)
    label = rng.integers(0, classes, tracks)
    label[:classes] = np.arange(classes)
    noise = rng.normal(size=(tracks, dim)) @ mix
    return (centres[label] / spread + 2 * noise).astype(np.float32), label


def fold(tracks=120, dim=10, classes=4, seed=0):
    embeddings, label = blobs(tracks, dim, classes, seed=seed)
    return Fold(embeddings=embeddings, answers=np.eye(classes)[label])


def accuracy(valid):
    return lambda outputs: float((outputs.argmax(axis=1) == valid.answers.argmax(axis=1)).mean())


def run(train, valid, test, *, link="softmax"):
    return linear_probe(train, valid, test, link=link, score=accuracy(valid), seed=0)


def softmax_objective(rows, answers, weights, bias, strength):
    loss = -(answers * log_softmax(rows @ weights + bias, axis=1)).sum(axis=1).mean()
    return loss + strength / 2 * (weights**2).sum()


def sigmoid_objective(rows, answers, weights, bias, strength):
    logits = rows @ weights + bias
    loss = (np.logaddexp(0, logits) - answers * logits).mean(axis=0)
    return loss + strength / 2 * (weights**2).sum(axis=0)


def theirs(rows, label, c):
    return LogisticRegression(C=c, tol=1e-10, max_iter=5000, solver="newton-cholesky").fit(rows, label)


@pytest.mark.parametrize("c", CS)
@pytest.mark.parametrize(("tracks", "dim", "classes"), [(150, 8, 3), (60, 100, 5), (40, 1, 3)])
def test_softmax_reaches_scikit_learns_objective(tracks, dim, classes, c):
    embeddings, label = blobs(tracks, dim, classes)
    rows, answers, strength = standardise(embeddings)[0], np.eye(classes)[label], 1 / (c * tracks)
    fit = fit_linear(rows, answers, np.array([strength]), link="softmax")
    ours = softmax_objective(rows, answers, fit.weights[0], fit.biases[0], strength)
    model = theirs(rows, label, c)
    expected = softmax_objective(rows, answers, model.coef_.T, model.intercept_, strength)
    assert fit.converged.all()
    assert ours == pytest.approx(expected, rel=OBJECTIVE)


@pytest.mark.parametrize("c", CS)
@pytest.mark.parametrize(("tracks", "dim", "classes"), [(150, 8, 3), (60, 100, 5)])
def test_each_sigmoid_reaches_scikit_learns_objective(tracks, dim, classes, c):
    embeddings, label = blobs(tracks, dim, classes)
    rows, answers, strength = standardise(embeddings)[0], np.eye(classes)[label], 1 / (c * tracks)
    fit = fit_linear(rows, answers, np.array([strength]), link="sigmoid")
    ours = sigmoid_objective(rows, answers, fit.weights[0], fit.biases[0], strength)
    models = [theirs(rows, answers[:, k], c) for k in range(classes)]
    weights, bias = np.concatenate([m.coef_ for m in models]).T, np.concatenate([m.intercept_ for m in models])
    expected = sigmoid_objective(rows, answers, weights, bias, strength)
    assert fit.converged.all()
    np.testing.assert_allclose(ours, expected, rtol=OBJECTIVE)


def test_soft_targets_reach_the_objective_of_weighted_hard_ones():
    embeddings, label = blobs(60, 5, 3)
    rows, hard = standardise(embeddings)[0], np.eye(3)[label]
    soft = 0.75 * hard + 0.25 * np.roll(hard, 1, axis=1)
    fit = fit_linear(rows, soft, np.array([0.01]), link="softmax")
    weights = np.r_[np.full(60, 0.75), np.full(60, 0.25)]
    model = LogisticRegression(C=1 / 0.6, tol=1e-10, max_iter=5000)
    model.fit(np.r_[rows, rows], np.r_[label, (label + 1) % 3], sample_weight=weights)
    expected = softmax_objective(rows, soft, model.coef_.T, model.intercept_, 0.01)
    assert softmax_objective(rows, soft, fit.weights[0], fit.biases[0], 0.01) == pytest.approx(expected, rel=OBJECTIVE)


def test_every_strength_of_the_grid_converges_where_classes_part_perfectly():
    train = fold(tracks=60, dim=200)
    rows = standardise(train.embeddings)[0]
    fit = fit_linear(rows, train.answers, strength_grid(rows), link="softmax")
    assert fit.converged.all()
    assert np.isfinite(fit.weights).all()


def test_a_cap_on_iterations_is_reported(monkeypatch):
    monkeypatch.setattr("earmark.probe.linear.MAX_ITERATIONS", 2)
    assert not run(fold(), fold(seed=1), fold(seed=2).embeddings).converged


def test_shuffled_labels_score_at_chance():
    def shuffled(tracks, seed):
        whole, order = fold(tracks, seed=seed), np.random.default_rng(9 + seed).permutation(tracks)
        return Fold(embeddings=whole.embeddings, answers=whole.answers[order])

    train, valid, test = (shuffled(tracks, seed) for seed, tracks in enumerate((400, 200, 400)))
    hits = int((run(train, valid, test.embeddings).outputs[0].argmax(1) == test.answers.argmax(1)).sum())
    share = test.answers.mean(axis=0)
    assert binom.ppf(0.0005, 400, share.min()) <= hits <= binom.ppf(0.9995, 400, share.max())


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_an_embedding_that_holds_the_label_scores_one(link):
    folds = [fold(seed=seed) for seed in range(3)]
    train, valid, test = (Fold(embeddings=f.answers.astype(np.float32), answers=f.answers) for f in folds)
    readout = run(train, valid, test.embeddings, link=link)
    assert readout.valid_score == 1.0
    assert (readout.outputs[0].argmax(axis=1) == test.answers.argmax(axis=1)).all()


def test_ties_go_to_the_stronger():
    assert choose([0.1, 0.7, 0.7 + 1e-12, 0.2]) == 1


def test_a_nan_score_is_worthless():
    assert choose([float("nan"), 0.1, float("nan")]) == 1


def test_a_perfect_score_everywhere_chooses_the_strongest_and_says_so():
    readout = linear_probe(fold(), fold(seed=1), fold().embeddings, link="softmax", score=lambda _: 1.0, seed=0)
    assert readout.edge == "strongest"


def test_the_weakest_is_named_too():
    scores = iter(range(100))
    readout = linear_probe(
        fold(), fold(seed=1), fold().embeddings, link="softmax", score=lambda _: float(next(scores)), seed=0
    )
    assert readout.edge == "weakest"
    assert edge_of(3, 15) == ""


def test_the_grid_follows_dimension_and_not_the_number_of_tracks():
    rng = np.random.default_rng(0)
    narrow, wide = (standardise(rng.normal(size=(n, d)))[0] for n, d in ((50, 8), (500, 80)))
    np.testing.assert_allclose(10 * strength_grid(narrow), strength_grid(wide))
    assert len(strength_grid(narrow)) >= 12


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_the_number_of_threads_changes_nothing(link):
    train, valid, test = fold(), fold(seed=1), fold(seed=2).embeddings
    before, found = torch.get_num_threads(), []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        found.append(run(train, valid, test, link=link).outputs)
    torch.set_num_threads(before)
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("dim", [10, 200])
@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_the_order_of_tracks_and_features_changes_nothing(link, dim):
    train, valid, test = (fold(dim=dim, seed=seed) for seed in range(3))
    rng = np.random.default_rng(5)
    tracks, features = rng.permutation(120), rng.permutation(dim)
    mixed = Fold(embeddings=train.embeddings[tracks][:, features], answers=train.answers[tracks])
    turned = Fold(embeddings=valid.embeddings[:, features], answers=valid.answers)
    expected = run(train, valid, test.embeddings, link=link)
    found = run(mixed, turned, test.embeddings[:, features], link=link)
    np.testing.assert_allclose(found.outputs, expected.outputs, atol=SAME)


def test_the_test_split_never_chooses():
    train, valid = fold(), fold(seed=1)
    one, other = (run(train, valid, test) for test in (fold(seed=2).embeddings, np.zeros((3, 10), np.float32)))
    assert (one.settings, one.valid_score) == (other.settings, other.valid_score)


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_a_class_that_train_lacks_gets_no_probability(link):
    train = fold()
    lacking = Fold(embeddings=train.embeddings, answers=np.c_[train.answers, np.zeros(120)])
    outputs = run(lacking, lacking, train.embeddings, link=link).outputs[0]
    assert outputs.shape == (120, 5)
    assert (outputs[:, 4] == 0).all()
    np.testing.assert_allclose(outputs[:, :4], run(train, train, train.embeddings, link=link).outputs[0], atol=SAME)


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_a_single_class_in_train_is_answered_always(link):
    train = Fold(embeddings=fold().embeddings, answers=np.tile([0.0, 1.0], (120, 1)))
    np.testing.assert_array_equal(run(train, train, train.embeddings, link=link).outputs[0], train.answers)


@pytest.mark.parametrize("link", ["softmax", "sigmoid", "identity"])
def test_identical_rows_answer_the_rates_of_train(link):
    embeddings = np.ones((4, 3), np.float32)
    train = Fold(embeddings=embeddings, answers=np.eye(2)[[0, 0, 0, 1]])
    np.testing.assert_allclose(run(train, train, embeddings, link=link).outputs[0], [[0.75, 0.25]] * 4, atol=SAME)


@pytest.mark.parametrize("link", ["softmax", "sigmoid", "identity"])
def test_one_track_answers_itself(link):
    train = Fold(embeddings=np.ones((1, 1728), np.float32), answers=np.array([[0.0, 1.0]]))
    test = np.random.default_rng(0).normal(size=(2, 1728)).astype(np.float32)
    np.testing.assert_allclose(run(train, train, test, link=link).outputs[0], [[0.0, 1.0]] * 2, atol=SAME)


@pytest.mark.parametrize("link", ["softmax", "sigmoid"])
def test_a_constant_column_and_a_large_scale_change_nothing(link):
    train, valid, test = (fold(seed=seed) for seed in range(3))

    def stretched(each):
        wide = np.c_[each.embeddings * np.float32(2.0**20), np.full(120, 0.1)].astype(np.float32)
        return Fold(embeddings=wide, answers=each.answers)

    expected = run(train, valid, test.embeddings, link=link).outputs
    found = run(stretched(train), stretched(valid), stretched(test).embeddings, link=link).outputs
    np.testing.assert_allclose(found, expected, atol=SAME)


def test_six_thousand_dimensions_of_few_tracks_converge():
    train, valid = fold(tracks=40, dim=300), fold(tracks=40, dim=300, seed=1)
    wide = [Fold(embeddings=np.tile(f.embeddings, (1, 20)), answers=f.answers) for f in (train, valid)]
    readout = run(*wide, wide[1].embeddings)
    assert readout.converged
    # The grid follows the dimension, so copies of every column change nothing at all.
    np.testing.assert_allclose(readout.outputs, run(train, valid, valid.embeddings).outputs, atol=SAME)


def test_answers_that_no_softmax_gives_are_refused():
    with pytest.raises(ValueError, match="softmax needs 1"):
        fit_linear(np.eye(2), np.ones((2, 2)), np.ones(1), link="softmax")
