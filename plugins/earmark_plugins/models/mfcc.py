"""MFCC: the shape of the spectrum and how fast it moves, the classic features of timbre.

Source: Davis and Mermelstein 1980, https://doi.org/10.1109/TASSP.1980.1163420 (the coefficients); Furui 1986,
https://doi.org/10.1109/TASSP.1986.1164788 (their slopes). The mean slope over a track is zero whatever the music,
so the size of the slope is taken. Licence: Apache-2.0, as the rest of earmark.
"""

from typing import TYPE_CHECKING

import numpy as np

from earmark import ModelInfo, hookimpl

if TYPE_CHECKING:
    from torch import Tensor

RATE_HZ = 32_000  # up to 16 kHz: where carriers and codecs of different times end
BANDS = 96
COEFFICIENTS = 40
WINDOW_SAMPLES = 1024  # 32 ms
HOP_SAMPLES = 320  # 10 ms
FLOOR = 1e-10  # power: 100 dB below a full-scale sine, so silence and 16-bit dither read alike
SLOPE_FRAMES = 4  # a slope is fitted to 4 frames before and 4 after: 90 ms
DIM = 2 * COEFFICIENTS


class Mfcc:
    """Embeds each 10 ms of audio as 40 cepstral coefficients, in dB, and the size of their slopes."""

    def __init__(self, device: str = "cpu") -> None:
        import torch  # noqa: PLC0415 - listing models imports no torch
        from scipy.fft import dct  # noqa: PLC0415 - nor scipy

        from earmark_plugins.spectrum import mel_bank  # noqa: PLC0415 - which imports torch

        basis = dct(np.eye(BANDS), type=2, norm="ortho", axis=1)[:, :COEFFICIENTS]
        steps = np.arange(-SLOPE_FRAMES, SLOPE_FRAMES + 1)
        self._basis = torch.tensor(basis, dtype=torch.float32, device=device)
        self._slope = torch.tensor(steps / (steps**2).sum(), dtype=torch.float32, device=device)
        self._mel = mel_bank(RATE_HZ, WINDOW_SAMPLES, HOP_SAMPLES, BANDS, device)

    def embed(self, audio: "Tensor") -> "Tensor":
        """Map audio [batch, samples] to [batch, frames, 80]: the coefficients, then the size of their slopes."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        decibels = self._mel(audio).add_(FLOOR).log10_().mul_(10)
        cepstra = (decibels @ self._basis).transpose(1, 2)  # [batch, 40, frames]
        padded = torch.nn.functional.pad(cepstra, (SLOPE_FRAMES, SLOPE_FRAMES), mode="replicate")
        slopes = padded.unfold(2, len(self._slope), 1) @ self._slope
        return torch.cat([cepstra, slopes.abs()], dim=1).transpose(1, 2)


@hookimpl
def provide_models() -> list[ModelInfo]:
    """Return the one model of this file."""
    return [
        ModelInfo(
            name="mfcc",
            version="1",
            sample_rate=RATE_HZ,
            dim=DIM,
            load=Mfcc,
            license="Apache-2.0",
            gain="heard",
            source="Davis and Mermelstein 1980, doi:10.1109/TASSP.1980.1163420; Furui 1986",
            summary="Cepstral coefficients and the size of their slopes.",
        )
    ]
