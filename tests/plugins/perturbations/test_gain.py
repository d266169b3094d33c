"""Gain attenuates and does nothing else."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.errors import EarmarkError
from earmark.perturbation import Condition
from earmark_plugins.perturbations.gain import provide_perturbations

(GAIN,) = provide_perturbations()
AUDIO = Audio(samples=np.array([0.0, 0.5, -1.0], np.float32), rate=8000)
TOLERANCE = 1e-7  # one rounding of float32


def apply(level_db: float) -> Audio:
    return Condition(perturbation=GAIN, level=level_db).apply(AUDIO, track="t")


@pytest.mark.parametrize(("level_db", "factor"), [(0.0, 1.0), (-20.0, 0.1), (-6.0206, 0.5)])
def test_twenty_decibels_are_a_factor_of_ten(level_db, factor):
    quiet = apply(level_db)
    np.testing.assert_allclose(quiet.samples, factor * AUDIO.samples, rtol=1e-5, atol=TOLERANCE)
    assert quiet.rate == AUDIO.rate


def test_the_ladder_gets_quieter_step_by_step():
    peaks = [np.abs(apply(level).samples).max() for level in GAIN.levels]
    assert 1.0 > peaks[0] > peaks[1] > peaks[2] > peaks[3] > 0.0


def test_no_decibels_change_nothing():
    np.testing.assert_array_equal(apply(GAIN.neutral).samples, AUDIO.samples)


def test_what_could_clip_is_refused():
    with pytest.raises(EarmarkError, match="no level 6; they go from -120 to 0 dB"):
        apply(6.0)
