"""How large a model is."""

from typing import Any


def count_parameters(model: Any) -> int:
    """Count the numbers in the parameters of the torch modules that a model is or holds, each once."""
    from torch.nn import Module, Parameter  # noqa: PLC0415 - kept out of listing commands

    held = [model, *getattr(model, "__dict__", {}).values()]
    modules = [thing for thing in held if isinstance(thing, Module)]
    loose = [thing for thing in held if isinstance(thing, Parameter)]
    found = {id(p): p.numel() for p in [*loose, *(p for module in modules for p in module.parameters())]}
    return sum(found.values())
