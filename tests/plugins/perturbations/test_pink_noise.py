"""Pink noise falls by 3 dB an octave above 20 Hz, and there is none below."""

import numpy as np
import pytest
from scipy.signal import welch

from earmark.audio import Audio
from earmark_plugins.perturbations.pink_noise import provide_perturbations

(PINK,) = provide_perturbations()
OCTAVE_DB = -10 * np.log10(2)
SLOPE_TOLERANCE_DB = 0.05  # per octave, of a line through octaves averaged over 20 seconds
OCTAVE_TOLERANCE_DB = 1.0  # the lowest octave has 20 Hz · 20 s = 400 independent lines: 0.2 dB


def noise(rate: int, seconds: float) -> np.ndarray:
    audio = Audio(samples=np.ones(round(seconds * rate), np.float32), rate=rate)
    return PINK.perturb(audio, 0.0, track="t").samples.astype(float) - 1.0


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_the_density_falls_by_3_db_an_octave(rate):
    frequencies, density = welch(noise(rate, 20.0), rate, nperseg=rate)
    edges = 40.0 * 2.0 ** np.arange(int(np.log2(rate / 2 / 40)) + 1)
    octaves = [10 * np.log10(density[(frequencies >= e) & (frequencies < 2 * e)].mean()) for e in edges[:-1]]
    expected = [10 * np.log10(np.mean(1 / np.arange(e, 2 * e))) for e in edges[:-1]]
    assert np.polyfit(np.arange(len(octaves)), octaves, 1)[0] == pytest.approx(OCTAVE_DB, abs=SLOPE_TOLERANCE_DB)
    strays = np.subtract(octaves, expected)
    np.testing.assert_allclose(strays, strays.mean(), atol=OCTAVE_TOLERANCE_DB)


@pytest.mark.parametrize(("rate", "seconds"), [(22_050, 20.0), (44_100, 3.0)])
def test_there_is_nothing_below_20_hz(rate, seconds):
    frequencies, density = welch(noise(rate, seconds), rate, nperseg=rate)
    assert density[frequencies < 17].max() < 0.01 * density[(frequencies > 22) & (frequencies < 30)].mean()


def test_a_short_recording_gets_a_cut_of_a_second_of_noise():
    assert np.abs(noise(8_000, 0.05)).max() > 0.0
