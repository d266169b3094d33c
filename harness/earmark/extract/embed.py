"""From decoded tracks to embeddings, through a model that is held to its contract."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from earmark.audio import Audio, Samples
from earmark.errors import PluginError
from earmark.extract.embeddings import Embeddings, FrameSum, Vectors
from earmark.extract.windows import Window, windows
from earmark.model import Model, ModelInfo, OpenedModel

WINDOWS_AT_ONCE = {"cpu": 8}
"""Windows in a batch by kind of device: a core is busy with a few, an accelerator wants more."""
WINDOWS_AT_ONCE_ELSEWHERE = 64


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
def exact_arithmetic() -> Iterator[None]:
    """Use one thread and full float32, so that neither the machine's load nor its device moves an embedding."""
    import torch  # noqa: PLC0415 - heavy
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    threads = torch.get_num_threads()
    with ExitStack() as stack:
        torch.set_num_threads(1)
        stack.callback(torch.set_num_threads, threads)
        stack.enter_context(threadpool_limits(1))
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """A window on its way through the model, and the sum that its frames go to."""

    window: Window
    sum: FrameSum
    name: str


def embed_audio(
    opened: OpenedModel, tracks: Iterable[Loaded], *, device: str, batch_size: int
) -> dict[str, Embeddings]:
    """Embed tracks, by key: the windows of all of them share batches of `batch_size`.

    Tracks are taken from the iterable as batches need them. Raises PluginError when the model breaks its contract.
    """
    sums: dict[str, FrameSum] = {}
    pieces = _pieces(opened.info, tracks, sums)
    at_once = 1 if opened.info.window_s is None else batch_size  # whole tracks differ in length
    while batch := list(islice(pieces, at_once)):
        for piece, frames in zip(batch, _embed_batch(opened, batch, device), strict=True):
            _add(piece, frames, opened.info.sample_rate)
    return {key: frame_sum.embeddings() for key, frame_sum in sums.items()}


def _pieces(info: ModelInfo, tracks: Iterable[Loaded], sums: dict[str, FrameSum]) -> Iterator[_Piece]:
    for key, name, audio in tracks:
        samples = audio.samples if len(audio.samples) else np.zeros(1, np.float32)  # resampled to less than one
        sums[key] = FrameSum(len(samples) / info.sample_rate, info.dim)
        for window in windows(samples, info):
            yield _Piece(window=window, sum=sums[key], name=name)


def _add(piece: _Piece, frames: Vectors, rate: int) -> None:
    """Add the frames of a window to its track, without those that lie wholly in padding."""
    window = piece.window
    length = len(window.samples)
    heard = -(-window.heard * len(frames) // length)  # frame i starts at sample i * length / frames
    piece.sum.add(frames[:heard], window.start / rate, length / len(frames) / rate)


def _embed_batch(opened: OpenedModel, batch: Sequence[_Piece], device: str) -> Vectors:
    """Embed equally long windows: [windows, frames, dim]."""
    names = ", ".join(dict.fromkeys(piece.name for piece in batch))
    audio = np.stack([piece.window.samples for piece in batch])  # a copy, which the model may write to
    try:
        answer = _ask(opened.model, audio, device)
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        raise PluginError(
            f"Model {opened.info.name!r} failed on audio {list(audio.shape)} of {names}: "
            f"{type(error).__name__}: {error}"
        ) from error
    return _checked(answer, opened.info, len(batch), names)


def _ask(model: Model, audio: Samples, device: str) -> Any:
    import torch  # noqa: PLC0415 - heavy

    with torch.inference_mode():
        answer = model.embed(torch.from_numpy(audio).to(device))
        if isinstance(answer, torch.Tensor):
            return answer.detach().to("cpu", _real(answer)).numpy()
        return answer


def _real(answer: Any) -> Any:
    import torch  # noqa: PLC0415 - heavy

    return answer.dtype if answer.is_complex() else torch.float32


def _checked(answer: Any, info: ModelInfo, batch: int, names: str) -> Vectors:
    """Return the answer as float32 [batch, frames, dim]; raises PluginError when it is anything else."""
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "fiub":
        found = f"an array of {answer.dtype}" if isinstance(answer, np.ndarray) else f"a {type(answer).__name__}"
        raise PluginError(f"Model {info.name!r} returned {found}; expected a torch tensor or numpy array of numbers.")
    if answer.ndim != 3 or answer.shape[0] != batch or not answer.shape[1]:
        raise PluginError(
            f"Model {info.name!r} returned the shape {list(answer.shape)}; "
            f"expected [batch, frames, dim] = [{batch}, 1 or more, {info.dim}]."
        )
    if answer.shape[2] != info.dim:
        raise PluginError(f"Model {info.name!r} returned dim {answer.shape[2]}, but its info says {info.dim}.")
    with np.errstate(over="ignore"):  # what overflows float32 is refused on the next line
        frames = answer.astype(np.float32, copy=False)
    if not np.isfinite(frames).all():
        raise PluginError(f"Model {info.name!r} returned NaN or infinite numbers for {names}; expected finite ones.")
    return frames
