"""Noise mix is the white noise of Won et al. 2020 to the letter at 16 kHz, and sounds the same at other rates."""

import numpy as np
import pytest
import soxr
from scipy.signal import welch

from earmark.audio import Audio
from earmark.target import FAMILIES, FORMS, Target
from earmark_plugins.perturbations.noise_mix import provide_perturbations

(NOISE_MIX,) = provide_perturbations()
FLOAT_TOLERANCE = 2e-7  # two roundings of float32 below one
HEARD_TOLERANCE_DB = 0.1  # soxr's pass band, there and back
STOP_DB = -80.0  # above 8 kHz only what the resampler leaks


def music(rate: int, seconds: float = 2.0) -> Audio:
    time_s = np.arange(round(seconds * rate)) / rate
    samples = 0.4 * np.sin(2 * np.pi * 220 * time_s) + 0.2 * np.sin(2 * np.pi * 440 * time_s + 1.0)
    return Audio(samples=samples.astype(np.float32), rate=rate)


def noise_in(audio: Audio, level: float) -> np.ndarray:
    """What is left of the formula when the recording is taken out: the noise with a peak of one."""
    mixed = NOISE_MIX.perturb(audio, level, track="t", seed=5).samples.astype(float)
    return (mixed - (1 - level) * audio.samples) / level / audio.samples.max()


@pytest.mark.parametrize("level", NOISE_MIX.levels)
def test_at_16_khz_it_is_the_formula_of_the_paper(level):
    audio = music(16_000)
    drawn = NOISE_MIX.chance("t", 5).standard_normal(len(audio.samples), dtype=np.float32)
    noise = drawn / np.abs(drawn).max() * audio.samples.max()
    expected = (1 - level) * audio.samples.astype(float) + level * noise
    found = NOISE_MIX.perturb(audio, level, track="t", seed=5).samples
    np.testing.assert_allclose(found, expected, atol=FLOAT_TOLERANCE)


def test_the_highest_sample_counts_not_the_deepest():
    audio = Audio(samples=np.concatenate([np.float32([0.25, -1.0]), np.zeros(16_000, np.float32)]), rate=16_000)
    found = NOISE_MIX.perturb(audio, 0.4, track="t").samples[2:]
    assert np.abs(found).max() == pytest.approx(0.4 * 0.25)


@pytest.mark.parametrize("rate", [8_000, 11_025, 15_999, 16_000, 16_001, 22_050, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("seconds", [0.0003, 0.05, 1.2345])
def test_the_length_is_kept_at_every_rate(rate, seconds):
    audio = music(rate, seconds)
    mixed = NOISE_MIX.perturb(audio, 0.4, track="t")
    assert (len(mixed.samples), mixed.rate) == (len(audio.samples), rate)
    assert mixed.samples[-1] != np.float32(0.6) * audio.samples[-1]  # the noise reaches the end


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000])
def test_a_model_at_16_khz_hears_the_paper_s_noise_at_every_rate(rate):
    heard = soxr.resample(noise_in(music(rate), 0.4), rate, 16_000, quality="HQ")
    frequencies, density = welch(heard, 16_000, nperseg=1024)
    _, expected = welch(noise_in(music(16_000), 0.4), 16_000, nperseg=1024)
    below = (frequencies > 20) & (frequencies < 7_000)
    np.testing.assert_allclose(10 * np.log10(density[below] / expected[below]), 0.0, atol=HEARD_TOLERANCE_DB)


def test_the_band_above_8_khz_stays_free():
    frequencies, density = welch(noise_in(music(44_100), 0.4), 44_100, nperseg=4096, window="blackmanharris")
    top = density[frequencies > 9_000].max() / density[frequencies < 7_000].mean()
    assert 10 * np.log10(top) < STOP_DB


def test_the_noise_is_the_same_at_both_levels():
    soft, loud = (noise_in(music(44_100), level) for level in NOISE_MIX.levels)
    np.testing.assert_allclose(soft, loud, atol=1e-5)  # float32 taken apart again and divided by a tenth


def test_nothing_changes_at_level_zero_and_silence_stays_silent():
    audio = music(16_000)
    np.testing.assert_array_equal(NOISE_MIX.perturb(audio, NOISE_MIX.neutral, track="t").samples, audio.samples)
    silence = Audio(samples=np.zeros(400, np.float32), rate=8_000)
    assert not NOISE_MIX.perturb(silence, 0.4, track="t").samples.any()


def test_no_label_moves():
    for form, family in zip(FORMS, FAMILIES, strict=False):
        assert NOISE_MIX.moved(Target(name="x", family=family, form=form), "label", 0.4) == "label"
