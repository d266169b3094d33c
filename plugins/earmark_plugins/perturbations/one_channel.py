"""One channel: the left or the right loudspeaker alone, instead of the mix of both. No label moves.

A mono recording stays as it is. Of more than two channels, left is the first and right the second.

Source: textbook. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl

CHANNELS = {"left": 1.0, "right": 2.0}
"""Counted from one, as on a mixing desk."""


def alone(audio: Audio, level: float, _: np.random.Generator) -> Audio:
    """Take the samples of one channel."""
    if audio.channels is None:
        return audio
    return replace(audio, samples=audio.channels[:, round(level) - 1].copy(), channels=None)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="one-channel",
            version="1",
            unit="channel",
            levels=tuple(CHANNELS.values()),
            names=CHANNELS,
            apply=alone,
            license="Apache-2.0",
            source="textbook",
            summary="The left or the right channel instead of the mix.",
        )
    ]
