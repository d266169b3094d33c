"""Noise beside a recording at a stated signal-to-noise ratio: what the noise perturbations share."""

from dataclasses import replace

import numpy as np

from earmark import Audio
from earmark.audio import Samples

LADDER_DB = (40.0, 30.0, 20.0, 10.0, 0.0)
"""From a noise that hides under the music to one as strong as the music."""
LIMITS_DB = (-60.0, 120.0)


def with_noise(audio: Audio, noise: Samples, snr_db: float) -> Audio:
    """Add `noise` [samples] to a recording [samples] so that their mean powers have the ratio `snr_db`, exactly.

    Both powers are means over the whole recording. Silence stays silent: no ratio exists for it.
    """
    ratio = mean_power(audio.samples) / mean_power(noise) / 10.0 ** (snr_db / 10.0)
    return replace(audio, samples=audio.samples + np.float32(np.sqrt(ratio)) * noise, channels=None)


def mean_power(samples: Samples) -> float:
    """Average the squared samples, summed as float64."""
    return float(np.mean(np.square(samples, dtype=np.float64)))
