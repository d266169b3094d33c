"""TorchScript: a PyTorch model as one file that needs none of its Python code.

``torch.jit.script`` or ``torch.jit.trace`` made it, ``save`` wrote it, and a card of the same name (``model.pt``,
``model.toml``) says how it takes audio. Opening such a file runs no Python: its pickles may hold nothing but tensors
and TorchScript's own types. It is a program all the same, and TorchScript has operators that read and write files.
Source: https://docs.pytorch.org/docs/stable/jit.html.
Licence: Apache-2.0, as the rest of earmark; of a model as its card says.
"""

import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark import AdapterInfo, ModelInfo, hookimpl
from earmark.errors import PluginError
from earmark_plugins.program import Form, describe_file, embed_rows, held

if TYPE_CHECKING:
    from torch import Tensor

NAME = "torchscript"
ENDINGS = (".pt", ".pth", ".ts", ".jit", ".torchscript")


class TorchScript:
    """Embeds windows with the forward method of a TorchScript module."""

    def __init__(self, path: Path, form: Form, device: str = "cpu") -> None:
        import torch  # noqa: PLC0415 - listing models imports no torch

        self.form = form
        with warnings.catch_warnings():
            # torch 2.9 on calls TorchScript old; it still reads every file, which is all that is asked here.
            warnings.filterwarnings("ignore", message=".*torch.jit.*", category=DeprecationWarning)
            try:
                program = torch.jit.load(path, map_location=device)  # type: ignore[no-untyped-call]
            except (RuntimeError, ValueError) as error:
                raise PluginError(f"{path} is no TorchScript file: {_reason(error)}") from error
        self.module = held(program.eval())

    def embed(self, audio: "Tensor") -> "Tensor | dict[str, Tensor]":
        """Map audio [batch, samples] to frames [batch, frames, dim], or a mapping of them by layer."""
        return embed_rows(self.module, audio, self.form)


def _reason(error: Exception) -> str:
    first: Any = next(iter(str(error).splitlines()), type(error).__name__)
    return f"{first} Make one with torch.jit.script(model).save(path)."


def describe(argument: str) -> ModelInfo:
    """Return what the card beside a TorchScript file tells; raises PluginError."""
    return describe_file(NAME, argument, TorchScript)


def accepts(path: Path) -> bool:
    """Whether a path is a TorchScript file: an archive that holds code."""
    if path.suffix not in ENDINGS or not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any("/code/" in name for name in archive.namelist())


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the adapter for TorchScript files."""
    return [
        AdapterInfo(
            name=NAME,
            describe=describe,
            argument="FILE",
            accepts=accepts,
            summary="A TorchScript file with its card (model.pt, model.toml).",
        )
    ]
