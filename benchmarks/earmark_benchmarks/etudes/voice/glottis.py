"""The source of a voice: pulses of air without aliasing, read from tables."""

from typing import cast

import numpy as np
import numpy.typing as npt

from earmark_benchmarks.etudes.render import Samples

VOICE_RATE = 16_000
"""Hz; the voiced part of singing ends below 8 kHz, consonants are added above."""
TABLE = 2048
BANDS_PER_OCTAVE = 3


def pulse(open_quotient: float, speed: float) -> Samples:
    """One period [2048] of the derivative of the glottal flow (Rosenberg 1971, type C).

    `open_quotient` is the part of the period in which the glottis is open, `speed` the part of that in which it opens.
    """
    phase = np.arange(TABLE) / TABLE
    rise, close = open_quotient * speed, open_quotient
    flow = np.where(
        phase < rise, 0.5 * (1 - np.cos(np.pi * phase / rise)), np.cos(0.5 * np.pi * (phase - rise) / (close - rise))
    )
    flow = np.where(phase < close, flow, 0.0)
    return np.diff(flow, append=flow[:1])


def source(f0_hz: Samples, *, open_quotient: float, speed: float, tilt_hz: float) -> Samples:
    """Glottal pulses [samples] at VOICE_RATE that follow `f0_hz` [samples]; a softer voice has a lower `tilt_hz`.

    Every third of an octave has a table that ends below the Nyquist frequency.
    """
    phase = np.cumsum(f0_hz) / VOICE_RATE
    band = np.floor(np.log2(f0_hz) * BANDS_PER_OCTAVE).astype(np.int64)
    lowest = int(band.min())
    tops_hz = 2.0 ** ((np.arange(lowest, int(band.max()) + 1) + 1) / BANDS_PER_OCTAVE)
    spectrum = np.fft.rfft(pulse(open_quotient, speed))
    tables = np.concatenate([_limited(spectrum, float(top), tilt_hz) for top in tops_hz])
    place = (phase % 1.0) * TABLE
    left = place.astype(np.int64)
    at = (band - lowest) * (TABLE + 1) + left
    return cast(Samples, tables[at] + (place - left) * (tables[at + 1] - tables[at]))


def _limited(spectrum: npt.NDArray[np.complex128], top_hz: float, tilt_hz: float) -> Samples:
    harmonics_hz = np.arange(len(spectrum)) * top_hz
    kept = spectrum / (1 + 1j * harmonics_hz / tilt_hz)
    kept[harmonics_hz > 0.49 * VOICE_RATE] = 0
    table = np.fft.irfft(kept, TABLE)
    table /= np.sqrt(np.mean(np.square(table)))
    return np.append(table, table[0])
