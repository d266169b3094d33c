"""Gain attenuates and does nothing else."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.errors import PluginError
from earmark.target import FAMILIES, FORMS, Target
from earmark_plugins.perturbations.gain import provide_perturbations

(GAIN,) = provide_perturbations()
AUDIO = Audio(samples=np.array([0.0, 0.5, -1.0], np.float32), rate=8000)
TOLERANCE = 1e-7  # one rounding of float32


@pytest.mark.parametrize(("level_db", "factor"), [(0.0, 1.0), (-20.0, 0.1), (-6.0206, 0.5)])
def test_twenty_decibels_are_a_factor_of_ten(level_db, factor):
    quiet = GAIN.perturb(AUDIO, level_db, track="t")
    np.testing.assert_allclose(quiet.samples, factor * AUDIO.samples, rtol=1e-5, atol=TOLERANCE)
    assert quiet.rate == AUDIO.rate


def test_the_ladder_gets_quieter_step_by_step():
    peaks = [np.abs(GAIN.perturb(AUDIO, level, track="t").samples).max() for level in GAIN.levels]
    assert 1.0 > peaks[0] > peaks[1] > peaks[2] > peaks[3] > 0.0


def test_no_label_moves():
    for form, family in zip(FORMS, FAMILIES, strict=False):
        assert GAIN.moved(Target(name="x", family=family, form=form), "label", -6.0) == "label"


def test_what_would_clip_is_refused():
    with pytest.raises(PluginError, match="only attenuates"):
        GAIN.perturb(AUDIO, 6.0, track="t")
