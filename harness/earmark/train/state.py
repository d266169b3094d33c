"""Where an unfinished training stands, in one file, so that it is whole or not there.

It holds the network's weights, the best weights so far, what the optimizer remembers, and in its head what the
checkpoint's JSON says, with the place inside the epoch.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from earmark.errors import EarmarkError
from earmark.train.checkpoint import Checkpoint, from_json, to_json
from earmark.train.whole import write_whole

Weights = dict[str, Tensor]


@dataclass(slots=True, kw_only=True)
class State:
    """Where a training stands."""

    checkpoint: Checkpoint
    best: Weights
    network: torch.nn.Module
    optimizer: torch.optim.Optimizer
    step: int = 0
    """Finished steps of the epoch that follows the curve's last."""
    loss_sum: float = 0.0
    """Of these steps."""

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return len(self.checkpoint.curve)

    def add_seconds(self, seconds: float) -> None:
        """Count the time that was spent."""
        self.checkpoint = replace(self.checkpoint, seconds=round(self.checkpoint.seconds + seconds, 3))


def copy_weights(network: torch.nn.Module) -> Weights:
    """Return a copy of all weights and running statistics."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def weights_file(weights: Mapping[str, Tensor]) -> bytes:
    """Return weights as a safetensors file."""
    from safetensors.torch import save  # noqa: PLC0415

    return save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()})


def save_state(state: State, path: Path) -> None:
    """Write where a training stands; raises EarmarkError and leaves what was there."""
    from safetensors.torch import save  # noqa: PLC0415

    parts = {"network": state.network.state_dict(), "best": state.best, "optimizer": _memory(state.optimizer)}
    tensors = {f"{part}.{name}": t for part, some in parts.items() for name, t in some.items()}
    head = {
        "checkpoint": to_json(state.checkpoint).decode(),
        "place": json.dumps({"step": state.step, "loss_sum": state.loss_sum}),
    }
    copies = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    write_whole({path: save(copies, metadata=head)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a file says of where a training stood."""

    checkpoint: Checkpoint
    step: int
    loss_sum: float
    tensors: Mapping[str, Tensor]

    def part(self, name: str) -> Weights:
        """The tensors of one part: ``network``, ``best`` or ``optimizer``."""
        return {k.removeprefix(f"{name}."): t for k, t in self.tensors.items() if k.startswith(f"{name}.")}


def read_state(path: Path) -> Saved:
    """Read where a training stood; raises EarmarkError."""
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    try:
        with safe_open(path, "pt") as file:
            head = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        checkpoint, place = from_json(head["checkpoint"]), json.loads(head["place"])
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise EarmarkError(f"{path} is no training that can be resumed ({error}); train anew without it.") from error
    return Saved(checkpoint=checkpoint, tensors=tensors, **place)


def _memory(optimizer: torch.optim.Optimizer) -> Weights:
    """Return what an optimizer remembers of each parameter, by number and name."""
    remembered = optimizer.state_dict()["state"]
    return {f"{i}.{name}": t for i, of in remembered.items() for name, t in of.items() if t is not None}


def remind(optimizer: torch.optim.Optimizer, memory: Weights) -> None:
    """Give a fresh optimizer back what it remembered.

    In the memory layout of each parameter, as it was: elementwise arithmetic over two layouts may round otherwise.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Any]] = {}
    for key, tensor in memory.items():
        number, _, name = key.partition(".")
        parameter = parameters[int(number)]
        like = torch.empty_like(parameter).copy_(tensor) if tensor.shape == parameter.shape else tensor
        state.setdefault(int(number), {})[name] = like
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
