"""Short-time spectra through a bank of filters: the front end that the spectral baselines share.

Imports torch and librosa, so a model imports it when it loads and never before.
"""

from collections.abc import Iterator

import librosa
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

CHUNK_FRAMES = 128
"""Frames transformed at once: they stay in the processor's cache, and memory does not grow with the track."""


def frame_count(samples: int, hop: int) -> int:
    """Count the frames of `samples` samples: one for each hop that has begun, at least one."""
    return max(1, -(-samples // hop))


def framed(row: Tensor, size: int, hop: int) -> Tensor:
    """View audio [samples] as frames [frames, size], where frame i is centred on the hop that it stands for.

    Frame i covers the samples around ``(i + 0.5) * hop``; both ends are padded with zeros.
    """
    frames = frame_count(len(row), hop)
    left = (size - hop) // 2
    right = (frames - 1) * hop + size - left - len(row)
    padded = torch.nn.functional.pad(row, (left, max(0, right)))
    return padded.unfold(0, size, hop)[:frames]


def chunks(frames: Tensor, dim: int = 0) -> Iterator[Tensor]:
    """Yield views of at most CHUNK_FRAMES frames along `dim`."""
    for start in range(0, frames.shape[dim], CHUNK_FRAMES):
        yield frames.narrow(dim, start, min(CHUNK_FRAMES, frames.shape[dim] - start))


def unit(vectors: Tensor, least: float) -> Tensor:
    """Scale the last axis to length one; what is far shorter than `least` stays near zero."""
    length: Tensor = vectors.norm(dim=-1, keepdim=True)
    return vectors / (length + least)


def power_spectra(row: Tensor, window: Tensor, hop: int) -> Iterator[Tensor]:
    """Yield the power spectra of audio [samples], a chunk of frames at a time: [≤ 128, size // 2 + 1].

    A full-scale sine peaks at 1: spectra are divided by half of the window's sum.
    """
    size = len(window)
    scaled = window * (2.0 / window.sum())
    for chunk in chunks(framed(row, size, hop)):
        spectrum = torch.fft.rfft(chunk * scaled)
        yield spectrum.real.square().addcmul_(spectrum.imag, spectrum.imag)


class FilterBank:
    """The power of short-time spectra in bands, for audio of any length and any number of rows."""

    def __init__(self, weights: npt.NDArray[np.float32], hop: int, device: str = "cpu") -> None:
        """Take filter weights [size // 2 + 1, bands] and the hop in samples; the window is a Hann of `size`."""
        size = 2 * (len(weights) - 1)
        self.weights = torch.from_numpy(weights).to(device)
        self.window = torch.hann_window(size, device=device)
        self.hop = hop

    def __call__(self, audio: Tensor) -> Tensor:
        """Map audio [batch, samples] to band powers [batch, frames, bands], each row by itself."""
        return torch.stack([self._row(row) for row in audio])

    def _row(self, row: Tensor) -> Tensor:
        powers = row.new_empty(frame_count(len(row), self.hop), self.weights.shape[1])
        start = 0
        for spectra in power_spectra(row, self.window, self.hop):
            torch.mm(spectra, self.weights, out=powers[start : start + len(spectra)])
            start += len(spectra)
        return powers


def mel_bank(rate: int, size: int, hop: int, bands: int, device: str = "cpu") -> FilterBank:
    """Return `bands` triangular filters from 0 Hz to half the rate on Slaney's mel scale, each of height one.

    `size` and `hop` are in samples. Height one, not area one: a full-scale sine reads about 0 dB in every band.
    """
    weights = librosa.filters.mel(sr=rate, n_fft=size, n_mels=bands, norm=None)
    return FilterBank(np.ascontiguousarray(weights.T, dtype=np.float32), hop, device)
