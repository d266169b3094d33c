"""The linear probe: softmax regression, independent sigmoids or ridge, its L2 strength chosen by validation.

The objective is the mean loss over train tracks + strength / 2 × ‖weights‖², the bias free: scikit-learn's
LogisticRegression with C = 1 / (tracks × strength). It is convex, so no seed and no start enters the answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from earmark.probe.choice import check_answers, choose, edge_of, strength_grid
from earmark.probe.family import SIGMOID, SOFTMAX, Family
from earmark.probe.fold import Fold, Link, Readout, Score, check_splits, standardise
from earmark.probe.lbfgs import Problems, minimise
from earmark.probe.ridge import fit_ridge
from earmark.probe.rowspace import RowSpace, row_space
from earmark.probe.threads import single_thread

GAP = 1e-8
"""Share of the objective by which a converged fit may lie above the least possible one.

The objective is strongly convex with a modulus of at least the strength (for the bias: about rate × (1 - rate)),
so that the distance is at most ‖gradient‖² / (2 × modulus): a fit stops when that bound is small enough.
"""

MAX_ITERATIONS = 1000  # tens suffice for most; soft answers under a weak penalty need hundreds
BATCH_BYTES = 64 * 2**20  # working memory of a batch of problems: tensors that stay in the cache are faster


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearFit:
    """One linear model per strength."""

    weights: NDArray[np.float64]
    """[strengths, dim, outputs]"""
    biases: NDArray[np.float64]
    """[strengths, outputs]; ±inf for a class that train never, or always, has."""
    converged: NDArray[np.bool_]
    """[strengths]"""

    def only(self, index: int) -> "LinearFit":
        """The model of one strength."""
        kept = slice(index, index + 1)
        return LinearFit(weights=self.weights[kept], biases=self.biases[kept], converged=self.converged[kept])

    def outputs(self, embeddings: NDArray[np.float64], link: Link) -> NDArray[np.float64]:
        """Probabilities or numbers [strengths, tracks, outputs] for embeddings [tracks, dim]."""
        return LINKS[link](embeddings @ self.weights + self.biases[:, None, :])


def _sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return torch.sigmoid(torch.from_numpy(logits)).numpy()


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    return torch.softmax(torch.from_numpy(logits), dim=-1).numpy()


LINKS: Mapping[Link, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "softmax": _softmax,
    "sigmoid": _sigmoid,
    "identity": lambda numbers: numbers,
}


def linear_probe(
    train: Fold, valid: Fold, test: NDArray[np.floating], *, link: Link, score: Score, seed: int
) -> Readout:
    """Answers [1, tracks, outputs] for test embeddings [tracks, dim] from the best linear reader of train.

    Every strength of the grid is fitted on train; the valid split's score chooses, ties to the stronger. The
    seed is unused: a convex fit has one optimum. Raises what `Fold` raises for embeddings that are no numbers.
    """
    del seed
    check_splits(train, valid, test)
    with single_thread():
        train_rows, valid_rows, test_rows = standardise(train.embeddings, valid.embeddings, test)
        strengths = strength_grid(train_rows)
        fit = fit_linear(train_rows, train.answers, strengths, link=link)
        scores = [float(score(each)) for each in fit.outputs(valid_rows, link)]
        chosen = choose(scores)
        return Readout(
            outputs=fit.only(chosen).outputs(test_rows, link),
            settings={"strength": float(strengths[chosen])},
            valid_score=scores[chosen],
            edge=edge_of(chosen, len(strengths)),
            converged=bool(fit.converged.all()),
        )


def fit_linear(
    rows: NDArray[np.float64], answers: NDArray[np.float64], strengths: NDArray[np.float64], *, link: Link
) -> LinearFit:
    """Fit answers [tracks, outputs] from standardised rows [tracks, dim] at each of strengths, all positive.

    Answers may be soft: shares that sum to one for softmax, anything in [0, 1] for sigmoid. A class that
    train never has gets probability 0, one that it always has gets 1: their free bias has no finite optimum.
    For identity the rows' mean must be zero. Torch's and BLAS's threads are the caller's: see `single_thread`.
    """
    check_answers(answers, link)
    space = row_space(torch.from_numpy(np.ascontiguousarray(rows, dtype=np.float64)))
    targets = torch.from_numpy(np.array(answers, dtype=np.float64))
    weights, biases, converged = SOLVERS[link](space, targets, torch.from_numpy(strengths))
    return LinearFit(weights=(space.axes @ weights).numpy(), biases=biases.numpy(), converged=converged.numpy())


Solution = tuple[Tensor, Tensor, Tensor]
"""Weights [strengths, rank, outputs], biases [strengths, outputs], converged [strengths]."""


def _fit_ridge(space: RowSpace, targets: Tensor, strengths: Tensor) -> Solution:
    weights, biases = fit_ridge(space, targets, strengths)
    return weights, biases, torch.ones(len(strengths), dtype=torch.bool)


def _fit_softmax(space: RowSpace, targets: Tensor, strengths: Tensor) -> Solution:
    """One problem per strength, over the classes that train has."""
    rate = targets.mean(dim=0)
    open_ = rate > 0
    weights, biases, converged = _empty(space, rate, strengths)
    biases[:, ~open_] = -torch.inf
    if int(open_.sum()) == 1:
        return weights, biases, converged
    answers = targets[:, open_].T[None].expand(len(strengths), -1, -1)
    found, done = _solve(space, answers, strengths, SOFTMAX)
    weights[:, :, open_] = found[:, :, :-1].transpose(1, 2)
    biases[:, open_] = found[:, :, -1]
    return weights, biases, converged & done


def _fit_sigmoid(space: RowSpace, targets: Tensor, strengths: Tensor) -> Solution:
    """One problem per class and strength, over the classes that train has and lacks."""
    rate = targets.mean(dim=0)
    open_ = (rate > 0) & (rate < 1)
    weights, biases, converged = _empty(space, rate, strengths)
    biases[:, rate <= 0] = -torch.inf
    biases[:, rate >= 1] = torch.inf
    classes = int(open_.sum())
    if classes == 0:
        return weights, biases, converged
    answers = targets[:, open_].T.repeat(len(strengths), 1)[:, None, :]
    found, done = _solve(space, answers, strengths.repeat_interleave(classes), SIGMOID)
    found = found.reshape(len(strengths), classes, -1)
    weights[:, :, open_] = found[:, :, :-1].transpose(1, 2)
    biases[:, open_] = found[:, :, -1]
    return weights, biases, done.reshape(len(strengths), classes).all(dim=1)


SOLVERS: Mapping[Link, Callable[[RowSpace, Tensor, Tensor], Solution]] = {
    "softmax": _fit_softmax,
    "sigmoid": _fit_sigmoid,
    "identity": _fit_ridge,
}


def _empty(space: RowSpace, rate: Tensor, strengths: Tensor) -> Solution:
    count, outputs = len(strengths), len(rate)
    return (
        torch.zeros(count, len(space.power), outputs, dtype=rate.dtype),
        torch.zeros(count, outputs, dtype=rate.dtype),
        torch.ones(count, dtype=torch.bool),
    )


def _solve(space: RowSpace, answers: Tensor, strengths: Tensor, family: Family) -> tuple[Tensor, Tensor]:
    """Weights [problems, outputs, rank + 1] (bias last) and convergence [problems], in batches that fit."""
    count, outputs, tracks = answers.shape
    ones = torch.ones(tracks, 1, dtype=torch.float64)
    rows = torch.cat([space.coordinates, ones], dim=1)
    bytes_each = 8 * outputs * (8 * tracks + 30 * rows.shape[1])
    size = max(1, BATCH_BYTES // bytes_each)
    parts = []
    for first in range(0, count, size):
        batch = slice(first, first + size)
        penalty = strengths[batch][:, None, None].repeat(1, 1, rows.shape[1])
        penalty[:, :, -1] = 0
        problems = Problems(family=family, rows=rows, answers=answers[batch], penalty=penalty)
        parts.append(_solve_batch(problems, strengths[batch]))
    return torch.cat([weights for weights, _ in parts]), torch.cat([done for _, done in parts])


def _solve_batch(problems: Problems, strengths: Tensor) -> tuple[Tensor, Tensor]:
    """Start from the answer that knows only the rates of train."""
    rate = problems.answers.mean(dim=2)  # [problems, outputs]
    start = torch.zeros(*rate.shape, problems.rows.shape[1], dtype=torch.float64)
    start[:, :, -1] = problems.family.bias(rate)
    modulus = torch.minimum(strengths, (rate * (1 - rate)).amin(dim=1))
    return minimise(problems, start, modulus=modulus, gap=GAP, max_iterations=MAX_ITERATIONS)
