"""How good a network is on clips it was not trained on: evenly spaced chunks of each, averaged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from earmark.answer import ANSWERS
from earmark.train.heads import Head, pick
from earmark.train.lessons import Clips


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Loss and scores."""

    loss: float
    """Mean over the heads of the mean over their labelled clips of the mean loss of a clip's chunks."""
    scores: Mapping[str, float | None]
    """By target its main metric on the clips' probabilities, averaged over chunks; None where it has none."""


def validate(
    network: torch.nn.Module, clips: Clips, heads: Sequence[Head], *, window: int, chunks: int, device: str
) -> Validation:
    """Score a network, which is in evaluation afterwards."""
    network.eval()
    losses, probabilities = [], []
    with torch.inference_mode():
        for clip in range(len(clips.checksums)):
            loss, probability = _answer(network, clips, clip, heads, window=window, chunks=chunks, device=device)
            losses.append(loss)
            probabilities.append(probability)
    labelled = torch.stack([answer.labelled for answer in clips.answers], 1)  # [clips, heads]
    per_head = (torch.stack(losses) * labelled).sum(0) / labelled.sum(0)
    found = [torch.stack(some).double().numpy() for some in zip(*probabilities, strict=True)]
    scores = {h.target.name: _score(h, clips, i, found[i]) for i, h in enumerate(heads)}
    return Validation(loss=float(per_head.mean()), scores=scores)


def _answer(
    network: torch.nn.Module, clips: Clips, clip: int, heads: Sequence[Head], *, window: int, chunks: int, device: str
) -> tuple[Tensor, list[Tensor]]:
    """Return one clip's loss by head, [heads], and its probabilities by head, [outputs]; both means over chunks."""
    audio = torch.from_numpy(clips.chunks(clip, window, chunks)).to(device)
    logits = network(audio).cpu()
    same = np.full(len(audio), clip, np.int64)
    answers = pick(clips.answers, same, "cpu")
    losses = [head.losses(logits, answer.encoded).mean() for head, answer in zip(heads, answers, strict=True)]
    return torch.stack(losses), [head.probabilities(logits).mean(0) for head in heads]


def _score(head: Head, clips: Clips, number: int, probabilities: npt.NDArray[np.float64]) -> float | None:
    """Score a head by its target's main metric on the labelled clips."""
    answer, answers = ANSWERS[head.target.form], clips.answers[number]
    estimated = answer.decode(head.target, probabilities[answers.labelled.numpy() > 0])
    score = head.metric(answer.reference(head.target, answers.labels), estimated)
    return None if np.isnan(score) else float(score)
