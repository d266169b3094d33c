"""Equaliser: somebody else's tone controls, five bells of which some boost and some cut. No label moves.

Five peaking filters in a row, one in each fifth (1.4 octaves) of the range from 63 Hz to 8 kHz. Chance sets for each
the centre frequency (log-uniform within its fifth), the quality factor (log-uniform from 0.7 to 2.8, about two octaves
to half an octave wide) and whether it boosts or cuts. The level is the gain of each filter at its own centre, up or
down: along the ladder a track meets the same curve, only deeper. Where bells overlap their decibels add. At 0 dB
nothing changes. Bells above half of the own rate do not exist. Boosts may leave [-1, 1].

Source: Bristow-Johnson, Cookbook formulae for audio equalizer biquad filter coefficients
(https://www.w3.org/TR/audio-eq-cookbook/), "peakingEQ". Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import dataclass

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark_plugins.filters import Sections, filtered

LEVELS_DB = (3.0, 6.0, 12.0, 18.0)  # from a matter of taste to all knobs at their stops
LIMITS_DB = (0.0, 24.0)
BELLS = 5
RANGE_HZ = (63.0, 8000.0)
QUALITY_RANGE = (0.7, 2.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """One peaking filter: where, how narrow, and whether it boosts (+1) or cuts (−1)."""

    centre_hz: float
    quality: float
    sign: float


def coloured(audio: Audio, level_db: float, rng: np.random.Generator) -> Audio:
    """Boost and cut by `level_db` decibels at five centre frequencies."""
    heard = [bell for bell in draw(rng) if bell.centre_hz < audio.rate / 2]
    return filtered(audio, np.array([peaking(bell, level_db, audio.rate) for bell in heard]))


def draw(rng: np.random.Generator) -> list[Bell]:
    """Draw the bells of a track from the lowest to the highest, the same for every level and sample rate."""
    fifths = (np.arange(BELLS) + rng.uniform(size=BELLS)) / BELLS
    centres_hz = RANGE_HZ[0] * (RANGE_HZ[1] / RANGE_HZ[0]) ** fifths
    qualities = QUALITY_RANGE[0] * (QUALITY_RANGE[1] / QUALITY_RANGE[0]) ** rng.uniform(size=BELLS)
    signs = rng.choice([-1.0, 1.0], size=BELLS)
    return [
        Bell(centre_hz=float(centre), quality=float(quality), sign=float(sign))
        for centre, quality, sign in zip(centres_hz, qualities, signs, strict=True)
    ]


def peaking(bell: Bell, level_db: float, rate: int) -> Sections:
    """Design one second-order section [6] of a peaking filter (cookbook, "peakingEQ")."""
    amplitude = 10.0 ** (bell.sign * level_db / 40.0)
    angle = 2.0 * np.pi * bell.centre_hz / rate
    alpha = np.sin(angle) / (2.0 * bell.quality)
    middle = -2.0 * np.cos(angle)
    feed_forward = np.array([1.0 + alpha * amplitude, middle, 1.0 - alpha * amplitude])
    feedback = np.array([1.0 + alpha / amplitude, middle, 1.0 - alpha / amplitude])
    section: Sections = np.concatenate([feed_forward, feedback]) / feedback[0]
    return section


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="equaliser",
            version="1",
            unit="dB",
            levels=LEVELS_DB,
            limits=LIMITS_DB,
            neutral=0.0,
            apply=coloured,
            license="Apache-2.0",
            source="Bristow-Johnson, Audio EQ Cookbook",
            summary="Five bells that boost or cut, at frequencies drawn for each track.",
        )
    ]
