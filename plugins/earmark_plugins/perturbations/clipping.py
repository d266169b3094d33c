"""Clipping: every peak is cut off flat at one height, as by an overdriven input. No label moves.

The level is the share of samples that are cut, so that a loud and a quiet recording are hurt alike. The height is that
quantile of the absolute samples above which just this share lies; digital silence does not count, so a recording with
long silent ends is cut no harder than its music alone. What is cut stays at that height: no gain makes up for it.
Samples of equal height fall together, so a square wave passes unchanged.

Source: textbook (hard clipping). Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples

LEVELS_PERCENT = (0.1, 1.0, 3.0, 10.0, 30.0)
MOST_PERCENT = 99.0  # at 100 % the height would be zero and nothing left


def clipped(audio: Audio, percent: float, _: np.random.Generator) -> Audio:
    """Cut off the loudest `percent` of the samples that are not zero."""
    height = ceiling(np.abs(audio.samples), percent / 100.0)
    return replace(audio, samples=np.clip(audio.samples, -height, height), channels=None)


def ceiling(heights: Samples, share: float) -> np.float32:
    """Return the height above which that share of the heights above zero lies, to the nearest count; 0 for silence."""
    sounding = heights[heights > 0.0]
    if not len(sounding):
        return np.float32(0.0)
    rank = max(0, len(sounding) - 1 - round(share * len(sounding)))
    return np.float32(np.partition(sounding, rank)[rank])


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="clipping",
            version="1",
            unit="% of samples clipped",
            levels=LEVELS_PERCENT,
            limits=(0.0, MOST_PERCENT),
            neutral=0.0,
            apply=clipped,
            license="Apache-2.0",
            source="textbook",
            summary="Peaks cut off flat, as by an overdriven input.",
        )
    ]
