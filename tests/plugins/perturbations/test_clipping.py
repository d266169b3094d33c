"""Clipping cuts off just the share of samples that the level says."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.target import FAMILIES, FORMS, Target
from earmark_plugins.perturbations.clipping import provide_perturbations

(CLIPPING,) = provide_perturbations()
RATE = 8000
NOISE = Audio(samples=np.random.default_rng(1).standard_normal(RATE, np.float32), rate=RATE)
NORMAL_TOLERANCE = 0.05  # the quantile of 8,000 draws strays from that of the distribution


def clip(audio: Audio, percent: float) -> np.ndarray:
    return CLIPPING.perturb(audio, percent, track="t").samples


@pytest.mark.parametrize("percent", [*CLIPPING.levels, 99.0])
def test_just_that_share_of_the_samples_is_changed(percent):
    assert np.count_nonzero(clip(NOISE, percent) != NOISE.samples) == round(RATE * percent / 100)


@pytest.mark.parametrize(("percent", "height"), [(1.0, 2.5758), (3.0, 2.1701), (10.0, 1.6449), (30.0, 1.0364)])
def test_gaussian_noise_is_cut_at_the_quantile_of_the_normal_distribution(percent, height):
    assert np.abs(clip(NOISE, percent)).max() == pytest.approx(height, abs=NORMAL_TOLERANCE)


def test_what_is_cut_stays_flat_at_one_height_and_keeps_its_sign():
    samples = np.array([0.1, -0.9, 0.3, 0.8, -0.2, 0.4, -0.05, 0.15, 0.6, -0.7], np.float32)
    cut = clip(Audio(samples=samples, rate=RATE), 30.0)
    np.testing.assert_array_equal(cut, np.float32([0.1, -0.6, 0.3, 0.6, -0.2, 0.4, -0.05, 0.15, 0.6, -0.6]))


def test_digital_silence_around_the_music_does_not_count():
    padded = np.concatenate([np.zeros(9 * RATE, np.float32), NOISE.samples])
    np.testing.assert_array_equal(clip(Audio(samples=padded, rate=RATE), 30.0)[9 * RATE :], clip(NOISE, 30.0))


def test_nothing_is_cut_at_zero_percent():
    np.testing.assert_array_equal(clip(NOISE, CLIPPING.neutral), NOISE.samples)


@pytest.mark.parametrize("percent", CLIPPING.levels)
@pytest.mark.parametrize("samples", [np.zeros(400, np.float32), np.float32([0.5]), np.float32([0.0])])
def test_silence_and_a_single_sample_pass_unchanged(samples, percent):
    np.testing.assert_array_equal(clip(Audio(samples=samples, rate=RATE), percent), samples)


def test_samples_beyond_full_scale_are_not_clipped_there():
    loud = Audio(samples=3 * NOISE.samples, rate=RATE)
    np.testing.assert_array_equal(clip(loud, 10.0), 3 * clip(NOISE, 10.0))


def test_no_label_moves():
    for form, family in zip(FORMS, FAMILIES, strict=False):
        assert CLIPPING.moved(Target(name="x", family=family, form=form), "label", 1.0) == "label"
