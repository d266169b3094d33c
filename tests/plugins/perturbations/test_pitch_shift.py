"""A pitch shift moves every tone and the key, and nothing in time."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark.target import TONICS, Target, Timeline
from earmark_plugins.perturbations.pitch_shift import provide_perturbations

(SHIFT,) = provide_perturbations()
SHIFTS = (*SHIFT.levels, -12.0, -0.5, 0.5, 12.0, *SHIFT.limits)
RATES = (8000, 16000, 22050, 44100, 48000)
KEY = Target(name="key", family="key", form="key")
CENTS = 0.1  # what the documentation promises; measured: 0.015
ONSET_S = 0.0025  # likewise; measured: 2.3 ms at -24 semitones, 0.8 ms on the ladder
MIDDLE_C_HZ = 261.6256
PULSE_S = 0.0004  # deviation of a click's bell, wide enough for 8 kHz


def shifted(samples: np.ndarray, rate: int, semitones: float) -> np.ndarray:
    condition = Condition(perturbation=SHIFT, level=semitones)
    return condition.apply(Audio(samples=samples, rate=rate), track="t").samples


def tone(hz: float, rate: int, seconds: float = 2.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def pitch_hz(samples: np.ndarray, rate: int) -> float:
    """The highest peak of the spectrum, between bins by a parabola."""
    middle = samples[len(samples) // 6 : -len(samples) // 6]
    spectrum = np.log(np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 4 * len(middle))) + 1e-12)
    peak = spectrum.argmax()
    below, at, above = spectrum[peak - 1 : peak + 2]
    return (peak + 0.5 * (below - above) / (below - 2 * at + above)) * rate / (4 * len(middle))


@pytest.mark.parametrize("rate", [8000, 44100])
@pytest.mark.parametrize("semitones", SHIFTS)
def test_a_tone_rises_by_so_many_semitones(semitones, rate):
    for hz in (82.41, 220.0, 880.0):
        there_hz = hz * 2 ** (semitones / 12)
        if 25.0 < there_hz < 0.4 * rate:
            found_hz = pitch_hz(shifted(tone(hz, rate), rate, semitones), rate)
            assert 1200 * np.log2(found_hz / there_hz) == pytest.approx(0.0, abs=CENTS)


@pytest.mark.parametrize("semitones", SHIFT.levels)
def test_the_key_that_results_is_the_key_of_what_sounds(semitones):
    found_hz = pitch_hz(shifted(tone(MIDDLE_C_HZ, 22050), 22050, semitones), 22050)
    tonic = TONICS[round(12 * np.log2(found_hz / MIDDLE_C_HZ)) % 12]
    assert SHIFT.moved(KEY, "C minor", semitones) == f"{tonic} minor"


def test_between_two_keys_the_key_is_not_known():
    assert SHIFT.moved(KEY, "C minor", 0.5) is None


def test_no_other_label_moves():
    song = Timeline(edges_s=(0.0, 1.0), labels=("a",))
    assert SHIFT.moved(Target(name="segments", family="segmentation", form="timeline"), song, 3.0) == song
    assert SHIFT.moved(Target(name="tempo", family="tempo", form="tempo"), 100.0, 3.0) == 100.0


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("semitones", SHIFTS)
def test_clicks_stay_where_they_are(semitones, rate):
    now_s, times_s = np.arange(2 * rate) / rate, np.arange(0.3, 1.8, 0.37)
    samples = sum(0.7 * np.exp(-0.5 * ((now_s - at) / PULSE_S) ** 2) for at in times_s).astype(np.float32)
    found = np.abs(shifted(samples, rate, semitones))
    around = [np.flatnonzero(np.abs(now_s - at) < 0.1) for at in times_s]
    np.testing.assert_allclose([now_s[near[found[near].argmax()]] for near in around], times_s, atol=ONSET_S)


@pytest.mark.parametrize("rate", [*RATES, 192_000])
@pytest.mark.parametrize("length", [0.05, 0.3137])
def test_the_length_stays(rate, length):
    samples = np.random.default_rng(0).standard_normal(int(rate * length) | 1).astype(np.float32)
    assert {len(shifted(samples, rate, semitones)) for semitones in SHIFTS} == {len(samples)}


@pytest.mark.parametrize("semitones", SHIFTS)
def test_a_single_sample_and_silence_can_be_shifted(semitones):
    assert len(shifted(np.full(1, 0.5, np.float32), 44100, semitones)) == 1
    assert not shifted(np.zeros(11025, np.float32), 22050, semitones).any()


def test_what_rises_above_half_the_rate_is_gone_instead_of_folded_down():
    found = shifted(tone(15_000.0, 44100), 44100, 12.0)[22050:-22050]
    folded_hz = 44100 - 2 * 15_000.0
    wave = np.hanning(len(found)) * np.exp(-2j * np.pi * folded_hz * np.arange(len(found)) / 44100)
    assert 4 * np.abs(found @ wave) / len(found) < 0.5e-4  # 80 dB below the tone


def test_no_shift_changes_nothing():
    audio = Audio(samples=tone(440.0, 8000), rate=8000)
    condition = Condition(perturbation=SHIFT, level=SHIFT.neutral)
    assert condition.leaves(audio, condition.apply(audio, track="t"))


def test_calls_in_between_do_not_change_the_bytes():
    noise = np.random.default_rng(0).standard_normal(44100).astype(np.float32)
    first = shifted(noise, 44100, 12.0)
    shifted(noise[::-1].copy(), 22050, -3.0)
    np.testing.assert_array_equal(shifted(noise, 44100, 12.0), first)
