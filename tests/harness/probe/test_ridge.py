"""Ridge against scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from earmark.probe.fold import standardise
from earmark.probe.linear import fit_linear

SOLVED = 1e-8  # both sides solve in float64 in closed form
STRENGTHS = np.array([30.0, 1.0, 1e-3])


def problem(tracks, dim, seed=0):
    rng = np.random.default_rng(seed)
    rows = standardise((rng.normal(size=(tracks, dim)) @ rng.normal(size=(dim, dim))).astype(np.float32))[0]
    return rows, rng.normal(loc=5, size=(tracks, 2)) + rows[:, :1]


@pytest.mark.parametrize(("tracks", "dim"), [(80, 12), (30, 100), (20, 1)])
def test_weights_and_biases_are_scikit_learns(tracks, dim):
    rows, answers = problem(tracks, dim)
    fit = fit_linear(rows, answers, STRENGTHS, link="identity")
    for index, strength in enumerate(STRENGTHS):
        theirs = Ridge(alpha=tracks * strength, solver="svd").fit(rows, answers)
        np.testing.assert_allclose(fit.weights[index].T, theirs.coef_, atol=SOLVED)
        np.testing.assert_allclose(fit.biases[index], theirs.intercept_, atol=SOLVED)


def test_one_track_answers_its_own_number():
    fit = fit_linear(np.zeros((1, 4)), np.array([[7.0]]), STRENGTHS, link="identity")
    assert fit.outputs(np.ones((1, 4)), "identity") == pytest.approx(np.full((3, 1, 1), 7.0))


def test_rows_off_centre_are_refused():
    with pytest.raises(ValueError, match="standardise"):
        fit_linear(np.ones((5, 2)) + np.eye(5, 2), np.ones((5, 1)), STRENGTHS, link="identity")
