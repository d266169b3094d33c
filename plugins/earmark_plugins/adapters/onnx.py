"""ONNX: a model from any framework as one file, run by onnxruntime (``pip install "earmark[onnx]"``).

A card of the same name (``model.onnx``, ``model.toml``) says how it takes audio; ``input`` and ``output`` name the one
that is meant where a graph has several. Sizes that are not dynamic are kept to: a batch is run in parts, another
length of window is refused. A graph holds operators and numbers, and opening it runs no code.
Source: https://onnx.ai; https://onnxruntime.ai.
Licence: Apache-2.0, as the rest of earmark; of a model as its card says.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from earmark import AdapterInfo, ModelInfo, hookimpl
from earmark.errors import PluginError
from earmark_plugins.card import complain
from earmark_plugins.program import Form, check_shape, describe_file, embed_rows

if TYPE_CHECKING:
    from torch import Tensor

NAME = "onnx"
ENDING = ".onnx"
FATAL_ONLY = 4  # onnxruntime's level of what it writes to stderr; its errors reach us as exceptions
FLOATS = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(double)": "float64"}
EXTERNAL = re.compile(rb"\x0a\x08location\x12([\x80-\xff]?[\x00-\x7f])")
"""In a protobuf: the key ``location`` of a tensor whose numbers lie in a file beside; then the name's length."""


class Onnx:
    """Embeds windows with an ONNX graph."""

    def __init__(self, path: Path, form: Form, device: str = "cpu") -> None:
        self._session = _session(path, device)
        entry = _input(path, self._session, form)
        batch, samples = (size if isinstance(size, int) else None for size in (entry.shape[0], entry.shape[-1]))
        check_shape(path, form, batch, samples)
        self.form = replace(
            form, input=entry.name, batch_size=batch or form.batch_size, channel_axis=len(entry.shape) == 3
        )
        self.number_type = FLOATS[entry.type]
        self.outputs = _outputs(path, [output.name for output in self._session.get_outputs()], form)

    def embed(self, audio: "Tensor") -> "Tensor | dict[str, Tensor]":
        """Map audio [batch, samples] to frames [batch, frames, dim], or a mapping of them by layer."""
        return embed_rows(self._run, audio, self.form)

    def _run(self, audio: "Tensor") -> "Mapping[str, Tensor]":
        import torch  # noqa: PLC0415 - listing models imports no torch

        numbers = audio.cpu().numpy().astype(self.number_type, copy=False)
        found = self._session.run(list(self.outputs), {self.form.input: numbers})
        return {name: torch.from_numpy(array) for name, array in zip(self.outputs, found, strict=True)}


def runtime() -> ModuleType:
    """Return onnxruntime; raises PluginError when it is not installed."""
    try:
        import onnxruntime  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PluginError(f'An onnx: model needs onnxruntime: pip install "earmark[onnx]" ({error}).') from error
    module: ModuleType = onnxruntime
    return module


def _session(path: Path, device: str) -> Any:
    """Open a graph on one thread: the harness works on several recordings at once, each in a process."""
    ort = runtime()
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = FATAL_ONLY
    try:
        return ort.InferenceSession(path, options, providers=_providers(ort, device))
    except Exception as error:  # onnxruntime has a dozen exceptions without a common parent
        raise PluginError(f"{path} cannot be opened by onnxruntime {ort.__version__}: {error}") from error


def _providers(ort: ModuleType, device: str) -> list[Any]:
    kind, _, index = device.partition(":")
    if kind != "cuda" or "CUDAExecutionProvider" not in ort.get_available_providers():
        return ["CPUExecutionProvider"]
    exact = {"device_id": index or "0", "use_tf32": "0"}  # TF32 keeps only three digits
    return [("CUDAExecutionProvider", exact), "CPUExecutionProvider"]


def _input(path: Path, session: Any, form: Form) -> Any:
    """The input that takes audio: the only one, or the one that the card names; raises PluginError."""
    entries = {entry.name: entry for entry in session.get_inputs()}
    entry = entries.get(form.input) if form.input else next(iter(entries.values()), None)
    if entry is not None and len(entries) == 1 and entry.type in FLOATS and len(entry.shape) in (2, 3):
        return entry
    there = "; ".join(f"{name} {e.shape} {e.type}" for name, e in entries.items()) or "nothing"
    wanted = f" (the card says input = {form.input!r})" if form.input else ""
    raise PluginError(
        f"{path} takes {there}{wanted}; expected one input, audio [batch, samples] or [batch, 1, samples] of float."
    )


def _outputs(path: Path, there: list[str], form: Form) -> tuple[str, ...]:
    """The outputs to compute; raises PluginError when the card names others, or should name one."""
    card, listed = str(path.with_suffix(".toml")), ", ".join(there)
    if form.layers:
        named = all(name in there for name in form.layers)
        if not named and len(there) != len(form.layers):
            complain(card, [f"layers = {', '.join(form.layers)}: the graph has the outputs {listed}"])
        return form.layers if named else tuple(there)
    if form.output and form.output not in there:
        complain(card, [f"output = {form.output!r}: the graph has the outputs {listed}"])
    if not form.output and len(there) > 1:
        complain(card, [f'output is missing: which of {listed} is the embedding? output = "{there[-1]}"'])
    return (form.output or there[0],)


def parts(path: Path) -> list[Path]:
    """The file of a graph and the files beside it that hold its larger tensors."""
    graph = path.read_bytes()
    beside = sorted({path.parent / name for name in _locations(graph)})
    return [path, *(file for file in beside if file.is_file())]


def _locations(graph: bytes) -> Iterator[str]:
    for found in EXTERNAL.finditer(graph):
        length = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(found[1]))  # protobuf's varint
        yield graph[found.end() : found.end() + length].decode(errors="replace")


def describe(argument: str) -> ModelInfo:
    """Return what the card beside an ONNX file tells; raises PluginError."""
    return describe_file(NAME, argument, Onnx, parts)


def accepts(path: Path) -> bool:
    """Whether a path is an ONNX file."""
    return path.suffix == ENDING and path.is_file()


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the adapter for ONNX files."""
    return [
        AdapterInfo(
            name=NAME,
            describe=describe,
            argument="FILE.onnx",
            accepts=accepts,
            summary="An ONNX file with its card (model.onnx, model.toml); needs earmark[onnx].",
        )
    ]
