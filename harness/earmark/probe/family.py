"""The two families of logistic regression: classes that compete, and classes each by itself."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """How logits [problems, outputs, rows] answer, and what a wrong answer costs."""

    probability: Callable[[Tensor], Tensor]
    """Logits to probabilities, same shape."""
    loss: Callable[[Tensor, Tensor], Tensor]
    """(logits, answers) to cross entropy summed over outputs and rows [problems]."""
    bias: Callable[[Tensor], Tensor]
    """Rates [problems, outputs] to the bias that answers them."""
    tied: bool
    """Outputs compete: the same weights added to all of them change no answer."""


def _softmax(logits: Tensor) -> Tensor:
    return torch.softmax(logits, dim=1)


def _softmax_loss(logits: Tensor, answers: Tensor) -> Tensor:
    level = torch.logsumexp(logits, dim=1).sum(dim=1)
    agreement: Tensor = torch.linalg.vecdot(answers.flatten(1), logits.flatten(1))
    return level - agreement


def _sigmoid_loss(logits: Tensor, answers: Tensor) -> Tensor:
    # Beyond 40 softplus is its argument to float64's last digit; the default of 20 is not.
    level = softplus(logits, threshold=40).sum(dim=(1, 2))
    agreement: Tensor = torch.linalg.vecdot(answers.flatten(1), logits.flatten(1))
    return level - agreement


SOFTMAX = Family(probability=_softmax, loss=_softmax_loss, bias=torch.log, tied=True)
SIGMOID = Family(probability=torch.sigmoid, loss=_sigmoid_loss, bias=torch.logit, tied=False)
