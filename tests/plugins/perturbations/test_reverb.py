"""The room dies away in the time that the level says, and the direct sound stays where it was."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.target import FAMILIES, FORMS, Target
from earmark_plugins.perturbations.reverb import provide_perturbations

(REVERB,) = provide_perturbations()
RT60_TOLERANCE = 0.05  # what was promised; found are 0.02 %
ENERGY_TOLERANCE_DB = 0.01
ONSET_TOLERANCE = 1e-7  # float32 of a transform


def impulse_response(level_s: float, rate: int, track: str = "t") -> np.ndarray:
    impulse = np.zeros(round(1.1 * level_s * rate), np.float32)
    impulse[0] = 1.0
    return REVERB.perturb(Audio(samples=impulse, rate=rate), level_s, track=track).samples.astype(float)


def schroeder_rt60(response: np.ndarray, rate: int) -> float:
    """Reverberation time from the backward integral between -5 and -35 dB (T30 of ISO 3382)."""
    energy = np.cumsum(response[::-1] ** 2)[::-1]
    decay_db = 10 * np.log10(np.maximum(energy / energy[0], 1e-12))
    fitted = np.flatnonzero((decay_db <= -5) & (decay_db >= -35))
    return -60.0 / (np.polyfit(fitted, decay_db[fitted], 1)[0] * rate)


@pytest.mark.parametrize("track", ["t", "u", "v"])
@pytest.mark.parametrize("rate", [8_000, 44_100])
@pytest.mark.parametrize("level_s", [0.05, *REVERB.levels])
def test_schroeder_s_integral_finds_the_level(level_s, rate, track):
    found = schroeder_rt60(impulse_response(level_s, rate, track), rate)
    assert found == pytest.approx(level_s, rel=RT60_TOLERANCE)


@pytest.mark.parametrize("level_s", REVERB.levels)
def test_the_room_holds_as_much_energy_as_the_direct_sound(level_s):
    response = impulse_response(level_s, 16_000)
    assert response[0] == pytest.approx(1.0, abs=ONSET_TOLERANCE)
    assert 10 * np.log10(np.sum(response[1:] ** 2)) == pytest.approx(0.0, abs=ENERGY_TOLERANCE_DB)


def test_nothing_sounds_before_the_onset_and_the_onset_is_the_recording_s_own():
    samples = np.zeros(8_000, np.float32)
    samples[3_000:] = np.sin(0.3 * np.arange(1, 5_001))
    wet = REVERB.perturb(Audio(samples=samples, rate=8_000), 1.0, track="t").samples
    assert np.abs(wet[:3_000]).max() < ONSET_TOLERANCE
    assert wet[3_000] == pytest.approx(samples[3_000], abs=ONSET_TOLERANCE)


def test_noise_gets_three_decibels_louder_once_the_room_is_filled():
    noise = np.random.default_rng(3).standard_normal(60 * 8_000, np.float32)
    wet = REVERB.perturb(Audio(samples=noise, rate=8_000), 0.2, track="t").samples[8_000:]
    assert 20 * np.log10(wet.std()) == pytest.approx(10 * np.log10(2.0), abs=0.3)  # a noise's share of chance


def test_a_track_keeps_its_room_along_the_ladder():
    short, long = (np.sign(impulse_response(level_s, 8_000))[:400] for level_s in (0.2, 4.0))
    np.testing.assert_array_equal(short, long)
    assert not np.array_equal(long, np.sign(impulse_response(4.0, 8_000, track="u"))[:400])


def test_the_room_is_white():
    power = np.abs(np.fft.rfft(impulse_response(1.0, 16_000))) ** 2
    eighths = [band.mean() for band in np.array_split(power, 8)]
    np.testing.assert_allclose(10 * np.log10(np.array(eighths) / 2.0), 0.0, atol=1.0)  # 1,100 lines each


@pytest.mark.parametrize("level_s", REVERB.levels)
@pytest.mark.parametrize("samples", [1, 400, 9_001])
def test_length_is_kept_and_silence_stays_silent(samples, level_s):
    silence = Audio(samples=np.zeros(samples, np.float32), rate=8_000)
    found = REVERB.perturb(silence, level_s, track="t").samples
    np.testing.assert_array_equal(found, silence.samples)


def test_no_label_moves():
    for form, family in zip(FORMS, FAMILIES, strict=False):
        assert REVERB.moved(Target(name="x", family=family, form=form), "label", 1.0) == "label"
