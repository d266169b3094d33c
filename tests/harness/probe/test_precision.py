import numpy as np
import pytest
import torch

from earmark.probe import linear
from earmark.probe.linear import fit_linear

OBJECTIVE = 1e-4  # the protocol's: relative, against the best solver


def objective(fit: linear.LinearFit, rows: np.ndarray, answers: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """By hand: mean cross-entropy of sigmoids plus the penalty."""
    logits = rows @ fit.weights + fit.biases[:, None, :]
    loss = np.logaddexp(0, logits) - answers * logits
    return loss.mean(1).sum(1) + strengths / 2 * (fit.weights**2).sum((1, 2))


def test_products_in_single_precision_reach_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(400, 24))
    rows -= rows.mean(0)
    answers = (rows[:, :3] + random.normal(size=(400, 3)) > 0.5).astype(float)
    strengths = np.logspace(0, -5, 6)
    found = []
    for few_entries in (2**20, 0):
        monkeypatch.setattr(linear, "FEW_ENTRIES", few_entries)
        fit = fit_linear(rows, answers, strengths, link="sigmoid")
        assert fit.converged.all()
        found.append(objective(fit, rows, answers, strengths))
    assert torch.float32 in linear.QUICK
    np.testing.assert_allclose(found[1], found[0], rtol=OBJECTIVE)
