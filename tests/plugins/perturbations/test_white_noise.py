"""White noise is Gaussian and equally strong at all frequencies up to half of the rate."""

import numpy as np
import pytest
from scipy.signal import welch
from scipy.stats import kurtosis

from earmark.audio import Audio
from earmark_plugins.perturbations.white_noise import provide_perturbations

(WHITE,) = provide_perturbations()
RATE = 44_100
SLOPE_TOLERANCE_DB = 0.05  # per octave, of a line through octaves averaged over ten seconds
GAUSSIAN_TOLERANCE = 0.05  # the kurtosis of 441,000 draws strays by 0.007


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    audio = Audio(samples=np.ones(10 * RATE, np.float32), rate=RATE)
    return WHITE.perturb(audio, 0.0, track="t").samples.astype(float) - 1.0


def test_the_density_is_flat_up_to_half_of_the_rate(noise):
    frequencies, density = welch(noise, RATE, nperseg=4096)
    edges = 20_000 / 2.0 ** np.arange(8, -1, -1)
    octaves = [density[(frequencies >= low) & (frequencies < 2 * low)].mean() for low in edges[:-1]]
    assert np.polyfit(np.arange(8), 10 * np.log10(octaves), 1)[0] == pytest.approx(0.0, abs=SLOPE_TOLERANCE_DB)


def test_the_draws_are_gaussian(noise):
    assert kurtosis(noise) == pytest.approx(0.0, abs=GAUSSIAN_TOLERANCE)
