"""What a studio does to a signal: filters, saturation, dynamics. All map [samples] to [samples] at RATE."""

from typing import cast

import numpy as np
from scipy import ndimage, signal

from earmark_benchmarks.etudes.render import RATE, Samples

BLOCK = 160
"""Samples (5 ms) over which a compressor measures the level."""
PEAK_BLOCK = 32
"""Samples (1 ms) over which a limiter measures the peak."""
QUIETEST = 1e-9


def amplitude(decibels: float) -> float:
    """Turn decibels into a factor of amplitude."""
    return float(10.0 ** (decibels / 20.0))


def rms(samples: Samples) -> float:
    """The root mean square of [samples]."""
    return float(np.sqrt(np.mean(np.square(samples)))) + QUIETEST


def active_rms(samples: Samples, floor_db: float = -30.0) -> float:
    """The root mean square over the 50 ms blocks that are within `floor_db` of the loudest one."""
    blocks = _block_power(samples, RATE // 20)
    return float(np.sqrt(blocks[blocks >= blocks.max() * 10 ** (floor_db / 10)].mean())) + QUIETEST


def _block_power(samples: Samples, size: int) -> Samples:
    padded = np.pad(samples, (0, -len(samples) % size))
    return cast(Samples, np.square(padded).reshape(-1, size).mean(axis=1))


def low_pass(samples: Samples, cutoff_hz: float, order: int = 2) -> Samples:
    """Butterworth low-pass; a cutoff at or above 99 % of the Nyquist frequency changes nothing."""
    if cutoff_hz >= 0.99 * RATE / 2:
        return samples
    return _filter(signal.butter(order, cutoff_hz, "low", fs=RATE, output="sos"), samples)


def high_pass(samples: Samples, cutoff_hz: float, order: int = 2) -> Samples:
    """Butterworth high-pass."""
    return _filter(signal.butter(order, cutoff_hz, "high", fs=RATE, output="sos"), samples)


def brick_wall(samples: Samples, cutoff_hz: float) -> Samples:
    """Steep low-pass (elliptic, 0.3 dB ripple, 60 dB down) as a lossy coder's; none near the Nyquist frequency."""
    if cutoff_hz >= 0.97 * RATE / 2:
        return samples
    return _filter(signal.ellip(10, 0.3, 60, cutoff_hz, "low", fs=RATE, output="sos"), samples)


def peak(samples: Samples, centre_hz: float, gain_db: float, q: float) -> Samples:
    """A bell of `gain_db` around `centre_hz`."""
    return _filter(bell(centre_hz, gain_db, q), samples)


def bell(centre_hz: float, gain_db: float, q: float) -> Samples:
    """Second-order section [1, 6] of a bell (Bristow-Johnson's cookbook)."""
    w = 2 * np.pi * min(centre_hz, 0.45 * RATE) / RATE
    a, alpha = 10 ** (gain_db / 40), float(np.sin(w)) / (2 * q)
    top = [1 + alpha * a, -2 * np.cos(w), 1 - alpha * a]
    bottom = [1 + alpha / a, -2 * np.cos(w), 1 - alpha / a]
    return np.array([[*top, *bottom]], dtype=np.float64) / float(bottom[0])


def low_shelf(samples: Samples, corner_hz: float, gain_db: float) -> Samples:
    """Lift or cut all below `corner_hz` by `gain_db`, in a slope of first order."""
    return samples + (amplitude(gain_db) - 1) * _first_order(samples, corner_hz, "low")


def high_shelf(samples: Samples, corner_hz: float, gain_db: float) -> Samples:
    """Lift or cut all above `corner_hz` by `gain_db`, in a slope of first order."""
    return samples + (amplitude(gain_db) - 1) * _first_order(samples, corner_hz, "high")


def _first_order(samples: Samples, corner_hz: float, kind: str) -> Samples:
    return _filter(signal.butter(1, corner_hz, kind, fs=RATE, output="sos"), samples)


def _filter(sections: Samples, samples: Samples) -> Samples:
    return cast(Samples, signal.sosfilt(sections, samples))


def saturate(samples: Samples, drive_db: float, bias: float = 0.0) -> Samples:
    """Bend [samples] as tape or a valve does: `drive_db` is the active level against the bend.

    A `bias` adds even harmonics. The level stays about as it was.
    """
    scale = amplitude(drive_db) / active_rms(samples)
    bent = np.tanh(samples * scale + bias) - np.tanh(bias)
    return cast(Samples, bent * (rms(samples) / rms(bent)))


def compress(
    samples: Samples, threshold_db: float, ratio: float, *, attack_s: float = 0.01, release_s: float = 0.15
) -> Samples:
    """Turn down what is louder than `threshold_db` against the active level; the level of [samples] is restored."""
    level_db = 10 * np.log10(_block_power(samples, BLOCK) + QUIETEST**2) - 20 * np.log10(active_rms(samples))
    wanted_db = -np.maximum(level_db - threshold_db, 0) * (1 - 1 / ratio)
    gain = 10 ** (_follow(wanted_db, attack_s, release_s) / 20)
    squeezed = samples * _spread(gain, BLOCK, len(samples))
    return squeezed * (rms(samples) / rms(squeezed))


def _follow(wanted_db: Samples, attack_s: float, release_s: float) -> Samples:
    step_s = BLOCK / RATE
    attack, release = 1 - np.exp(-step_s / attack_s), 1 - np.exp(-step_s / release_s)
    reached, state = [], 0.0
    for target in wanted_db.tolist():  # 200 steps a second: a millisecond for a piece
        state += (target - state) * (attack if target < state else release)
        reached.append(state)
    return np.array(reached)


def limit(samples: Samples, ceiling: float) -> Samples:
    """Hold every sample within ±`ceiling` by turning the gain down 4 ms before each peak."""
    size = np.abs(samples)
    if size.max() <= ceiling:
        return samples
    padded = np.pad(size, (0, -len(samples) % PEAK_BLOCK))
    needed = np.minimum(1.0, ceiling / (padded.reshape(-1, PEAK_BLOCK).max(axis=1) + QUIETEST))
    # The minimum reaches one block further than the smoothing, so that the line between two blocks stays below both.
    gain = ndimage.uniform_filter1d(ndimage.minimum_filter1d(needed, 9), 7, mode="nearest")
    return np.clip(samples * _spread(gain, PEAK_BLOCK, len(samples)), -ceiling, ceiling)


def _spread(values: Samples, size: int, length: int) -> Samples:
    centres = (np.arange(len(values)) + 0.5) * size
    return np.interp(np.arange(length), centres, values)


def chorus(samples: Samples, dice: np.random.Generator, wet: float) -> Samples:
    """Add two copies of [samples] whose delay swings by some milliseconds, `wet` times as loud."""
    time_s = np.arange(len(samples)) / RATE
    mixed = samples.copy()
    for _ in range(2):
        swing = np.sin(2 * np.pi * (dice.uniform(0.3, 1.2) * time_s + dice.random()))
        mixed += wet * bend_time(samples, -(dice.uniform(0.008, 0.02) + dice.uniform(0.0006, 0.002) * swing))
    return mixed


def bend_time(samples: Samples, shift_s: Samples) -> Samples:
    """Read [samples] at every time plus `shift_s` [samples], by cubic interpolation (Catmull and Rom)."""
    place = np.clip(np.arange(len(samples)) + shift_s * RATE, 1, len(samples) - 3)
    left = place.astype(np.int64)
    f = place - left
    a, b, c, d = (samples[left + k] for k in (-1, 0, 1, 2))
    return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)))
