"""Inverted polarity is minus one times the samples."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.errors import EarmarkError
from earmark.perturbation import Condition
from earmark_plugins.perturbations.polarity import provide_perturbations

(POLARITY,) = provide_perturbations()
AUDIO = Audio(samples=np.array([0.25, -1.0, 0.0], np.float32), rate=8000)


def test_every_sample_changes_its_sign():
    changed = Condition(perturbation=POLARITY, level=-1.0).apply(AUDIO, track="t")
    np.testing.assert_array_equal(changed.samples, np.array([-0.25, 1.0, 0.0], np.float32))


def test_twice_is_never():
    (level,) = POLARITY.levels
    condition = Condition(perturbation=POLARITY, level=level)
    twice = condition.apply(condition.apply(AUDIO, track="t"), track="t")
    np.testing.assert_array_equal(twice.samples, AUDIO.samples)


def test_there_is_one_level():
    with pytest.raises(EarmarkError, match="no level 2"):
        Condition(perturbation=POLARITY, level=2.0)
