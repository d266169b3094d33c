"""Sample rate: what is left when a recording is stored at a lower rate and played at its own again. No label moves.

Everything above half of the level is gone, and nothing moves in time: soxr at high quality, there and back, whose pass
band reaches to 0.91 of half of the rate. A recording whose own rate is the level or lower stays as it is.

Source: textbook; the soxr library (https://sourceforge.net/projects/soxr). Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark_plugins.rates import there_and_back

LEVELS_HZ = (22_050.0, 16_000.0, 11_025.0, 8000.0, 4000.0)  # from an old sound file to less than a telephone
LIMITS_HZ = (1000.0, 192_000.0)


def at_lower_rate(audio: Audio, level_hz: float, _: np.random.Generator) -> Audio:
    """Convert to a rate of `level_hz`, in whole hertz, and back; unchanged where the own rate is no higher."""
    if level_hz >= audio.rate:
        return replace(audio, channels=None)
    return there_and_back(audio, round(level_hz))


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="sample-rate",
            version="1",
            unit="Hz",
            levels=LEVELS_HZ,
            limits=LIMITS_HZ,
            apply=at_lower_rate,
            license="Apache-2.0",
            source="textbook; soxr",
            summary="Stored at a lower sample rate and brought back.",
        )
    ]
