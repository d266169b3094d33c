"""``hear:module``: any module with the functions of HEAR 2021, from PyPI or your own file.

`?weights=` is what its load_model() gets. `?embedding=timestamp` (the default) takes frames, which serve sections of a
track too; `scene` takes one vector for each clip, which HEAR's own scene tasks use; `both` offers the two as layers.
The whole track is one clip, as HEAR has it; `?window=30` cuts it where memory is short. Frames that the module dates
unevenly are put on an even grid, nearest in time; `?times=even` ignores its dates.
Source: Turian et al. 2022, https://arxiv.org/abs/2203.03022; the interface: https://hearbenchmark.com/hear-api.html.
Licence: the module's own, as its distribution states it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from earmark import ModelInfo, hookimpl
from earmark.errors import PluginError, UnknownName
from earmark.model import AdapterInfo
from earmark_plugins.adapters.hear.module import about, import_module, version_of

if TYPE_CHECKING:
    from torch import Tensor

SIZES = {"timestamp": "timestamp_embedding_size", "scene": "scene_embedding_size"}
"""The kinds of embedding, and the attribute of a loaded model that holds the size of each."""
WANTED = {"timestamp": ("timestamp",), "scene": ("scene",), "both": ("timestamp", "scene")}
"""What may follow ``?embedding=``."""
TIMES = ("stated", "even")
LONGEST_PADDING_MS = 30_000.0  # modules pad short clips for their model; Whisper's 30 s is the longest in use
SECONDS_FACTOR = 500.0  # times that end before a 500th of the clip are in seconds, not milliseconds
ROUNDING_MS = 1.0  # stamps are often float32, or whole milliseconds
TOLERANCE_FRAMES = 1.0  # stamps may mean a frame's start, centre or end
EVEN_REMEDY = "mend the module, or add ?times=even if its frames are spread evenly over the clip."


class Hear:
    """Embeds audio with the functions of a module."""

    def __init__(self, module: str, weights: str, embedding: str, times: str, device: str = "cpu") -> None:
        functions = import_module(module)
        self.network = load_network(functions, weights, device)
        self._rate = int(self.network.sample_rate)
        self._wanted = WANTED[embedding]
        self._stated = times != "even"
        self._functions = {kind: getattr(functions, f"get_{kind}_embeddings") for kind in self._wanted}
        self._given = _input(self.network)

    def embed(self, audio: "Tensor") -> "Tensor | dict[str, Tensor]":
        """Map audio [batch, samples] to frames, to one frame a row, or to both by name: [batch, frames, dim]."""
        with _unheard(), _enough_memory(audio.shape[1] / self._rate):
            answers = {kind: self._functions[kind](self._given(audio), self.network) for kind in self._wanted}
        frames = {kind: READERS[kind](self, answer, audio) for kind, answer in answers.items()}
        return frames if len(frames) > 1 else frames[self._wanted[0]]

    def _scene(self, answer: Any, audio: "Tensor") -> "Tensor":
        vectors = _tensor(answer)
        if vectors.ndim != 2 or len(vectors) != len(audio):
            found = f"get_scene_embeddings returned {list(vectors.shape)}"
            raise PluginError(f"{found} for {len(audio)} sounds; HEAR's answer is [sounds, size].")
        return vectors[:, None]

    def _timestamp(self, answer: Any, audio: "Tensor") -> "Tensor":
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            raise PluginError(
                f"get_timestamp_embeddings returned a {type(answer).__name__}; HEAR's answer is two arrays, embeddings "
                "[sounds, timestamps, size] and timestamps [sounds, timestamps]."
            )
        frames, times_ms = _tensor(answer[0]), _tensor(answer[1]).double().cpu().numpy()
        if frames.ndim != 3 or times_ms.shape != tuple(frames.shape[:2]):
            raise PluginError(
                f"get_timestamp_embeddings returned embeddings {list(frames.shape)} with timestamps "
                f"{list(times_ms.shape)}; HEAR's are [sounds, timestamps, size] and [sounds, timestamps]."
            )
        if not self._stated or not frames.shape[1]:  # the harness refuses an answer without frames
            return frames
        order = evenly(times_ms, 1000.0 * audio.shape[1] / self._rate)
        as_it_is = bool((order == np.arange(len(order))).all())
        return frames[:, : len(order)] if as_it_is else frames[:, order.tolist()]


READERS: Mapping[str, Callable[[Hear, Any, Any], Any]] = {"scene": Hear._scene, "timestamp": Hear._timestamp}


def evenly(times_ms: npt.NDArray[np.float64], clip_ms: float) -> npt.NDArray[np.intp]:
    """Return the indices of frames that, spread evenly over the clip, lie where `times_ms` [batch, frames] says.

    That is each frame once where they are even already; else the nearest in time, the earlier of two. Frames after
    the clip's end, made of padding, are left out. Raises PluginError for times that cannot be milliseconds in a clip.
    """
    times = _checked_times(times_ms, clip_ms)
    inside = max(1, int(np.searchsorted(times, clip_ms + ROUNDING_MS, side="right")))
    step = clip_ms / inside
    slots = (np.arange(inside) + 0.5) * step
    if np.abs(times[:inside] - slots).max() <= TOLERANCE_FRAMES * step:
        return np.arange(inside)
    middles = (times[1:inside] + times[: inside - 1]) / 2
    return np.searchsorted(middles, slots)


def _checked_times(times_ms: npt.NDArray[np.float64], clip_ms: float) -> npt.NDArray[np.float64]:
    """Return the one row of times that all rows share; raises PluginError when they make no sense."""
    times: npt.NDArray[np.float64] = times_ms[0]
    shown = f"timestamps from {times[0]:g} to {times[-1]:g} ms for a clip of {clip_ms:g} ms"
    step = clip_ms / len(times)
    if not np.isfinite(times_ms).all() or (np.diff(times) <= 0).any():
        raise PluginError(f"The module returned {shown} that do not increase; {EVEN_REMEDY}")
    if np.abs(times_ms - times).max() > step:
        raise PluginError(
            f"The module returned other timestamps for one row of a batch than for the next; {EVEN_REMEDY}"
        )
    if times[0] < -step or times[-1] > clip_ms + LONGEST_PADDING_MS or times[0] > clip_ms:
        raise PluginError(f"The module returned {shown}, which lie outside it; {EVEN_REMEDY}")
    if len(times) > 1 and times[-1] < clip_ms / SECONDS_FACTOR:
        raise PluginError(f"The module returned {shown}, which look like seconds; {EVEN_REMEDY}")
    return times


def _tensor(answer: Any) -> "Tensor":
    import torch  # noqa: PLC0415 - listing models imports no torch

    return answer if isinstance(answer, torch.Tensor) else torch.as_tensor(np.asarray(answer))


def load_network(functions: ModuleType, weights: str, device: str) -> Any:
    """Call load_model() and put what it gives on the device; raises PluginError when it wants weights.

    A model whose weights are drawn and not read draws the same ones in every process.
    """
    import torch  # noqa: PLC0415 - listing models imports no torch

    wants = [p for p in signature(functions.load_model).parameters.values() if p.default is p.empty]
    if not weights and any(p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in wants):
        raise PluginError(f"{functions.__name__}.load_model() wants a weight file: add ?weights=PATH.")
    with _unheard(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = functions.load_model(weights) if weights else functions.load_model()
        network = network.to(device) if isinstance(network, torch.nn.Module) else network
    if isinstance(network, torch.nn.Module):
        network.eval()
    return network


@contextmanager
def _unheard() -> Iterator[None]:
    """Send what the module prints to stderr: stdout belongs to results."""
    with redirect_stdout(sys.stderr):
        yield


@contextmanager
def _enough_memory(clip_s: float) -> Iterator[None]:
    """Name the way out for a module that cannot hold a clip of that length."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:  # torch's allocators raise the second
        if "memory" not in str(error).lower() and not isinstance(error, MemoryError):
            raise
        raise PluginError(
            f"The module has not enough memory for a clip of {clip_s:g} s; add ?window=SECONDS to cut tracks into "
            f"shorter ones, such as ?window=30. It said: {(str(error).splitlines() or ['nothing'])[0]}"
        ) from error


def _input(network: Any) -> Callable[[Any], Any]:
    """What the module's functions take: a torch tensor, or TensorFlow's where the model is TensorFlow's."""
    kinds = {kind.__module__.partition(".")[0] for kind in type(network).__mro__}
    return _tensorflow_input if kinds & {"tensorflow", "keras"} else _torch_input


def _torch_input(audio: Any) -> Any:
    return audio


def _tensorflow_input(audio: Any) -> Any:
    from importlib import import_module as imported  # noqa: PLC0415 - TensorFlow has no types and is seldom there

    return imported("tensorflow").convert_to_tensor(audio.cpu().numpy())


def describe(
    argument: str, *, weights: str = "", embedding: str = "timestamp", window: str = "", times: str = "stated"
) -> ModelInfo:
    """Load the module's model once and return what it says of itself; raises PluginError or UnknownName."""
    for what, value, known in (("embedding", embedding, WANTED), ("times", times, TIMES)):
        if value not in known:
            raise UnknownName(what, value, known)
    path = str(Path(weights).expanduser().resolve()) if weights else ""
    if path and not Path(path).exists():
        raise PluginError(f"There is no weight file {path}.")
    functions = import_module(argument)
    network = load_network(functions, path, "cpu")
    layers = {kind: _number(network, SIZES[kind], argument) for kind in WANTED[embedding]}
    info = ModelInfo(
        name=f"hear:{Path(argument).stem if argument.endswith('.py') else argument}",
        version="unknown",
        sample_rate=_number(network, "sample_rate", argument),
        dim=next(iter(layers.values())),
        window_s=_seconds(window),
        load=partial(Hear, _absolute(argument), path, embedding, times),
        layers=layers if len(layers) > 1 else {},
        layer=next(iter(layers)) if len(layers) > 1 else "",
        summary="A module with HEAR's interface.",
        **about(functions),
    )
    return replace(info, version=version_of(info, functions, network, Path(path) if path else None))


def _absolute(argument: str) -> str:
    return str(Path(argument).expanduser().resolve()) if argument.endswith(".py") else argument


def _number(network: Any, name: str, module: str) -> int:
    """A whole number that HEAR wants on the loaded model."""
    value: Any = getattr(network, name, None)
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise PluginError(f"The model of {module} has {name} {value!r}; HEAR wants a whole number there.") from error


def _seconds(window: str) -> float | None:
    if not window:
        return None
    try:
        seconds = float(window)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise PluginError(f"?window={window} is no number of seconds above 0.")
    return seconds


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the adapter of this file."""
    return [
        AdapterInfo(
            name="hear",
            describe=describe,
            argument="MODULE",
            options=("embedding", "times", "weights", "window"),
            summary="A module with the functions of HEAR 2021.",
        )
    ]
