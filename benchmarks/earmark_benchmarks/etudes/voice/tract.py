"""What throat and mouth make of the pulses: a cascade of resonators whose formants move."""

from typing import cast

import numpy as np
from scipy import fft

from earmark_benchmarks.etudes.render import Samples
from earmark_benchmarks.etudes.voice.glottis import VOICE_RATE
from earmark_benchmarks.etudes.voice.line import CURVE_HZ
from earmark_benchmarks.etudes.voice.vowels import BANDWIDTHS_HZ, Formants

HOP = VOICE_RATE // CURVE_HZ
WINDOW = 4 * HOP
SIZE = 2 * WINDOW
"""A frame of 32 ms, and as much room for the resonators to ring in."""


def articulate(pulses: Samples, formants_hz: Formants) -> Samples:
    """Filter `pulses` [samples] at VOICE_RATE by formants [points, formants], one point each HOP: [samples].

    Frames are filtered by all-pole cascades with gain 1 at 0 Hz (Klatt 1980) and added with overlap.
    """
    count = len(formants_hz)
    padded = np.pad(pulses, (WINDOW // 2, WINDOW + HOP * count - len(pulses)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][:count]
    heard = np.flatnonzero(np.abs(frames[:, :: HOP // 4]).max(axis=1) > 0)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    spectra = fft.rfft(frames[heard] * window, SIZE)
    spectra /= fft.rfft(_denominators(formants_hz[heard]), SIZE)
    rung = np.zeros((count, SIZE))
    rung[heard] = 0.5 * fft.irfft(spectra, SIZE)
    return _overlapped(rung)[WINDOW // 2 :][: len(pulses)]


def _overlapped(frames: Samples) -> Samples:
    count = len(frames)
    total = np.zeros(HOP * (count + SIZE // HOP))
    for k in range(SIZE // HOP):
        total[k * HOP : (k + count) * HOP] += frames[:, k * HOP : (k + 1) * HOP].reshape(-1)
    return total


def _denominators(formants_hz: Formants) -> Samples:
    """Polynomials [points, 2 formants + 1] in the delay of one sample, scaled to gain 1 at 0 Hz."""
    radius = np.exp(-np.pi * np.array(BANDWIDTHS_HZ[: formants_hz.shape[1]]) * (1 + 0.00008 * formants_hz) / VOICE_RATE)
    linear = -2 * radius * np.cos(2 * np.pi * formants_hz / VOICE_RATE)
    product = np.ones((len(formants_hz), 1))
    for k in range(formants_hz.shape[1]):
        wider = np.pad(product, ((0, 0), (0, 2)))
        wider[:, 1:-1] += linear[:, k : k + 1] * product
        wider[:, 2:] += radius[:, k : k + 1] ** 2 * product
        product = wider
    return cast(Samples, product / product.sum(axis=1, keepdims=True))
