"""The sounds that models are tried with: made from a seed, at any rate, the same on every machine."""

import numpy as np
import numpy.typing as npt

from earmark.audio import Samples

CHORD_S = 0.5
DECAY_S = 0.3
FADE_S = 0.01  # a tone that starts at once would ring in a resampler
PARTIALS = 4
LEVEL = 0.3
LOW_HZ, HIGH_HZ = 110.0, 440.0
TOP_HZ = 3500.0  # below the Nyquist frequency of every rate in use


def seconds_of(duration_s: float, rate: int) -> npt.NDArray[np.float64]:
    """The time of each sample: [samples], at least one."""
    return np.arange(max(1, round(duration_s * rate))) / rate


def music(duration_s: float, rate: int, seed: int, level: float = LEVEL) -> Samples:
    """A new chord each half second, each with a soft hiss, that dies away: [samples], peaks at `level`."""
    random, time_s = np.random.default_rng(seed), seconds_of(duration_s, rate)
    chords = int(time_s[-1] / CHORD_S) + 1
    pitches_hz = LOW_HZ * (HIGH_HZ / LOW_HZ) ** random.random((chords, 3))
    which = (time_s / CHORD_S).astype(int)
    sound = 0.05 * random.standard_normal(len(time_s))
    for voice in pitches_hz.T:
        for partial in range(1, PARTIALS + 1):
            sound += np.sin(2 * np.pi * partial * voice[which] * time_s) / partial
    sound *= np.exp(-(time_s % CHORD_S) / DECAY_S)
    return scaled(sound, level)


def hiss(duration_s: float, rate: int, seed: int, level: float = LEVEL) -> Samples:
    """Noise in bursts, three a second: [samples], nothing like `music`."""
    time_s = seconds_of(duration_s, rate)
    noise = np.random.default_rng(seed).standard_normal(len(time_s))
    return scaled(noise * np.exp(-(time_s * 3 % 1.0) * 3), level)


def full_scale_noise(duration_s: float, rate: int, seed: int) -> Samples:
    """White noise, uniform from -1 to 1: [samples]."""
    count = len(seconds_of(duration_s, rate))
    return np.random.default_rng(seed).uniform(-1.0, 1.0, count).astype(np.float32)


def chirp_and_tone(duration_s: float, rate: int) -> Samples:
    """A sweep from 110 Hz to 3.5 kHz, then a tone of 440 Hz with two overtones: [samples]."""
    time_s = seconds_of(duration_s, rate)
    half_s = duration_s / 2
    octaves = np.log(TOP_HZ / LOW_HZ)
    sweep = np.sin(2 * np.pi * LOW_HZ * half_s / octaves * np.expm1(octaves * time_s / half_s))
    tone = sum(np.sin(2 * np.pi * 440.0 * n * time_s) / n for n in (1, 2, 3))
    edges_s = np.minimum(time_s % half_s, half_s - time_s % half_s)
    return scaled(np.where(time_s < half_s, sweep, tone) * np.clip(edges_s / FADE_S, 0.0, 1.0), LEVEL)


def scaled(sound: npt.NDArray[np.floating], level: float) -> Samples:
    """The same sound with its peak at `level`, in float32."""
    loudest = max(float(np.abs(sound).max()), 1e-9)
    return np.asarray(sound * (level / loudest), dtype=np.float32)
