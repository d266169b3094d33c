"""What becomes of a track: its mean, its deviation, and its course on a grid of half seconds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
GRID_S = 0.5
"""Step of the stored frames, fine enough for sections and coarse enough to keep (protocol.md)."""
SAME_AUDIO = "same_audio"
FRAMES_AT_ONCE = 256  # keeps the matrix of overlaps small: at 10 ms a frame it spans six bins


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Embeddings:
    """One track as a model hears it."""

    frames: Vectors
    """[bins, dim]: the model's frames averaged over half seconds; the last bin may be shorter."""
    mean: Vectors
    """[dim]: over all frames of the model: the track vector."""
    deviation: Vectors
    """[dim]: over all frames of the model; zero where they never change."""
    duration_s: float
    step_s: float = GRID_S
    same_audio: bool = False
    """A condition that should have changed the recording left it as it was."""

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return what the store keeps."""
        duration = np.array([self.duration_s, self.step_s])
        named = {"frames": self.frames, "mean": self.mean, "deviation": self.deviation, "duration_s": duration}
        return named | ({SAME_AUDIO: np.ones(1)} if self.same_audio else {})


def from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> Embeddings:
    """Build embeddings from what the store kept."""
    duration_s, step_s = arrays["duration_s"].tolist()
    named = {name: arrays[name] for name in ("frames", "mean", "deviation")}
    return Embeddings(duration_s=duration_s, step_s=step_s, same_audio=SAME_AUDIO in arrays, **named)


class FrameSum:
    """Adds up the frames of one track as its windows come out of the model, in double precision.

    A bin is the mean of the frames that overlap it, each weighted by how long it does; a bin that no frame
    overlaps (windows with gaps between them) takes the nearest bin that has one, the earlier of two.
    """

    def __init__(self, duration_s: float, dim: int) -> None:
        bins = max(1, math.ceil(duration_s / GRID_S - 1e-9))  # 10.0 s are 20 bins whatever the rounding
        self.duration_s = duration_s
        self._origin: npt.NDArray[np.float64] | None = None
        self._count = 0
        self._sum = np.zeros(dim)
        self._squares = np.zeros(dim)
        self._bins = np.zeros((bins, dim))
        self._overlap_s = np.zeros(bins)

    def add(self, frames: Vectors, start_s: float, frame_s: float) -> None:
        """Add frames [frames, dim] of `frame_s` seconds each, the first of which starts at `start_s`."""
        if self._origin is None:
            # Sums of differences from the first frame: exact where a dimension never changes, and no digits are
            # lost where its changes are small against its size.
            self._origin = frames[0].astype(np.float64)
        for first in range(0, len(frames), FRAMES_AT_ONCE):
            some = frames[first : first + FRAMES_AT_ONCE] - self._origin  # [n, dim], float64
            self._count += len(some)
            self._sum += some.sum(axis=0)
            self._squares += np.einsum("nd,nd->d", some, some)
            self._spread(some, start_s + first * frame_s, frame_s)

    def _spread(self, frames: npt.NDArray[np.float64], start_s: float, frame_s: float) -> None:
        edges_s = start_s + frame_s * np.arange(len(frames) + 1)
        first = min(int(edges_s[0] / GRID_S), len(self._bins) - 1)
        end = min(int(edges_s[-1] / GRID_S) + 1, len(self._bins))
        lows_s = GRID_S * np.arange(first, end)[:, np.newaxis]
        overlaps_s = np.minimum(edges_s[1:], lows_s + GRID_S) - np.maximum(edges_s[:-1], lows_s)  # [bins, n]
        np.maximum(overlaps_s, 0.0, out=overlaps_s)
        self._bins[first:end] += overlaps_s @ frames
        self._overlap_s[first:end] += overlaps_s.sum(axis=1)

    def embeddings(self) -> Embeddings:
        """Return mean, deviation and bins of what was added."""
        origin = np.zeros(self._sum.shape) if self._origin is None else self._origin
        count = max(self._count, 1)
        mean = self._sum / count
        variance = np.maximum(self._squares / count - mean**2, 0.0)
        filled = np.flatnonzero(self._overlap_s > 0.0)
        bins = self._bins[filled] / self._overlap_s[filled, np.newaxis]
        return Embeddings(
            frames=(origin + bins[_nearest(filled, len(self._bins))]).astype(np.float32),
            mean=(origin + mean).astype(np.float32),
            deviation=np.sqrt(variance).astype(np.float32),
            duration_s=self.duration_s,
        )


def _nearest(filled: npt.NDArray[np.intp], bins: int) -> npt.NDArray[np.intp]:
    """Index into `filled` of the filled bin that is nearest to each of `bins` bins, the earlier of two."""
    after = np.searchsorted(filled, np.arange(bins)).clip(0, len(filled) - 1)
    before = (after - 1).clip(0)
    nearer = np.arange(bins) - filled[before] <= filled[after] - np.arange(bins)
    return np.where(nearer, before, after)
