"""Everything that a loaded model holds, with the path to it."""

from collections.abc import Iterator, Mapping
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from blake3 import blake3

DEEPEST = 5
"""Objects inside objects that are looked into; modules inside modules do not count."""
MOST = 100_000
"""Objects looked at: a tokenizer's vocabulary holds no weights."""
OPAQUE = (str, bytes, int, float, complex, type(None), type, ModuleType, FunctionType, MethodType, torch.Tensor)
BORN_WITH = frozenset(vars(torch.nn.Module()))


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
    return list(_attributes(value).items())


def _attributes(value: Any) -> dict[str, Any]:
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    found = {name: getattr(value, name) for name in slots if hasattr(value, name)} | getattr(value, "__dict__", {})
    if not isinstance(value, torch.nn.Module):
        return found
    own = {name: member for name, member in found.items() if name not in BORN_WITH}
    parts = (value.named_parameters(recurse=False), value.named_buffers(recurse=False), value.named_children())
    return own | {name: part for some in parts for name, part in some}


def weights(model: object) -> dict[str, bytes]:
    """The hash of every tensor and array that the model holds, by path."""
    return {path: _digest(value) for path, value in held(model) if isinstance(value, (torch.Tensor, np.ndarray))}


def _digest(value: Any) -> bytes:
    if isinstance(value, np.ndarray):
        plain = value if value.dtype.kind != "O" else np.array([repr(v) for v in value.ravel()])
    else:
        dense = value.detach().cpu().to_dense() if value.layout != torch.strided else value.detach().cpu()
        plain = dense.contiguous().reshape(-1).view(torch.uint8).numpy()  # numpy knows no bfloat16
    return blake3(np.ascontiguousarray(plain).tobytes()).digest()
