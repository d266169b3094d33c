"""What a network answers: one head a target on a shared body, how it is taught and how it is scored."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from earmark.answer import ANSWERS, metrics_of
from earmark.dataset import Dataset, Track
from earmark.errors import DatasetError, EarmarkError
from earmark.metric import Metric
from earmark.target import KEYS, Target

TAUGHT = ("class", "ordered", "classes", "presence", "key")
"""Forms of answer that are classes: cross-entropy for one of several, binary cross-entropy for any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The columns of a network's logits that answer one target."""

    target: Target
    start: int
    stop: int

    @property
    def metric(self) -> Metric:
        """The target's main metric."""
        return metrics_of(self.target)[0]

    def losses(self, logits: Tensor, answers: Tensor) -> Tensor:
        """Map logits [batch, outputs of all heads] and encoded answers [batch, outputs] to losses [batch]."""
        return LOSSES[ANSWERS[self.target.form].link](logits[:, self.start : self.stop], answers)

    def probabilities(self, logits: Tensor) -> Tensor:
        """Map logits [batch, outputs of all heads] to probabilities [batch, outputs]."""
        return PROBABILITIES[ANSWERS[self.target.form].link](logits[:, self.start : self.stop])


def _cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    return -(answers * functional.log_softmax(logits, dim=1)).sum(1)


def _binary_cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, answers, reduction="none").mean(1)


LOSSES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "softmax": _cross_entropy,
    "sigmoid": _binary_cross_entropy,
}
PROBABILITIES: Mapping[str, Callable[[Tensor], Tensor]] = {
    "softmax": lambda logits: logits.softmax(1),
    "sigmoid": torch.sigmoid,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """The labels of some tracks for one head."""

    labels: tuple[Any, ...]
    """As the data set has them, of the labelled tracks only."""
    encoded: Tensor
    """What the loss compares with: [tracks, outputs], zero where a track has no label."""
    labelled: Tensor
    """1 where a track has a label, else 0: [tracks]."""


def answers_of(target: Target, tracks: Sequence[Track]) -> Answers:
    """Encode the labels of tracks for one target."""
    labelled = np.array([target.name in track.labels for track in tracks])
    labels = tuple(track.labels[target.name] for track in tracks if target.name in track.labels)
    encoded = np.zeros((len(tracks), outputs_of(target)), np.float32)
    if labels:
        encoded[labelled] = ANSWERS[target.form].encode(target, labels)
    return Answers(
        labels=labels, encoded=torch.from_numpy(encoded), labelled=torch.from_numpy(labelled.astype(np.float32))
    )


def outputs_of(target: Target) -> int:
    """Count the logits that a target needs."""
    return {"presence": 1, "key": len(KEYS)}.get(target.form, len(target.classes))


def joint_loss(heads: Sequence[Head], logits: Tensor, answers: Sequence[Answers]) -> Tensor:
    """Average the losses of the heads, each over the tracks that are labelled for it; one without any counts zero."""
    means = []
    for head, answer in zip(heads, answers, strict=True):
        losses = head.losses(logits, answer.encoded) * answer.labelled
        means.append(losses.sum() / answer.labelled.sum().clamp(min=1.0))
    return torch.stack(means).mean()


def pick(answers: Iterable[Answers], rows: npt.NDArray[np.int64], device: str) -> list[Answers]:
    """Return the encoded answers of a batch, on the device."""
    index = torch.from_numpy(rows)
    return [
        Answers(labels=(), encoded=a.encoded[index].to(device), labelled=a.labelled[index].to(device)) for a in answers
    ]


def heads_of(dataset: Dataset, wanted: Sequence[str]) -> tuple[Head, ...]:
    """Return a head for each wanted target, or for every target of classes; raises UnknownName, EarmarkError."""
    asked = [dataset.target(name) for name in dict.fromkeys(wanted)] or list(dataset.targets)
    taught = [target for target in asked if target.form in TAUGHT]
    refused = [f"{t.name} ({t.form})" for t in asked if t.form not in TAUGHT]
    if wanted and refused:
        raise EarmarkError(f"Only classes are trained on, not {', '.join(refused)}: leave it out of --target.")
    if not taught:
        raise DatasetError(f"{dataset.name} has no target of classes to train on; name one with --target.")
    heads, start = [], 0
    for target in taught:
        heads.append(Head(target=target, start=start, stop=start + outputs_of(target)))
        start = heads[-1].stop
    return tuple(heads)


def left_out(dataset: Dataset, heads: Sequence[Head]) -> tuple[str, ...]:
    """Name the targets that no head answers."""
    taught = {head.target.name for head in heads}
    return tuple(target.name for target in dataset.targets if target.name not in taught)


def check_answers(head: Head, train: Answers, valid: Answers) -> None:
    """Raise DatasetError where there is nothing to learn from, or nothing to choose the best epoch by."""
    name = head.target.name
    for split, answers in (("train", train), ("valid", valid)):
        if not answers.labels:
            raise DatasetError(f"Target {name!r} has no labelled track in {split}; label some, or name other targets.")
    known = train.encoded[train.labelled > 0]
    if bool((known == known[0]).all()):
        raise DatasetError(
            f"Target {name!r}: all {len(known)} training tracks are labelled {train.labels[0]!r}, so there is nothing "
            "to learn; name the other targets with --target."
        )
