"""Polarity: every sample times −1, as if the loudspeaker were connected the wrong way round. No label moves.

Nobody hears it, and no spectrum's magnitude changes.

Source: textbook. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl

INVERTED = -1.0


def inverted(audio: Audio, level: float, _: np.random.Generator) -> Audio:
    """Multiply the samples by the level, which is −1."""
    return replace(audio, samples=audio.samples * np.float32(level), channels=None)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="polarity",
            version="1",
            unit="× amplitude",
            levels=(INVERTED,),
            limits=(INVERTED, INVERTED),
            apply=inverted,
            license="Apache-2.0",
            source="textbook",
            summary="The same recording with its polarity inverted.",
        )
    ]
