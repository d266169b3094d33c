"""Slicing a track into the windows that a model takes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from earmark.audio import Samples
from earmark.model import ModelInfo


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """One slice of a track: samples [window], of which the first `heard` are audio and the rest padding."""

    samples: Samples
    start: int
    """Index of its first sample in the track."""
    heard: int


def windows(samples: Samples, info: ModelInfo) -> Iterator[Window]:
    """Slice samples [samples] into the model's windows; a model without a window gets the whole track.

    Only the last window is padded, with zeros: no window starts once the one before it has reached the end.
    """
    if info.window_s is None:
        yield Window(samples=samples, start=0, heard=len(samples))
        return
    window = max(1, round(info.window_s * info.sample_rate))
    hop = window if info.hop_s is None else max(1, round(info.hop_s * info.sample_rate))
    for start in range(0, max(len(samples) - window, 0) + hop, hop):
        heard = min(window, len(samples) - start)
        if heard > 0:  # a hop longer than the window may land past the end
            yield Window(samples=_padded(samples[start : start + heard], window), start=start, heard=heard)


def _padded(samples: Samples, length: int) -> Samples:
    return samples if len(samples) == length else np.pad(samples, (0, length - len(samples)))
