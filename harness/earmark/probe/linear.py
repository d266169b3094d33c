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
from earmark.probe.fold import Fold, Link, Readout, Score, Standard, check_splits, standard_of
from earmark.probe.lbfgs import MEMORY, Problems, minimise
from earmark.probe.ridge import fit_ridge
from earmark.probe.rowspace import RowSpace, row_space
from earmark.probe.threads import single_thread

FEW_ENTRIES = 2**20
"""Size of the rows up to which float64 and a narrow gap cost little.

Beyond, products in float32 take half the time, and their rounding averages out over the many rows.
"""

PRECISE, QUICK = (torch.float64, 1e-10), (torch.float32, 1e-8)
"""Precision of the products, and share of the objective by which a fit may lie above the least possible one.

The share is a bound. At 1e-10 no probability depends on the order of tracks or features by 1e-5; at 1e-8 those
under the weakest strengths may by 1e-4, and average precision stays the same to about that.
"""

MAX_ITERATIONS = 1000  # of each strength; tens suffice for most; soft answers under a weak penalty need hundreds
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearReader:
    """A linear probe once it is fitted and validation has chosen its strength."""

    standard: Standard
    """Of the train embeddings."""
    fit: LinearFit
    """The model of the chosen strength alone."""
    link: Link
    strength: float
    valid_score: float
    edge: str
    converged: bool
    """Of all strengths."""

    @property
    def weights(self) -> NDArray[np.float64]:
        """What each output reads of the standardised embeddings: [dim, outputs]."""
        return np.asarray(self.fit.weights[0])

    def read(self, embeddings: NDArray[np.floating]) -> Readout:
        """Answers [1, tracks, outputs] for embeddings [tracks, dim] of any split."""
        with single_thread():
            outputs = self.fit.outputs(self.standard(embeddings), self.link)
        return Readout(
            outputs=outputs,
            settings={"strength": self.strength},
            valid_score=self.valid_score,
            edge=self.edge,
            converged=self.converged,
        )


def linear_probe(
    train: Fold, valid: Fold, test: NDArray[np.floating], *, link: Link, score: Score, seed: int
) -> Readout:
    """Answers [1, tracks, outputs] for test embeddings [tracks, dim] from the best linear reader of train.

    Every strength of the grid is fitted on train; the valid split's score chooses, ties to the stronger. The
    seed is unused: a convex fit has one optimum. Raises what `Fold` raises for embeddings that are no numbers.
    """
    del seed
    check_splits(train, valid, test)
    return learn(train, valid, link=link, score=score).read(test)


def learn(train: Fold, valid: Fold, *, link: Link, score: Score) -> LinearReader:
    """The best linear reader of train: see `linear_probe`."""
    standard = standard_of(train.embeddings)
    with single_thread():
        train_rows, valid_rows = standard(train.embeddings), standard(valid.embeddings)
        strengths = strength_grid(train_rows)
        fit = fit_linear(train_rows, train.answers, strengths, link=link)
        scores = [float(score(each)) for each in fit.outputs(valid_rows, link)]
    chosen = choose(scores)
    return LinearReader(
        standard=standard,
        fit=fit.only(chosen),
        link=link,
        strength=float(strengths[chosen]),
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
    found, done = _solve(space, targets[:, open_].T[None], strengths, SOFTMAX)
    weights[:, :, open_] = found[:, 0, :, :-1].transpose(1, 2)
    biases[:, open_] = found[:, 0, :, -1]
    return weights, biases, done[:, 0]


def _fit_sigmoid(space: RowSpace, targets: Tensor, strengths: Tensor) -> Solution:
    """One problem per class and strength, over the classes that train has and lacks."""
    rate = targets.mean(dim=0)
    open_ = (rate > 0) & (rate < 1)
    weights, biases, converged = _empty(space, rate, strengths)
    biases[:, rate <= 0] = -torch.inf
    biases[:, rate >= 1] = torch.inf
    if not bool(open_.any()):
        return weights, biases, converged
    found, done = _solve(space, targets[:, open_].T[:, None, :].contiguous(), strengths, SIGMOID)
    weights[:, :, open_] = found[:, :, 0, :-1].transpose(1, 2)
    biases[:, open_] = found[:, :, 0, -1]
    return weights, biases, done.all(dim=1)


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
    """Weights [strengths, problems, outputs, rank + 1] (bias last) and convergence [strengths, problems]."""
    _, outputs, tracks = answers.shape
    rows = torch.cat([space.coordinates, torch.ones(tracks, 1, dtype=torch.float64)], dim=1)
    products, gap = PRECISE if rows.numel() <= FEW_ENTRIES else QUICK
    problems = Problems(
        family=family,
        rows=rows.to(products),
        power=torch.cat([space.power, rows.new_ones(1)]),
        penalised=torch.cat([torch.ones_like(space.power), rows.new_zeros(1)]),
        answers=answers,
        strength=strengths[:1].expand(len(answers)),
    )
    size = max(1, BATCH_BYTES // (8 * outputs * (8 * tracks + 2 * MEMORY * rows.shape[1])))
    parts = [
        minimise(problems.only(batch), strengths, gap=gap, max_iterations=MAX_ITERATIONS)
        for batch in torch.split(torch.arange(len(answers)), size)
    ]
    return torch.cat([weights for weights, _ in parts], dim=1), torch.cat([done for _, done in parts], dim=1)
