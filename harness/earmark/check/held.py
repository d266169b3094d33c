"""Everything that a loaded model holds, with the path to it."""

from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch

from earmark.extract.state import array_digest, array_of, attributes_of

DEEPEST = 5
"""Objects inside objects that are looked into; modules inside modules do not count."""
MOST = 100_000
"""Objects looked at: a tokenizer's vocabulary holds no weights."""
OPAQUE = (str, bytes, int, float, complex, type(None), type, ModuleType, FunctionType, MethodType, torch.Tensor)


def held(model: object) -> Iterator[tuple[str, Any]]:
    """Yield the model and everything that it holds, each object once, by its path such as ``network.0.weight``."""
    waiting: list[tuple[str, Any, int]] = [("", model, 0)]
    seen: dict[int, Any] = {}  # keeps what it saw alive, so that no id comes twice
    while waiting and len(seen) < MOST:
        path, value, depth = waiting.pop()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        yield path, value
        for name, member in _members(value):
            deeper = depth + (0 if isinstance(member, (torch.nn.Module, torch.Tensor)) else 1)
            if deeper <= DEEPEST:
                waiting.append((f"{path}.{name}".lstrip("."), member, deeper))


def _members(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, (*OPAQUE, np.ndarray)):
        return []
    if isinstance(value, Mapping):
        return [(str(key), member) for key, member in value.items()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [(str(index), member) for index, member in enumerate(value)]
    return list(attributes_of(value).items())


def weights(model: object) -> dict[str, bytes]:
    """The hash of every tensor and array that the model holds, by path."""
    arrays = [(path, value, array_of(value)) for path, value in held(model)]
    return {path: array_digest(value, array) for path, value, array in arrays if array is not None}
