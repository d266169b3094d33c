"""A lower sample rate takes away what it cannot hold, and nothing else."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark_plugins.perturbations.sample_rate import provide_perturbations

(SAMPLE_RATE,) = provide_perturbations()
RATE = 44_100
PASSED_DB = 0.02  # soxr HQ is flat to 0.91 of half of the rate
TOLERANCE = 0.002  # of amplitude: two conversions of -0.006 dB each
GONE_DB = -100.0  # its aliases lie at -139 dB; float32 and the edges leave less
EDGE = 4410  # samples at each end where a tone that starts at once rings


def tone(hertz: float, rate: int = RATE, seconds: float = 1.0) -> Audio:
    return Audio(
        samples=np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate).astype(np.float32), rate=rate
    )


def apply(audio: Audio, level_hz: float) -> Audio:
    return Condition(perturbation=SAMPLE_RATE, level=level_hz).apply(audio, track="t")


def change_db(audio: Audio, changed: Audio) -> float:
    """Level of the middle against what it was."""
    before, after = (np.sqrt(np.mean(a.samples[EDGE:-EDGE].astype(float) ** 2)) for a in (audio, changed))
    return float(20 * np.log10(after / before))


@pytest.mark.parametrize("level_hz", SAMPLE_RATE.levels)
def test_a_tone_inside_the_new_band_stays(level_hz):
    audio = tone(0.88 * level_hz / 2)
    changed = apply(audio, level_hz)
    assert change_db(audio, changed) == pytest.approx(0.0, abs=PASSED_DB)
    np.testing.assert_allclose(changed.samples[EDGE:-EDGE], audio.samples[EDGE:-EDGE], atol=TOLERANCE)


@pytest.mark.parametrize("level_hz", SAMPLE_RATE.levels)
@pytest.mark.parametrize("above", [1.15, 1.5, 1.9])
def test_a_tone_above_the_new_band_goes_and_leaves_no_alias(level_hz, above):
    audio = tone(above * level_hz / 2)
    assert change_db(audio, apply(audio, level_hz)) < GONE_DB


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000])
def test_nothing_changes_at_or_above_the_own_rate(rate):
    audio = tone(1000.0, rate)
    for level_hz in (16_000.0, 22_050.0):
        np.testing.assert_array_equal(apply(audio, level_hz).samples, audio.samples)


@pytest.mark.parametrize("rate", [44_056, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("samples", [1, 7, 2205, 10_001])
def test_every_length_stays(rate, samples):
    audio = Audio(samples=np.ones(samples, np.float32), rate=rate)
    changed = apply(audio, 4000.0)
    assert (len(changed.samples), changed.rate) == (samples, rate)
