"""Chroma: how strongly each pitch class sounds, and how well the 24 triads fit it.

Spectral peaks are summed into semitones by a bank in which each pitch also collects its overtones, tuned to the
track, folded to twelve pitch classes, and compared with the major and minor triads.
Source: Fujishima 1999, https://hdl.handle.net/2027/spo.bbp2372.1999.446 (chroma and triad templates); Gómez 2006,
https://doi.org/10.1287/ijoc.1040.0126 (peaks, overtones, tuning). Licence: Apache-2.0, as the rest of earmark.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from earmark import ModelInfo, hookimpl

if TYPE_CHECKING:
    from torch import Tensor

RATE_HZ = 8_000  # the highest pitch and its overtones stay below 4 kHz
WINDOW_SAMPLES = 4096  # 0.5 s: parts semitones from C3 up
HOP_SAMPLES = 1024  # 0.13 s
LOWEST, HIGHEST = 40, 88  # MIDI numbers: E2 (82 Hz) up to, not with, E6 (1319 Hz); whole octaves, so tuning may wrap
STEPS = 10  # per semitone: the grain of the tuning
OVERTONES = 4
DECAY = 0.6  # from one overtone to the next (Gómez 2006)
CHORD_FRAMES = 5  # 0.6 s: what a triad is read from
SHARPNESS = 16  # cosines are raised to this power, so that the best triad stands out
TRIADS = ((0, 4, 7), (0, 3, 7))
LEAST_AMPLITUDE = 1e-4  # -80 dB below a full-scale sine: quieter frames fade to zero
LEAST_FIT = 1e-6  # far below the weakest fit of a single tone, (1 / √3) ** 16
DIM = 12 + 24


def pitch_bank(rate: int = RATE_HZ, size: int = WINDOW_SAMPLES) -> npt.NDArray[np.float32]:
    """Return weights [size // 2 + 1, pitches * 10]: each tenth of a semitone collects its first 4 partials."""
    hertz = np.maximum(np.arange(size // 2 + 1) * rate / size, 1.0)
    midi = 69 + 12 * np.log2(hertz / 440)
    steps = (HIGHEST - LOWEST) * STEPS
    weights = np.zeros((len(hertz), steps), dtype=np.float32)
    for partial in range(1, OVERTONES + 1):
        step = np.round((midi - 12 * np.log2(partial) - LOWEST) * STEPS).astype(int)
        inside = np.flatnonzero((step >= 0) & (step < steps))
        weights[inside, step[inside]] += DECAY ** (partial - 1)
    return weights


def triad_templates() -> npt.NDArray[np.float32]:
    """Return the 24 triads as unit chroma [12, 24], in the order of the keys: C … B major, C … B minor."""
    templates = np.zeros((12, 24), dtype=np.float32)
    for mode, intervals in enumerate(TRIADS):
        for tonic in range(12):
            templates[[(tonic + i) % 12 for i in intervals], 12 * mode + tonic] = 1 / np.sqrt(3)
    return templates


class Chroma:
    """Embeds each 0.13 s of audio as 12 pitch classes from C, then 24 triads in the order of the keys."""

    def __init__(self, device: str = "cpu") -> None:
        import torch  # noqa: PLC0415 - listing models imports no torch

        angles = 2 * np.pi * np.arange(STEPS) / STEPS
        within = np.cos(np.pi * (np.arange(STEPS) - STEPS // 2) / STEPS) ** 2  # full weight in tune, none between
        self._window = torch.hann_window(WINDOW_SAMPLES, device=device)
        self._bank = torch.from_numpy(pitch_bank()).to(device)
        self._triads = torch.from_numpy(triad_templates()).to(device)
        self._circle = torch.tensor(np.stack([np.cos(angles), np.sin(angles)], 1), dtype=torch.float32, device=device)
        self._within = torch.tensor(within, dtype=torch.float32, device=device)

    def embed(self, audio: "Tensor") -> "Tensor":
        """Map audio [batch, samples] to [batch, frames, 36], each half of unit length; silence is zero."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        from earmark_plugins.spectrum import unit  # noqa: PLC0415 - which imports torch

        chroma = torch.stack([self._chroma(row) for row in audio])  # [batch, frames, 12]
        smooth = torch.nn.functional.avg_pool1d(
            chroma.transpose(1, 2), CHORD_FRAMES, 1, CHORD_FRAMES // 2, count_include_pad=False
        ).transpose(1, 2)
        triads = (unit(smooth, LEAST_FIT) @ self._triads) ** SHARPNESS
        return torch.cat([chroma, unit(triads, LEAST_FIT)], dim=2)

    def _chroma(self, row: "Tensor") -> "Tensor":
        """Map audio [samples] to unit chroma [frames, 12]."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        from earmark_plugins.spectrum import power_spectra, unit  # noqa: PLC0415 - which imports torch

        spectra = power_spectra(row, self._window, HOP_SAMPLES)
        fine = torch.cat([_peaks(power).sqrt() @ self._bank for power in spectra])  # [frames, pitches * 10]
        pitches = self._in_tune(fine)
        octaves = pitches.reshape(len(pitches), -1, 12).sum(1).roll(LOWEST, dims=1)  # [frames, 12] from C
        return unit(octaves, LEAST_AMPLITUDE)

    def _in_tune(self, fine: "Tensor") -> "Tensor":
        """Map tenths of semitones [frames, pitches * 10] to pitches [frames, pitches], tuned to their circular mean."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        x, y = (fine.sum(0).reshape(-1, STEPS).sum(0) @ self._circle).tolist()
        sharp_steps = math.atan2(y, x) / (2 * math.pi) * STEPS
        below = math.floor(sharp_steps)
        share = sharp_steps - below  # between two whole steps: the last digit of a sum never moves a whole step
        steps = [
            torch.roll(fine, STEPS // 2 - step, dims=1).reshape(len(fine), -1, STEPS) for step in (below, below + 1)
        ]
        pitches: Tensor = torch.lerp(steps[0], steps[1], share) @ self._within
        return pitches


def _peaks(power: "Tensor") -> "Tensor":
    """Keep the local maxima of spectra [frames, bins]; everything else becomes zero."""
    import torch  # noqa: PLC0415 - listing models imports no torch

    middle = power[:, 1:-1]
    is_peak = (middle > power[:, :-2]) & (middle >= power[:, 2:])
    return torch.nn.functional.pad(middle * is_peak, (1, 1))


@hookimpl
def provide_models() -> list[ModelInfo]:
    """Return the one model of this file."""
    return [
        ModelInfo(
            name="chroma",
            version="1",
            sample_rate=RATE_HZ,
            dim=DIM,
            load=Chroma,
            license="Apache-2.0",
            gain="heard",
            source="Fujishima 1999 (chroma, triads); Gómez 2006, doi:10.1287/ijoc.1040.0126 (peaks, overtones)",
            summary="Pitch classes and triads: untrained, made for key.",
        )
    ]
