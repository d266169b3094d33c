"""Tempogram: how strongly onsets repeat at each tempo, from their Fourier transform and their autocorrelation.

The Fourier half answers to a tempo and its multiples, the autocorrelation to a tempo and its fractions; where both
agree the octave is settled. Tempi are spaced evenly in log BPM, so a linear probe reads tempo from a row of bins.
Source: Grosche, Müller and Kurth 2010, https://doi.org/10.1109/ICASSP.2010.5495219 (both tempograms); Scheirer 1998,
https://doi.org/10.1121/1.421129 (onsets band by band). Licence: Apache-2.0, as the rest of earmark.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from earmark import ModelInfo, hookimpl

if TYPE_CHECKING:
    from torch import Tensor

RATE_HZ = 16_000
BANDS = 40
VOICES = 3  # low, middle and high bands keep their own rhythm
WINDOW_SAMPLES = 512  # 32 ms
HOP_SAMPLES = 160  # 10 ms
ONSETS_PER_S = RATE_HZ // HOP_SAMPLES
GAIN = 10_000.0  # compression before the difference, as for log-mel
RISE_FRAMES = 2  # loudness now against 20 ms ago
LOCAL_FRAMES = 100  # 1 s: the average that an onset must exceed
CONTEXT_FRAMES = 1200  # 12 s: ten beats at 50 BPM
STEP_FRAMES = 50  # 0.5 s from one context to the next
SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0
PULSE_BPM = 2 * FASTEST_BPM  # eighth notes at the fastest tempo
TEMPO_STEP = 0.02  # half of the 4 % that Acc1 allows
LEAST_STRENGTH = 1e-6  # far below any onset: silence fades to zero


def tempi_bpm(fastest: float) -> npt.NDArray[np.float64]:
    """Return tempi from 30 BPM to `fastest`, each 2 % above the one before."""
    steps = np.arange(0.0, math.log(fastest / SLOWEST_BPM) + TEMPO_STEP / 2, TEMPO_STEP)
    return np.asarray(SLOWEST_BPM * np.exp(steps))


PULSES_BPM = tempi_bpm(PULSE_BPM)
PERIODS_BPM = tempi_bpm(FASTEST_BPM)
DIM = len(PULSES_BPM) + len(PERIODS_BPM)


def pulse_waves() -> npt.NDArray[np.float32]:
    """Return windowed cosines and sines at each pulse tempo: [context, 2 * pulses]."""
    seconds = np.arange(CONTEXT_FRAMES)[:, None] / ONSETS_PER_S
    phase = 2 * np.pi * seconds * PULSES_BPM / 60
    waves = np.concatenate([np.cos(phase), np.sin(phase)], axis=1) * np.hanning(CONTEXT_FRAMES)[:, None]
    return waves.astype(np.float32)


def period_weights(window: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return weights [lags, periods] that read an autocorrelation between its lags, free of the window's own."""
    lags = 60 / PERIODS_BPM * ONSETS_PER_S
    overlap = np.correlate(window, window, mode="full")[CONTEXT_FRAMES - 1 :] / (window**2).sum()
    distance = np.abs(np.arange(math.ceil(lags.max()) + 1)[:, None] - lags)
    between = np.clip(1 - distance, 0, None)  # linear interpolation
    return np.asarray(between / overlap[: len(between), None], dtype=np.float32)


class Tempogram:
    """Embeds each half second by the 12 s around it: 151 pulse rates, then 116 periods, both from 30 BPM."""

    def __init__(self, device: str = "cpu") -> None:
        import torch  # noqa: PLC0415 - listing models imports no torch

        from earmark_plugins.spectrum import mel_bank  # noqa: PLC0415 - which imports torch

        window = np.sqrt(np.hanning(CONTEXT_FRAMES))
        self._window = torch.tensor(window, dtype=torch.float32, device=device)
        self._waves = torch.from_numpy(pulse_waves()).to(device)
        self._periods = torch.from_numpy(period_weights(window)).to(device)
        self._mel = mel_bank(RATE_HZ, WINDOW_SAMPLES, HOP_SAMPLES, BANDS, device)

    def embed(self, audio: "Tensor") -> "Tensor":
        """Map audio [batch, samples] to [batch, frames, 267], each half of unit length; silence is zero."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        return torch.stack([self._row(row) for row in audio])

    def _row(self, row: "Tensor") -> "Tensor":
        """Map audio [samples] to [frames, 267]."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        from earmark_plugins.spectrum import chunks, framed, unit  # noqa: PLC0415 - which imports torch

        onsets = self.onsets(row)
        contexts = torch.stack([framed(voice, CONTEXT_FRAMES, STEP_FRAMES) for voice in onsets])
        parts = [(self._pulses(part), self._repeats(part)) for part in chunks(contexts, dim=1)]
        return torch.cat([unit(torch.cat(half), LEAST_STRENGTH) for half in zip(*parts, strict=True)], dim=1)

    def onsets(self, row: "Tensor") -> "Tensor":
        """Map audio [samples] to onset strength above its local mean, 100 a second: [voices, frames]."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        loudness = self._mel(row[None])[0].mul_(GAIN).log1p_().T  # [bands, frames]
        before = torch.nn.functional.pad(loudness, (RISE_FRAMES, 0))[:, : loudness.shape[1]]
        rise = (loudness - before).clamp_(min=0)
        voices = torch.stack([bands.mean(0) for bands in rise.chunk(VOICES)])
        local = torch.nn.functional.avg_pool1d(
            voices[None], LOCAL_FRAMES + 1, 1, LOCAL_FRAMES // 2, count_include_pad=False
        )[0]
        return (voices - local).clamp_(min=0)

    def _pulses(self, contexts: "Tensor") -> "Tensor":
        """Map onsets [voices, frames, context] to the amplitude of their pulses: [frames, pulses]."""
        centred = contexts - contexts.mean(-1, keepdim=True)
        cosines, sines = (centred @ self._waves).chunk(2, dim=-1)
        return cosines.hypot(sines).sum(0)

    def _repeats(self, contexts: "Tensor") -> "Tensor":
        """Map onsets [voices, frames, context] to their autocorrelation at each period: [frames, periods]."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        centred = (contexts - contexts.mean(-1, keepdim=True)) * self._window
        spectra = torch.fft.rfft(centred, 2 * CONTEXT_FRAMES)  # twice as long: no lag wraps around
        lags = torch.fft.irfft(spectra.abs().square())
        relative = lags[..., : len(self._periods)] / (lags[..., :1] + LEAST_STRENGTH)
        strength: Tensor = (relative @ self._periods).clamp(min=0).sum(0)
        return strength


@hookimpl
def provide_models() -> list[ModelInfo]:
    """Return the one model of this file."""
    return [
        ModelInfo(
            name="tempogram",
            version="1",
            sample_rate=RATE_HZ,
            dim=DIM,
            load=Tempogram,
            license="Apache-2.0",
            gain="heard",
            source="Grosche, Müller and Kurth 2010, doi:10.1109/ICASSP.2010.5495219; Scheirer 1998",
            summary="Pulses and periods of the onsets: untrained, made for tempo.",
        )
    ]
