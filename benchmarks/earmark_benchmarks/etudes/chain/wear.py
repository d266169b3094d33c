"""What carriers add: hiss, surface noise, crackle, hum, wow and flutter. All at RATE."""

import numpy as np
from scipy import ndimage, signal

from earmark_benchmarks.etudes.chain.effects import active_rms, amplitude, bend_time, high_pass, low_pass, rms
from earmark_benchmarks.etudes.render import RATE, Samples


def hiss(samples: Samples, dice: np.random.Generator, distance_db: float, band_hz: tuple[float, float]) -> Samples:
    """Add noise between two frequencies, `distance_db` below the active level."""
    noise = low_pass(high_pass(dice.standard_normal(len(samples)), band_hz[0], 1), band_hz[1], 2)
    return samples + noise * (active_rms(samples) * amplitude(-distance_db) / rms(noise))


def crackle(samples: Samples, dice: np.random.Generator, per_second: float, distance_db: float) -> Samples:
    """Add clicks at random times, most of them small, the largest about `distance_db` below the active level."""
    count = int(dice.poisson(per_second * len(samples) / RATE))
    train = np.zeros(len(samples))
    sizes = dice.choice([-1.0, 1.0], size=count) * dice.pareto(2.5, size=count).clip(0.05, 6.0)
    np.add.at(train, dice.integers(0, len(samples), size=count), sizes)
    ring_hz, decay_s = dice.uniform(1500, 5000), dice.uniform(0.0002, 0.0008)
    radius, angle = np.exp(-1 / (decay_s * RATE)), 2 * np.pi * ring_hz / RATE
    clicks = signal.lfilter([1.0, -radius * np.cos(angle)], [1.0, -2 * radius * np.cos(angle), radius**2], train)
    return samples + np.asarray(clicks) * (active_rms(samples) * amplitude(-distance_db))


def wow(samples: Samples, dice: np.random.Generator, rate_hz: float, percent: float) -> Samples:
    """Let the speed swing by `percent` at `rate_hz`, half of it steady and half wandering; its mean is exact."""
    time_s = np.arange(len(samples)) / RATE
    depth_s = percent / 100 / (2 * np.pi * rate_hz)
    coarse = np.linspace(0, time_s[-1], max(16, int(time_s[-1] * rate_hz * 4)))
    wander = ndimage.gaussian_filter1d(dice.standard_normal(len(coarse)), 2.0) * 2.5
    swing = np.sin(2 * np.pi * (rate_hz * time_s + dice.random())) + np.interp(time_s, coarse, wander)
    return bend_time(samples, depth_s * swing)


def hum(samples: Samples, dice: np.random.Generator, distance_db: float) -> Samples:
    """Add the mains at 50 or 60 Hz and two of its harmonics, `distance_db` below the active level."""
    mains_hz = float(dice.choice([50.0, 60.0]))
    time_s = np.arange(len(samples)) / RATE
    tone = sum(np.sin(2 * np.pi * mains_hz * k * time_s + dice.uniform(0, 6.28)) / k for k in (1, 2, 3))
    return samples + tone * (active_rms(samples) * amplitude(-distance_db))
