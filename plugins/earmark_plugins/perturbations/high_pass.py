"""High-pass: the bass fades out below a corner frequency. No label moves.

A Butterworth filter of order 4: 3.01 dB down at the corner, 24 dB per octave below it. It runs causally, as a device
does: what lies well above the corner comes at its time, what lies at the corner 0.6 periods later.

Source: Butterworth, On the theory of filter amplifiers, 1930; scipy. Licence: Apache-2.0, as the rest of earmark.
"""

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark_plugins.filters import butterworth, filtered

LEVELS_HZ = (50.0, 100.0, 200.0, 500.0, 1000.0)  # from a small loudspeaker to headphones on the table
LIMITS_HZ = (10.0, 3000.0)  # below half of the lowest rate that a recording has, 8 kHz


def thinner(audio: Audio, corner_hz: float, _: np.random.Generator) -> Audio:
    """Take away what lies below the corner."""
    return filtered(audio, butterworth(corner_hz, "high", audio.rate))


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="high-pass",
            version="1",
            unit="Hz",
            levels=LEVELS_HZ,
            limits=LIMITS_HZ,
            apply=thinner,
            license="Apache-2.0",
            source="Butterworth 1930",
            summary="Without the bass below a corner frequency.",
        )
    ]
