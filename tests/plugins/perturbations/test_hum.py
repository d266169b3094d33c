"""Hum is the mains at 50 Hz and its harmonics, and nothing else."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark_plugins.perturbations.hum import provide_perturbations

(HUM,) = provide_perturbations()
AMPLITUDE_TOLERANCE = 1e-5  # float32 sums with one


def spectrum(rate: int, track: str = "t") -> np.ndarray:
    audio = Audio(samples=np.ones(2 * rate, np.float32), rate=rate)
    added = HUM.perturb(audio, 0.0, track=track).samples.astype(float) - 1.0
    return np.fft.rfft(added) / rate  # lines of 0.5 Hz; a sine of amplitude a reads a


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 47_951])
def test_the_harmonics_of_50_hz_fall_with_their_number(rate):
    found = np.abs(spectrum(rate))
    harmonics = found[100:1001:100]
    np.testing.assert_allclose(harmonics, harmonics[0] / np.arange(1, 11), atol=AMPLITUDE_TOLERANCE)
    assert harmonics[0] == pytest.approx(np.sqrt(2 / np.sum(1 / np.arange(1, 11) ** 2)), abs=AMPLITUDE_TOLERANCE)


def test_nothing_sounds_between_the_harmonics():
    found = np.abs(spectrum(44_100))
    found[100:1001:100] = 0.0
    assert found.max() < AMPLITUDE_TOLERANCE


def test_each_track_has_phases_of_its_own():
    one, other = (np.angle(spectrum(8_000, track)[100:1001:100]) for track in ("t", "u"))
    assert (np.abs(np.exp(1j * one) - np.exp(1j * other)) > 0.01).sum() >= 9
