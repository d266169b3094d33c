"""Log-mel: the mean log-mel spectrum, the untrained reference that every learned embedding should beat.

Source: the input of MusiCNN (Pons and Serra 2019, https://arxiv.org/abs/1909.06654): 96 bands at 16 kHz,
compressed by log10(1 + 10,000 · power). Licence: Apache-2.0, as the rest of earmark.
"""

import math
from typing import TYPE_CHECKING

from earmark import ModelInfo, hookimpl

if TYPE_CHECKING:
    from torch import Tensor

RATE_HZ = 16_000
BANDS = 96
WINDOW_SAMPLES = 1024  # 64 ms: resolves the 31 Hz between the lowest bands
HOP_SAMPLES = 160  # 10 ms
GAIN = 10_000.0  # 40 dB below a full-scale sine, linear turns into logarithmic: the floor is soft
LN_10 = math.log(10.0)


class LogMel:
    """Embeds each 10 ms of audio as its log-mel spectrum of 96 bands."""

    def __init__(self, device: str = "cpu") -> None:
        from earmark_plugins.spectrum import mel_bank  # noqa: PLC0415 - listing models imports no torch

        self._mel = mel_bank(RATE_HZ, WINDOW_SAMPLES, HOP_SAMPLES, BANDS, device)

    def embed(self, audio: "Tensor") -> "Tensor":
        """Map audio [batch, samples] to log-mel frames [batch, frames, 96]; silence is zero."""
        return self._mel(audio).mul_(GAIN).log1p_().div_(LN_10)


@hookimpl
def provide_models() -> list[ModelInfo]:
    """Return the one model of this file."""
    return [
        ModelInfo(
            name="log-mel",
            version="1",
            sample_rate=RATE_HZ,
            dim=BANDS,
            load=LogMel,
            license="Apache-2.0",
            gain="heard",
            source="Pons and Serra 2019, arXiv:1909.06654 (the input of MusiCNN)",
            summary="Mean log-mel spectrum: the untrained reference.",
        )
    ]
