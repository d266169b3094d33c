"""Audio taken to another sample rate, changed there and brought back: what the codecs and the loss of rate share."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from earmark import Audio
from earmark.audio import Samples, resample

Change = Callable[[Samples, int], Samples]
"""Called with samples [samples] and their rate in Hz; returns as many changed samples."""


def there_and_back(audio: Audio, rate: int, change: Change | None = None) -> Audio:
    """Convert to `rate` Hz, change the samples there, and convert back: the same rate and number of samples.

    Both conversions are soxr at high quality, whose phase is linear: nothing moves in time. At its own rate the audio
    is changed without any conversion. What the conversion back leaves at the end for rounding is cut, or is silence.
    """
    there = resample(replace(audio, channels=None), rate)
    samples = there.samples if change is None else change(there.samples, rate)
    back = resample(Audio(samples=samples, rate=rate), audio.rate)
    return Audio(samples=fitted(back.samples, len(audio.samples)), rate=audio.rate)


def fitted(samples: Samples, length: int) -> Samples:
    """Cut samples to `length`, or follow them with silence up to there: [length]."""
    whole = samples[:length].astype(np.float32, copy=False)
    return np.pad(whole, (0, length - len(whole)))


def nearest_rate(own: int, possible: Iterable[int]) -> int:
    """Return the lowest possible rate that loses nothing of a recording at `own` Hz, or else the highest there is."""
    rates = sorted(possible)
    return next((rate for rate in rates if rate >= own), rates[-1])
