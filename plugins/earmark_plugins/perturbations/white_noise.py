"""White noise: Gaussian hiss under the recording at a signal-to-noise ratio. No label moves.

The noise has equal power at every frequency up to half of the recording's own rate: a model that hears at a lower rate
meets only its share of it, at a better ratio than the level says. The ratio is of mean powers over the whole recording.

Source: textbook. Licence: Apache-2.0, as the rest of earmark.
"""

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark_plugins.snr import LADDER_DB, LIMITS_DB, with_noise


def hissing(audio: Audio, snr_db: float, random: np.random.Generator) -> Audio:
    """Add white noise `snr_db` below the recording."""
    return with_noise(audio, random.standard_normal(len(audio.samples), dtype=np.float32), snr_db)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="white-noise",
            version="1",
            unit="dB SNR",
            levels=LADDER_DB,
            limits=LIMITS_DB,
            apply=hissing,
            license="Apache-2.0",
            source="textbook",
            summary="White noise under the recording.",
        )
    ]
