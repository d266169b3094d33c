"""The MLP probe: one hidden layer of 512 with ReLU and dropout, trained with AdamW, stopped by validation.

Of eighteen settings the best on validation is found with one seed, and then trained with five others. All chance
(first weights, order of the tracks, dropout) comes from the seed that is passed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import ceil
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, linear, mse_loss

from earmark.probe.fold import Fold, Link, Readout, Score, check_splits, standard_of, standardise
from earmark.probe.threads import single_thread

HIDDEN = 512
LEARNING_RATES = (1e-4, 3e-4, 1e-3)
DROPOUTS = (0.75, 0.5, 0.25)  # strongest first: ties go to the first
WEIGHT_DECAYS = (1e-4, 0.0)
SEEDS = 5
FEWEST_BATCHES = 4  # of an epoch, as long as a batch stays within its sizes
BATCH_SIZES = (32, 256)
STEPS_BETWEEN_LOOKS = 8  # at least; validation looks after whole epochs
PATIENCE = 15  # looks without a higher score after which training stops
MAX_LOOKS = 200  # a fit that would go on after so many has not converged


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One point of the grid."""

    learning_rate: float
    dropout: float
    weight_decay: float


GRID = {
    rate: tuple(
        Setting(learning_rate=rate, dropout=dropout, weight_decay=decay)
        for dropout, decay in product(DROPOUTS, WEIGHT_DECAYS)
    )
    for rate in LEARNING_RATES
}
"""All 18 settings by learning rate, the more regularised first."""


class Merit(NamedTuple):
    """What makes one state of a probe better than another: its score, then its loss on validation."""

    score: float
    negative_loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Standardised splits (float32) and answers in the form that the loss takes."""

    train: Tensor
    train_answers: Tensor
    valid: Tensor
    valid_answers: Tensor
    test: Tensor
    loss: Callable[[Tensor, Tensor], Tensor]
    answer: Callable[[Tensor], NDArray[np.float64]]
    """Logits [tracks, outputs] to probabilities or numbers."""
    score: Score


def mlp_probe(train: Fold, valid: Fold, test: NDArray[np.floating], *, link: Link, score: Score, seed: int) -> Readout:
    """Answers [5, tracks, outputs] for test embeddings [tracks, dim], one row of tracks for each of five seeds.

    Validation chooses dropout, learning rate and weight decay with a seed of its own, and the epoch whose
    weights are kept: the highest score, among equals the lowest loss. `valid_score` is the mean over the seeds.
    Not converged means that a fit was still improving at the cap. Raises what `Fold` raises.
    """
    check_splits(train, valid, test)
    trial_seed, *seeds = (int(each) for each in np.random.SeedSequence(seed).generate_state(1 + SEEDS))
    with single_thread():
        lesson = _lesson(train, valid, test, link=link, score=score)
        setting = _best_setting(lesson, trial_seed)
        fits = [_trained(lesson, setting, each) for each in seeds]
        outputs = np.stack([fit.outputs(lesson.test) for fit in fits])
    return Readout(
        outputs=outputs,
        settings={
            "dropout": setting.dropout,
            "learning_rate": setting.learning_rate,
            "weight_decay": setting.weight_decay,
        },
        valid_score=float(np.mean([fit.merit.score for fit in fits])) if fits[0].scored else float("nan"),
        edge="",
        converged=all(fit.stopped for fit in fits),
    )


def _best_setting(lesson: Lesson, seed: int) -> Setting:
    """Every learning rate and dropout with the first weight decay, then the best of them with the others.

    All are trained to their end: after a few epochs the settings that learn slowly, but end higher, still trail.
    """
    pairs: dict[tuple[float, float], list[Setting]] = {}
    for setting in (each for settings in GRID.values() for each in settings):
        pairs.setdefault((setting.learning_rate, setting.dropout), []).append(setting)
    best = max((_trained(lesson, first, seed) for first, *_ in pairs.values()), key=lambda fit: fit.merit)
    _, *others = pairs[best.setting.learning_rate, best.setting.dropout]
    return max([best, *(_trained(lesson, each, seed) for each in others)], key=lambda fit: fit.merit).setting


def _trained(lesson: Lesson, setting: Setting, seed: int) -> "_Fit":
    fit = _Fit(lesson, setting, seed)
    fit.train(MAX_LOOKS)
    return fit


class _Fit:
    """One setting in training with one seed: its network, and the best state that validation has seen."""

    def __init__(self, lesson: Lesson, setting: Setting, seed: int) -> None:
        self.lesson, self.setting = lesson, setting
        self.generator = torch.Generator().manual_seed(seed)
        tracks, dim = lesson.train.shape
        self.weights = _first_weights(dim, lesson.train_answers.shape[1], self.generator)
        self.optimiser = torch.optim.AdamW(
            self.weights, lr=setting.learning_rate, weight_decay=setting.weight_decay, fused=True
        )
        low, high = BATCH_SIZES
        self.batches = ceil(tracks / min(high, max(low, ceil(tracks / FEWEST_BATCHES))))
        self.epochs = ceil(STEPS_BETWEEN_LOOKS / self.batches)
        self.looks = self.idle = 0
        self.merit, self.best = Merit(-np.inf, -np.inf), self._copy()

    @property
    def stopped(self) -> bool:
        """Whether validation has seen nothing better for too long."""
        return self.idle >= PATIENCE

    @property
    def scored(self) -> bool:
        """Whether the score has ever been a number."""
        return self.merit.score > -np.inf

    def train(self, looks: int) -> None:
        """Go on until so many looks at validation, or until it stops."""
        while self.looks < looks and not self.stopped:
            for _ in range(self.epochs):
                self._epoch()
            self._look()

    def outputs(self, embeddings: Tensor) -> NDArray[np.float64]:
        """Answers [tracks, outputs] of the best state."""
        with torch.no_grad():
            return self.lesson.answer(_forward(self.best, embeddings))

    def _epoch(self) -> None:
        order = torch.randperm(len(self.lesson.train), generator=self.generator)
        for batch in order.tensor_split(self.batches):
            logits = _forward(self.weights, self.lesson.train[batch], self._drop)
            loss = self.lesson.loss(logits, self.lesson.train_answers[batch])
            self.optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimiser.step()

    def _drop(self, hidden: Tensor) -> Tensor:
        """Dropout with this fit's own generator, which torch's dropout does not take."""
        # One draw of 64 bits serves eight units: a quarter, a half and three quarters are whole shares of 256.
        drawn = torch.empty(ceil(hidden.numel() / 8), dtype=torch.int64)
        drawn.random_(-(2**63), None, generator=self.generator)
        level = drawn.view(torch.uint8)[: hidden.numel()].float().view(hidden.shape)
        return hidden * level.ge_(256 * self.setting.dropout).div_(1 - self.setting.dropout)

    def _look(self) -> None:
        with torch.no_grad():
            logits = _forward(self.weights, self.lesson.valid)
            loss = float(self.lesson.loss(logits, self.lesson.valid_answers))
            score = float(self.lesson.score(self.lesson.answer(logits)))
        merit = Merit(score if np.isfinite(score) else -np.inf, -loss)
        self.looks += 1
        self.idle = 0 if merit.score > self.merit.score else self.idle + 1
        if merit > self.merit:
            self.merit, self.best = merit, self._copy()

    def _copy(self) -> list[Tensor]:
        return [each.detach().clone() for each in self.weights]


def _first_weights(dim: int, outputs: int, generator: torch.Generator) -> list[Tensor]:
    """Weights and biases of both layers, uniform within ±1 / √(inputs) as torch's own layers start."""

    def uniform(*shape: int, inputs: int) -> Tensor:
        bound = inputs**-0.5
        return torch.empty(shape).uniform_(-bound, bound, generator=generator).requires_grad_()

    return [
        uniform(HIDDEN, dim, inputs=dim),
        uniform(HIDDEN, inputs=dim),
        uniform(outputs, HIDDEN, inputs=HIDDEN),
        uniform(outputs, inputs=HIDDEN),
    ]


def _forward(
    weights: list[Tensor], embeddings: Tensor, drop: Callable[[Tensor], Tensor] = lambda hidden: hidden
) -> Tensor:
    """Logits [tracks, outputs]."""
    first, first_bias, second, second_bias = weights
    return linear(drop(torch.relu(linear(embeddings, first, first_bias))), second, second_bias)


def _lesson(train: Fold, valid: Fold, test: NDArray[np.floating], *, link: Link, score: Score) -> Lesson:
    splits = standardise(train.embeddings, valid.embeddings, test)
    form = FORMS[link](train.answers)
    train_rows, valid_rows, test_rows = (torch.from_numpy(each.astype(np.float32)) for each in splits)
    return Lesson(
        train=train_rows,
        train_answers=form.targets(train.answers),
        valid=valid_rows,
        valid_answers=form.targets(valid.answers),
        test=test_rows,
        loss=form.loss,
        answer=form.answer,
        score=score,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What a link means for a network: its targets (float32), its loss and its answers."""

    targets: Callable[[NDArray[np.float64]], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]
    answer: Callable[[Tensor], NDArray[np.float64]]


def _as_they_are(answers: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(answers.astype(np.float32))


def _one_of_several(answers: NDArray[np.float64]) -> _Form:
    del answers
    return _Form(
        targets=_as_they_are, loss=cross_entropy, answer=lambda logits: torch.softmax(logits.double(), dim=1).numpy()
    )


def _each_by_itself(answers: NDArray[np.float64]) -> _Form:
    del answers
    return _Form(
        targets=_as_they_are,
        loss=binary_cross_entropy_with_logits,
        answer=lambda logits: torch.sigmoid(logits.double()).numpy(),
    )


def _numbers(answers: NDArray[np.float64]) -> _Form:
    """Numbers are standardised with train's mean and deviation, and turned back for the answer."""
    standard = standard_of(answers)
    return _Form(
        targets=lambda numbers: _as_they_are(standard(numbers)),
        loss=mse_loss,
        answer=lambda logits: logits.double().numpy() * standard.deviation + standard.mean,
    )


FORMS: Mapping[Link, Callable[[NDArray[np.float64]], _Form]] = {
    "softmax": _one_of_several,
    "sigmoid": _each_by_itself,
    "identity": _numbers,
}
