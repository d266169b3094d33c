"""Low-pass: the treble fades out above a corner frequency. No label moves.

A Butterworth filter of order 4: 3.01 dB down at the corner, 24 dB per octave above it. It runs causally, as a device
does, and delays what it passes by 0.42 periods of the corner (0.8 ms at 500 Hz). A slope, not a wall: what a lower
sample rate takes away completely, `sample-rate` does. A corner at half of the own rate or above changes nothing.

Source: Butterworth, On the theory of filter amplifiers, 1930; scipy. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark_plugins.filters import butterworth, filtered

LEVELS_HZ = (8000.0, 4000.0, 2000.0, 1000.0, 500.0)  # from a dull tape to the party next door
LIMITS_HZ = (20.0, 96_000.0)


def darker(audio: Audio, corner_hz: float, _: np.random.Generator) -> Audio:
    """Take away what lies above the corner."""
    if corner_hz >= audio.rate / 2:
        return replace(audio, channels=None)
    return filtered(audio, butterworth(corner_hz, "low", audio.rate))


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="low-pass",
            version="1",
            unit="Hz",
            levels=LEVELS_HZ,
            limits=LIMITS_HZ,
            apply=darker,
            license="Apache-2.0",
            source="Butterworth 1930",
            summary="Without the treble above a corner frequency.",
        )
    ]
