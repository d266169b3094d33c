"""The only door to weight files: no code that a file carries runs unless the user trusts it."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from earmark.errors import PluginError

if TYPE_CHECKING:
    from torch import Tensor

TRUST = "weights"
"""What `--trust-weights` puts into `trust`."""
MORE_THAN_WEIGHTS = re.compile(r"Unsupported (?:global: GLOBAL|class) (\S+)|(Trying to \w+ .*|Can only .*)")
"""What torch's reader of plain weights says of a pickle that would run code, with the name that it met."""


def load_weights(path: Path, trust: Collection[str] = ()) -> "dict[str, Tensor]":
    """Read the tensors of a .safetensors or torch file onto the CPU, by name; of a checkpoint its one state dict.

    Unpickling runs whatever code the file names. So a torch file is read by ``torch.load(weights_only=True)``, and
    one that needs more is read only if `trust` holds "weights". Raises PluginError with the reason.
    """
    path = Path(path)
    if not path.is_file():
        raise PluginError(f"There is no weight file {path}.")
    if path.suffix == ".safetensors":
        return _safetensors(path)
    return _tensors(path, _torch_file(path, trusted=TRUST in trust))


def _safetensors(path: Path) -> "dict[str, Tensor]":
    from safetensors import SafetensorError  # noqa: PLC0415 - listing models imports no torch
    from safetensors.torch import load_file  # noqa: PLC0415

    try:
        return load_file(path, device="cpu")
    except (SafetensorError, OSError) as error:
        raise PluginError(f"{path} is no whole safetensors file ({error}); obtain it again.") from error


def _torch_file(path: Path, *, trusted: bool) -> Any:
    import torch  # noqa: PLC0415 - listing models imports no torch

    try:
        return torch.load(path, map_location="cpu", weights_only=not trusted)
    except UnpicklingError as error:
        raise PluginError(_refusal(path, str(error))) from error
    except Exception as error:  # a damaged or strange pickle raises whatever it stumbles over
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise PluginError(f"{path} cannot be read as a torch file ({reason[0]}); obtain it again.") from error


def _refusal(path: Path, said: str) -> str:
    """Say why torch refused: the file needs code, or is no pickle at all."""
    if more := MORE_THAN_WEIGHTS.search(said):
        needed = (more[1] or more[2]).rstrip(".,")
        return (
            f"{path} holds more than weights: to read it, code would have to run ({needed}). Ask for a safetensors "
            "file; or, if you trust whoever made this one, add --trust-weights."
        )
    reason = said.rpartition("WeightsUnpickler error: ")[2].strip().splitlines() or ["no reason given"]
    return f"{path} is damaged or no torch file ({reason[0]}); obtain it again."


def _tensors(path: Path, found: Any) -> "dict[str, Tensor]":
    """Return the state dict that a torch file is, or the one that it holds beside other things."""
    if hasattr(found, "state_dict"):  # a whole module, which only a trusted pickle can be
        found = found.state_dict()
    if _is_state_dict(found):
        return dict(found)
    inner = {name: part for name, part in found.items() if _is_state_dict(part)} if isinstance(found, Mapping) else {}
    if len(inner) == 1:
        return dict(next(iter(inner.values())))
    held = ", ".join(map(str, found)) if isinstance(found, Mapping) else f"a {type(found).__name__}"
    many = f"several sets of weights ({', '.join(map(str, inner))})" if inner else f"no weights by name, but {held}"
    raise PluginError(f"{path} holds {many}; save the model's state_dict() alone.")


def _is_state_dict(found: Any) -> bool:
    import torch  # noqa: PLC0415 - listing models imports no torch

    return (
        isinstance(found, Mapping)
        and bool(found)
        and all(isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in found.items())
    )
