"""Time shift: the recording starts a little later in the music, so that every window of a model falls elsewhere.

The edges of sections move by as much; no other label does.

Source: textbook. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.perturbation import moves
from earmark.target import Label

LEVELS_MS = (5.0, 20.0, 100.0, 500.0)  # from half a hop of a spectrogram to a beat
LONGEST_MS = 60_000.0
MS_PER_S = 1000.0


def start_later(audio: Audio, shift_ms: float, _: np.random.Generator) -> Audio:
    """Drop the first `shift_ms`: [samples - shift]; a recording that is no longer than that stays as it is."""
    dropped = round(shift_ms / MS_PER_S * audio.rate)
    kept = audio.samples[dropped:] if dropped < len(audio.samples) else audio.samples
    return replace(audio, samples=kept, channels=None)


def shifted(sections: Label, shift_ms: float) -> Label | None:
    """The sections of what is left; None where they all lie before it."""
    return moves.cut(sections, shift_ms / MS_PER_S)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="time-shift",
            version="1",
            unit="ms",
            levels=LEVELS_MS,
            limits=(0.0, LONGEST_MS),
            neutral=0.0,
            apply=start_later,
            moves={"timeline": shifted},
            license="Apache-2.0",
            source="textbook",
            summary="The recording without its first moments, so that windows fall elsewhere.",
        )
    ]
