"""The weights and settings that a loaded model holds."""

import functools
import sys
from collections.abc import Iterable, Mapping, Set
from pathlib import PurePath
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from blake3 import blake3

from earmark.extract.code import instructions

SCALARS = (int, float, complex, str, bytes, PurePath, np.generic, type(None))
PASSING = {"device", "training"}
"""Attributes that do not belong to what a model is: where it runs, and what `eval()` sets.

A class may name more of its own in `passing`.
"""
STRANGERS_DEEP = 3
"""How far arrays are looked for inside objects of other packages, such as a scaler that holds its scale."""
FUNCTIONS = (FunctionType, MethodType, functools.partial)
NOTHING = b""


def state_digest(model: object, origin: Any = None) -> bytes:
    """Return the hash of all that a model holds, the same in every process; `origin` is its class unless it is given.

    Tensors, arrays, numbers and texts count: parameters and buffers of torch modules, attributes of the plugin's own
    objects, what its functions enclose. Of objects from other packages only arrays, tensors and modules do:
    their other attributes may differ from process to process.
    """
    own = type(model) if origin is None else origin
    return _Walk(str(own.__module__).partition(".")[0]).digest(model, 0)


class _Walk:
    """One walk through everything that a model holds, each object once."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._seen: dict[int, object] = {}  # keeps what it saw alive, so that no id comes twice

    def digest(self, value: Any, depth: int) -> bytes:
        """Hash a value that lies `depth` objects of other packages deep; nothing where it holds nothing."""
        if isinstance(value, SCALARS):
            return NOTHING if depth else blake3(repr(value).encode()).digest()
        if id(value) in self._seen or isinstance(value, (type, ModuleType)):
            return NOTHING
        self._seen[id(value)] = value
        array = array_of(value)
        return self._members(value, depth) if array is None else array_digest(value, array)

    def _members(self, value: Any, depth: int) -> bytes:
        inner = depth + (0 if self._is_own(value) else 1)
        if inner > STRANGERS_DEEP:
            return NOTHING
        digests = [(name, self.digest(member, inner)) for name, member in _members_of(value)]
        found = repr([(name, digest) for name, digest in digests if digest != NOTHING])
        return blake3(found.encode()).digest() if found != "[]" else NOTHING

    def _is_own(self, value: Any) -> bool:
        plain = isinstance(value, (Mapping, Set, list, tuple, *FUNCTIONS))
        return plain or _is_module(value) or type(value).__module__.partition(".")[0] == self._package


def _members_of(value: Any) -> Iterable[tuple[str, Any]]:
    """Name what a container, a function or an object holds, in an order that does not depend on the process."""
    if isinstance(value, Mapping):
        return sorted(((repr(key), member) for key, member in value.items()), key=lambda item: item[0])
    if isinstance(value, (Set, list, tuple)):
        members = sorted(value, key=repr) if isinstance(value, Set) else value
        return [(str(index), member) for index, member in enumerate(members)]
    if isinstance(value, FUNCTIONS):
        return _enclosed(value)
    return sorted((name, member) for name, member in attributes_of(value).items() if not _passes(value, name))


def _enclosed(function: Any) -> list[tuple[str, Any]]:
    """Return what makes a function: code, closure and defaults; what a partial or a method calls, and with what."""
    if isinstance(function, MethodType):
        return [("function", function.__func__), ("self", function.__self__)]
    if isinstance(function, functools.partial):
        return [("function", function.func), ("args", function.args), ("keywords", function.keywords)]
    cells = [(name, c.cell_contents) for name, c in zip(function.__code__.co_freevars, function.__closure__ or ())]  # noqa: B905
    code = ("code", b"".join(instructions(function.__code__)))
    return [code, *cells, ("defaults", function.__defaults__), ("keywords", function.__kwdefaults__)]


def _passes(value: Any, name: str) -> bool:
    """Whether an attribute does not belong to what an object is."""
    if _is_module(value):  # its parts may be called anything, and `training` is of those that every module has
        return name == "device" and name in vars(value)
    return name in PASSING or name in getattr(type(value), "passing", ())


def attributes_of(value: Any) -> dict[str, Any]:
    """Return the attributes of an object: of a torch module its own and its parts, not what every module has."""
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    named = {name: getattr(value, name) for name in slots if hasattr(value, name)} | getattr(value, "__dict__", {})
    if not _is_module(value):
        return named
    own = {name: member for name, member in named.items() if name not in vars(sys.modules["torch"].nn.Module())}
    parts = (value.named_parameters(recurse=False), value.named_buffers(recurse=False), value.named_children())
    return own | {name: part for some in parts for name, part in some}


def _is_module(value: Any) -> bool:
    torch = sys.modules.get("torch")  # who has not imported torch holds no module of it
    return torch is not None and isinstance(value, torch.nn.Module)


def array_of(value: Any) -> np.ndarray[Any, Any] | None:
    """Return the numbers of a numpy array or torch tensor; None for anything else."""
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind != "O" else np.array([repr(v) for v in value.ravel()])
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor):
        return None
    dense = value.detach().cpu().to_dense() if value.layout != torch.strided else value.detach().cpu()
    return np.asarray(dense.contiguous().reshape(-1).view(torch.uint8).numpy())  # numpy knows no bfloat16


def array_digest(value: Any, array: np.ndarray[Any, Any]) -> bytes:
    """Return the hash of an array or tensor and of the numbers in it."""
    about = f"{value.dtype}{tuple(value.shape)}".encode()
    return blake3(about).update(np.ascontiguousarray(array).tobytes()).digest()
