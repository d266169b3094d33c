"""torch.export: a PyTorch model as one .pt2 file, a graph of operators that needs none of its Python code.

``torch.export.save(torch.export.export(model, ...), "model.pt2")`` wrote it, and a card of the same name
(``model.toml``) says how it takes audio. Export in evaluation: the graph keeps the dropout that it was exported with.
Sizes that were not exported as dynamic are kept to: a batch is run in parts, another length of window is refused.
Before anything is opened the archive is looked through (``pt2.py`` says for what); one that could run code of its own
is opened only with ``--trust-weights``.
Source: https://docs.pytorch.org/docs/stable/export.html.
Licence: Apache-2.0, as the rest of earmark; of a model as its card says.
"""

from collections.abc import Collection
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark import AdapterInfo, ModelInfo, hookimpl
from earmark.errors import PluginError
from earmark_plugins.adapters.torch_export.pt2 import check_archive
from earmark_plugins.program import Form, check_shape, describe_file, embed_rows, held

if TYPE_CHECKING:
    from torch import Tensor

NAME = "torch-export"
ENDING = ".pt2"


class TorchExport:
    """Embeds windows with an exported graph."""

    def __init__(self, path: Path, form: Form, device: str = "cpu", trust: Collection[str] = ()) -> None:
        if "weights" not in trust:
            check_archive(path)
        exported = _opened(path)
        shape = _input_shape(exported)
        batch, samples = (size if isinstance(size, int) else None for size in (shape[0], shape[-1]))
        check_shape(path, form, batch, samples)
        self.form = replace(form, batch_size=batch or form.batch_size, channel_axis=len(shape) == 3)
        self.module = held(_module(exported, device))

    def embed(self, audio: "Tensor") -> "Tensor | dict[str, Tensor]":
        """Map audio [batch, samples] to frames [batch, frames, dim], or a mapping of them by layer."""
        return embed_rows(self.module, audio, self.form)


def _opened(path: Path) -> Any:
    import torch  # noqa: PLC0415 - listing models imports no torch

    try:
        return torch.export.load(path)
    except Exception as error:  # an archive that another torch made may fail anywhere
        raise PluginError(
            f"{path} cannot be opened by torch {torch.__version__}: {type(error).__name__}: {error} "
            "Export it again with this version."
        ) from error


def _input_shape(exported: Any) -> list[Any]:
    """The shape of the one input: numbers where it is bound, symbols where it is free; raises PluginError."""
    names = exported.graph_signature.user_inputs
    shapes = [list(node.meta["val"].shape) for node in exported.graph.nodes if node.name in names[:1]]
    if len(names) == 1 and len(shapes[0]) in (2, 3):
        return shapes[0]
    raise PluginError(
        f"The program takes {', '.join(map(str, names)) or 'nothing'} {shapes}; "
        "export one that takes audio [batch, samples] or [batch, 1, samples] alone."
    )


def _module(exported: Any, device: str) -> Any:
    from torch.export.passes import move_to_device_pass  # noqa: PLC0415 - listing models imports no torch

    moved = exported if device == "cpu" else move_to_device_pass(exported, device)
    # The guards repeat what was checked above, and are Python text in the file that would be run.
    unguarded = {"check_guards": False} if "check_guards" in signature(moved.module).parameters else {}
    return moved.module(**unguarded)


def describe(argument: str) -> ModelInfo:
    """Return what the card beside a .pt2 file tells; raises PluginError."""
    return describe_file(NAME, argument, TorchExport)


def accepts(path: Path) -> bool:
    """Whether a path is a .pt2 file."""
    return path.suffix == ENDING and path.is_file()


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the adapter for exported programs."""
    return [
        AdapterInfo(
            name=NAME,
            describe=describe,
            argument="FILE.pt2",
            accepts=accepts,
            summary="A program of torch.export with its card (model.pt2, model.toml).",
        )
    ]
