"""From decoded tracks to embeddings, through a model that is held to its contract."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from earmark.audio import Audio, Samples
from earmark.errors import PluginError
from earmark.extract.embeddings import Embeddings, FrameSum, Vectors
from earmark.extract.layers import choose_layers, split_layers
from earmark.extract.windows import Window, windows
from earmark.model import ModelInfo, OpenedModel

WINDOWS_AT_ONCE = {"cpu": 8}
"""Windows in a batch by kind of device: a core is busy with a few, an accelerator wants more."""
WINDOWS_AT_ONCE_ELSEWHERE = 64
FULL_PRECISION = "float32"
PRECISIONS: Mapping[str, str] = MappingProxyType({FULL_PRECISION: "float32", "bf16": "bfloat16"})
"""What `--precision` takes, and torch's name for it: with fewer digits only where the user asks."""


def windows_at_once(device: str) -> int:
    """Return the batch size that suits a device such as ``cpu``, ``cuda:0`` or ``mps``."""
    return WINDOWS_AT_ONCE.get(kind(device), WINDOWS_AT_ONCE_ELSEWHERE)


def kind(device: str) -> str:
    """Return the kind of a device: ``cuda`` for ``cuda:0``."""
    return device.partition(":")[0]


def freeze(opened: OpenedModel, device: str) -> OpenedModel:
    """Put the model, and the torch modules it holds, on the device and into evaluation, without gradients."""
    import torch  # noqa: PLC0415 - heavy

    model: Any = opened.model
    if hasattr(model, "to"):
        model = model.to(device) or model  # torch's returns what it moved; others may return nothing
    if hasattr(model, "eval"):
        model.eval()
    for part in (model, *getattr(model, "__dict__", {}).values()):
        if isinstance(part, torch.nn.Module):
            part.to(device).eval().requires_grad_(False)
    return replace(opened, model=model)


@contextmanager
def exact_arithmetic(threads: int = 1) -> Iterator[None]:
    """Use so many threads and full float32, so that neither the machine's load nor its device moves a number."""
    import torch  # noqa: PLC0415 - heavy
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    before = torch.get_num_threads()
    with ExitStack() as stack:
        torch.set_num_threads(threads)
        stack.callback(torch.set_num_threads, before)
        stack.enter_context(threadpool_limits(threads))
        if torch.cuda.is_available():  # TF32 convolutions, the default, keep only three digits
            flags: Any = torch.backends.cudnn.flags
            stack.enter_context(flags(enabled=True, deterministic=True, allow_tf32=False))
        yield


class Loaded(NamedTuple):
    """A track at the model's sample rate."""

    key: str
    name: str
    """What a person calls it."""
    audio: Audio


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a model is driven."""

    device: str
    batch_size: int
    layers: tuple[str, ...]
    precision: str = FULL_PRECISION


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """A window on its way through the model, and the sums, by layer, that its frames go to."""

    window: Window
    sums: Mapping[str, FrameSum]
    name: str


def embed_audio(
    opened: OpenedModel, tracks: Iterable[Loaded], *, device: str, batch_size: int
) -> dict[str, Embeddings]:
    """Embed tracks by the model's main layer, by key; raises PluginError when the model breaks its contract."""
    (layer,) = layers = choose_layers(opened.info)
    found = embed_layers(opened, tracks, Way(device=device, batch_size=batch_size, layers=layers))
    return {key: by_layer[layer] for key, by_layer in found.items()}


def embed_layers(opened: OpenedModel, tracks: Iterable[Loaded], way: Way) -> dict[str, dict[str, Embeddings]]:
    """Embed tracks, by key and layer: the windows of all of them share batches.

    Tracks are taken from the iterable as batches need them. Raises PluginError when the model breaks its contract.
    """
    sums: dict[str, dict[str, FrameSum]] = {}
    pieces = _pieces(opened.info, tracks, way.layers, sums)
    at_once = 1 if opened.info.window_s is None else way.batch_size  # whole tracks differ in length
    while batch := list(islice(pieces, at_once)):
        for layer, answer in _embed_batch(opened, batch, way).items():
            for piece, frames in zip(batch, answer, strict=True):
                _add(piece, layer, frames, opened.info.sample_rate)
    return {key: {layer: total.embeddings() for layer, total in by.items()} for key, by in sums.items()}


def _pieces(
    info: ModelInfo, tracks: Iterable[Loaded], layers: Sequence[str], sums: dict[str, dict[str, FrameSum]]
) -> Iterator[_Piece]:
    for key, name, audio in tracks:
        samples = audio.samples if len(audio.samples) else np.zeros(1, np.float32)  # resampled to less than one
        duration_s = len(samples) / info.sample_rate
        sums[key] = {layer: FrameSum(duration_s, info.layers.get(layer, info.dim)) for layer in layers}
        for window in windows(samples, info):
            yield _Piece(window=window, sums=sums[key], name=name)


def _add(piece: _Piece, layer: str, frames: Vectors, rate: int) -> None:
    """Add the frames of a window to its track, without those that lie wholly in padding."""
    window = piece.window
    length = len(window.samples)
    heard = -(-window.heard * len(frames) // length)  # frame i starts at sample i * length / frames
    piece.sums[layer].add(frames[:heard], window.start / rate, length / len(frames) / rate)


def _embed_batch(opened: OpenedModel, batch: Sequence[_Piece], way: Way) -> dict[str, Vectors]:
    """Embed equally long windows: by layer [windows, frames, dim]."""
    names = ", ".join(dict.fromkeys(piece.name for piece in batch))
    audio = np.stack([piece.window.samples for piece in batch])  # a copy, which the model may write to
    try:
        answers = _ask(opened, audio, way)
    except PluginError:
        raise
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        raise PluginError(
            f"Model {opened.info.name!r} failed on audio {list(audio.shape)} of {names}: "
            f"{type(error).__name__}: {error}"
        ) from error
    return {layer: checked(answer, opened.info, len(batch), names, layer) for layer, answer in answers.items()}


def _ask(opened: OpenedModel, audio: Samples, way: Way) -> dict[str, Any]:
    import torch  # noqa: PLC0415 - heavy

    model: Any = opened.model
    with torch.inference_mode(), _digits(way):
        answer = model.embed(_sent(torch.from_numpy(audio), way.device))
        return {layer: fetched(one) for layer, one in split_layers(answer, opened.info, way.layers).items()}


def _digits(way: Way) -> AbstractContextManager[Any]:
    """Fewer digits where the user asked for them; else the model's own arithmetic."""
    import torch  # noqa: PLC0415 - heavy

    if way.precision == FULL_PRECISION:
        return nullcontext()
    return torch.autocast(kind(way.device), dtype=getattr(torch, PRECISIONS[way.precision]))


def _sent(audio: Any, device: str) -> Any:
    """The batch on the device, in one transfer that the processor need not wait for."""
    if kind(device) != "cuda":
        return audio.to(device)
    return audio.pin_memory().to(device, non_blocking=True)


def fetched(answer: Any) -> Any:
    """The answer in main memory, as a numpy array where it is a tensor."""
    import torch  # noqa: PLC0415 - heavy

    if not isinstance(answer, torch.Tensor):
        return answer
    return answer.detach().to("cpu", answer.dtype if answer.is_complex() else torch.float32).numpy()


def checked(answer: Any, info: ModelInfo, batch: int, names: str, layer: str = "") -> Vectors:
    """Return the answer as float32 [batch, frames, dim]; raises PluginError when it is anything else."""
    dim, where = info.layers.get(layer, info.dim), f" as layer {layer!r}" if layer else ""
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "fiub":
        found = f"an array of {answer.dtype}" if isinstance(answer, np.ndarray) else f"a {type(answer).__name__}"
        raise PluginError(
            f"Model {info.name!r} returned {found}{where}; expected a torch tensor or numpy array of numbers."
        )
    if answer.ndim != 3 or answer.shape[0] != batch or not answer.shape[1]:
        raise PluginError(
            f"Model {info.name!r} returned the shape {list(answer.shape)}{where}; "
            f"expected [batch, frames, dim] = [{batch}, 1 or more, {dim}]."
        )
    if answer.shape[2] != dim:
        raise PluginError(f"Model {info.name!r} returned dim {answer.shape[2]}{where}, but its info says {dim}.")
    with np.errstate(over="ignore"):  # what overflows float32 is refused on the next line
        frames = answer.astype(np.float32, copy=False)
    if not np.isfinite(frames).all():
        raise PluginError(
            f"Model {info.name!r} returned NaN or infinite numbers{where} for {names}; expected finite ones."
        )
    return frames
