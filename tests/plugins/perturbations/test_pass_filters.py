"""The filters attenuate what their docstrings say, measured on tones and compared with the analogue prototype."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition, Perturbation
from earmark_plugins.perturbations import band_limit, high_pass, low_pass

(LOW_PASS,) = low_pass.provide_perturbations()
(HIGH_PASS,) = high_pass.provide_perturbations()
(BAND_LIMIT,) = band_limit.provide_perturbations()
RATE = 48_000
CORNER_DB = -3.0103  # half of the power: 10 lg(1/2)
TOLERANCE_DB = 0.1
OCTAVE_BEYOND_DB = -24.1  # order 4 an octave beyond the corner: -10 lg(1 + 2^8)
FLAT_DB = 0.05
BANDS_HZ = {"fm-radio": (50, 15_000), "wideband-telephone": (50, 7000), "telephone": (300, 3400)}


def level_db(perturbation: Perturbation, level: float, hertz: float, rate: int = RATE) -> float:
    """Gain of a tone, by correlation with it over its last second, when the filter has settled."""
    time = np.arange(2 * rate) / rate
    turning = np.exp(2j * np.pi * hertz * time)
    audio = Audio(samples=turning.imag.astype(np.float32), rate=rate)
    changed = Condition(perturbation=perturbation, level=level).apply(audio, track="t").samples
    window = np.hanning(rate)
    before, after = (abs(np.sum(window * s[rate:] * turning[rate:].conj())) for s in (audio.samples, changed))
    return float(20 * np.log10(after / before))


@pytest.mark.parametrize("perturbation", [LOW_PASS, HIGH_PASS], ids=lambda p: p.name)
@pytest.mark.parametrize("rate", [22_050, 44_100, 96_000])
def test_half_of_the_power_is_left_at_the_corner(perturbation, rate):
    for corner_hz in perturbation.levels:
        assert level_db(perturbation, corner_hz, corner_hz, rate) == pytest.approx(CORNER_DB, abs=TOLERANCE_DB)


@pytest.mark.parametrize(("perturbation", "beyond"), [(LOW_PASS, 2.0), (HIGH_PASS, 0.5)], ids=["low", "high"])
def test_an_octave_beyond_the_corner_24_decibels_are_gone(perturbation, beyond):
    for corner_hz in (500.0, 1000.0):
        attenuation = level_db(perturbation, corner_hz, beyond * corner_hz)
        assert attenuation == pytest.approx(OCTAVE_BEYOND_DB, abs=TOLERANCE_DB + 0.1)  # 0.1: the bilinear transform


@pytest.mark.parametrize(("perturbation", "inside"), [(LOW_PASS, 0.25), (HIGH_PASS, 4.0)], ids=["low", "high"])
def test_two_octaves_inside_nothing_is_gone(perturbation, inside):
    for corner_hz in perturbation.levels:
        assert level_db(perturbation, corner_hz, inside * corner_hz) == pytest.approx(0.0, abs=FLAT_DB)


@pytest.mark.parametrize("name", BANDS_HZ)
def test_half_of_the_power_is_left_at_both_edges_of_the_band(name):
    level = BAND_LIMIT.names[name]
    for edge_hz in BANDS_HZ[name]:
        assert level_db(BAND_LIMIT, level, edge_hz) == pytest.approx(CORNER_DB, abs=TOLERANCE_DB)
    middle_hz = round(np.prod(BANDS_HZ[name]) ** 0.5)
    assert level_db(BAND_LIMIT, level, middle_hz) == pytest.approx(0.0, abs=FLAT_DB)


def test_the_octave_is_one_around_1_khz():
    for edge_hz in (707.1068, 1414.2136):
        assert level_db(BAND_LIMIT, 1.0, edge_hz) == pytest.approx(CORNER_DB, abs=TOLERANCE_DB)
    assert level_db(BAND_LIMIT, 1.0, 1000.0) == pytest.approx(0.0, abs=FLAT_DB)


def test_the_widths_are_those_of_the_bands():
    for name, (low_hz, high_hz) in BANDS_HZ.items():
        assert BAND_LIMIT.names[name] == pytest.approx(np.log2(high_hz / low_hz), abs=0.05)  # one decimal


def test_a_low_pass_above_half_of_the_rate_changes_nothing():
    audio = Audio(samples=np.random.default_rng(0).normal(0, 0.1, 8000).astype(np.float32), rate=8000)
    for corner_hz in (4000.0, 8000.0):
        changed = Condition(perturbation=LOW_PASS, level=corner_hz).apply(audio, track="t")
        np.testing.assert_array_equal(changed.samples, audio.samples)


def test_a_band_that_ends_above_half_of_the_rate_keeps_its_lower_edge():
    for name in ("fm-radio", "wideband-telephone"):
        low_hz, _ = BANDS_HZ[name]
        level = BAND_LIMIT.names[name]
        assert level_db(BAND_LIMIT, level, low_hz, 8000) == pytest.approx(CORNER_DB, abs=TOLERANCE_DB)
        assert level_db(BAND_LIMIT, level, 3900, 8000) == pytest.approx(0.0, abs=FLAT_DB)


@pytest.mark.parametrize("perturbation", [LOW_PASS, HIGH_PASS, BAND_LIMIT], ids=lambda p: p.name)
def test_nothing_sounds_before_its_time(perturbation):
    """Causal: what comes before a click stays silent."""
    samples = np.zeros(RATE, np.float32)
    samples[1000] = 1.0
    for level in perturbation.levels:
        changed = Condition(perturbation=perturbation, level=level).apply(Audio(samples=samples, rate=RATE), track="t")
        assert not changed.samples[:1000].any()
        assert changed.samples[1000:].any()
        assert len(changed.samples) == RATE


def test_the_low_pass_delays_by_the_periods_that_it_states():
    """Group delay at 0 Hz is the centre of gravity of the impulse response."""
    samples = np.zeros(RATE, np.float32)
    samples[0] = 1.0
    response = Condition(perturbation=LOW_PASS, level=500.0).apply(Audio(samples=samples, rate=RATE), track="t").samples
    delay_s = float(np.sum(response * np.arange(RATE)) / np.sum(response)) / RATE
    assert delay_s * 500.0 == pytest.approx(0.42, abs=0.005)
