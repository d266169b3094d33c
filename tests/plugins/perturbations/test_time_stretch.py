"""A time stretch moves tempo and sections, keeps the pitch, and comes out at the length it should."""

import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark.target import Target, Timeline
from earmark_plugins.perturbations.time_stretch import fit, provide_perturbations

(STRETCH,) = provide_perturbations()
SPEEDS = (*STRETCH.levels, *STRETCH.limits, 2.0)
RATES = (8000, 16000, 22050, 44100, 48000)
TEMPO = Target(name="tempo", family="tempo", form="tempo")
SECTIONS = Target(name="segments", family="segmentation", form="timeline")
BPM = 100.0
PULSE_S = 0.0004  # deviation of a click's bell, wide enough for 8 kHz
ONSET_S = 0.002  # what the documentation promises; measured: 0.8 ms
CENTS = 0.1  # likewise; measured: 0.015
WINDOW_S = 0.02  # in which two tones an octave apart are told from each other
QUIETER_DB = 1.5  # windows of noise add up out of step, as documented; measured: 1.3 dB
BOUNDARY_S = 0.005  # a quarter of that window; measured: 2 ms


def stretched(samples: np.ndarray, rate: int, speed: float, track: str = "t") -> np.ndarray:
    return Condition(perturbation=STRETCH, level=speed).apply(Audio(samples=samples, rate=rate), track=track).samples


def clicks(rate: int, times_s: np.ndarray) -> np.ndarray:
    now_s = np.arange(4 * rate) / rate
    return sum(0.7 * np.exp(-0.5 * ((now_s - at) / PULSE_S) ** 2) for at in times_s).astype(np.float32)


def onsets_s(samples: np.ndarray, rate: int) -> np.ndarray:
    """Pick the highest sample of each group of loud ones that silence of 50 ms parts from the next."""
    loud = np.flatnonzero(np.abs(samples) > 0.5 * np.abs(samples).max())
    groups = np.split(loud, np.flatnonzero(np.diff(loud) > 0.05 * rate) + 1)
    return np.array([group[np.abs(samples[group]).argmax()] for group in groups]) / rate


def pitch_hz(samples: np.ndarray, rate: int) -> float:
    """The highest peak of the spectrum, between bins by a parabola."""
    middle = samples[len(samples) // 6 : -len(samples) // 6]
    spectrum = np.log(np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 4 * len(middle))) + 1e-12)
    peak = spectrum.argmax()
    below, at, above = spectrum[peak - 1 : peak + 2]
    return (peak + 0.5 * (below - above) / (below - 2 * at + above)) * rate / (4 * len(middle))


def tone(hz: float, rate: int, seconds: float = 3.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def change_s(samples: np.ndarray, rate: int, first_hz: float, then_hz: float) -> float:
    """When `then_hz` first sounds louder than `first_hz`."""
    window = np.hanning(int(WINDOW_S * rate))
    frames = np.lib.stride_tricks.sliding_window_view(samples, len(window))[:: rate // 1000] * window
    waves = [np.exp(-2j * np.pi * hz * np.arange(len(window)) / rate) for hz in (first_hz, then_hz)]
    before, after = (np.abs(frames @ wave) for wave in waves)
    return float((np.argmax(after > before) * (rate // 1000) + len(window) / 2) / rate)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("speed", SPEEDS)
def test_clicks_fall_where_the_speed_puts_them(speed, rate):
    times_s = np.arange(0.3, 3.8, 60 / BPM)
    found_s = onsets_s(stretched(clicks(rate, times_s), rate, speed), rate)
    np.testing.assert_allclose(found_s, times_s / speed, atol=ONSET_S)


@pytest.mark.parametrize("speed", STRETCH.levels)
def test_the_tempo_that_results_is_the_tempo_of_the_clicks(speed):
    found_s = onsets_s(stretched(clicks(22050, np.arange(0.3, 3.8, 60 / BPM)), 22050, speed), 22050)
    bpm = 60 * (len(found_s) - 1) / (found_s[-1] - found_s[0])
    assert STRETCH.moved(TEMPO, BPM, speed) == pytest.approx(bpm, rel=2 * ONSET_S / (found_s[-1] - found_s[0]))


@pytest.mark.parametrize("rate", [8000, 44100])
@pytest.mark.parametrize("speed", SPEEDS)
def test_the_pitch_stays(speed, rate):
    for hz in (82.41, 220.0, 1000.0):
        found_hz = pitch_hz(stretched(tone(hz, rate, 2.0), rate, speed), rate)
        assert 1200 * np.log2(found_hz / hz) == pytest.approx(0.0, abs=CENTS)


@pytest.mark.parametrize("rate", [8000, 44100])
@pytest.mark.parametrize("speed", SPEEDS)
def test_a_boundary_moves_as_its_label_says(speed, rate):
    song = Timeline(edges_s=(0.0, 1.7, 3.0), labels=("low", "high"))
    samples = np.where(np.arange(3 * rate) < 1.7 * rate, tone(440.0, rate), tone(880.0, rate))
    moved = STRETCH.moved(SECTIONS, song, speed)
    found_s = change_s(stretched(samples, rate, speed), rate, 440.0, 880.0)
    assert found_s == pytest.approx(moved.edges_s[1], abs=BOUNDARY_S)


@pytest.mark.parametrize("rate", [*RATES, 192_000])
@pytest.mark.parametrize("length", [0.05, 0.3137])
def test_the_length_is_exact(rate, length):
    samples = np.random.default_rng(0).standard_normal(int(rate * length) | 1).astype(np.float32)
    for speed in SPEEDS:
        assert len(stretched(samples, rate, speed)) == round(len(samples) / speed)


def test_the_length_is_exact_where_the_library_rounds_in_float32():
    assert len(stretched(np.zeros(4_401_807, np.float32), 8000, 2**-0.5)) == 6_225_095  # the library's own: 6,225,094


def test_a_missing_sample_is_silent_and_one_too_many_is_cut():
    np.testing.assert_array_equal(fit(np.ones(2, np.float32), 3), [1, 1, 0])
    np.testing.assert_array_equal(fit(np.ones(4, np.float32), 3), [1, 1, 1])


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_fiftieth_of_a_second_and_a_single_sample_can_be_stretched(speed):
    for length in (882, 1):
        found = stretched(np.full(length, 0.5, np.float32), 44100, speed)
        assert len(found) == max(1, round(length / speed))


@pytest.mark.parametrize("speed", SPEEDS)
def test_silence_stays_silent(speed):
    assert not stretched(np.zeros(11025, np.float32), 22050, speed).any()


@pytest.mark.parametrize("speed", STRETCH.levels)
def test_noise_loses_little_of_its_loudness(speed):
    noise = 0.1 * np.random.default_rng(0).standard_normal(88200).astype(np.float32)
    level_db = 20 * np.log10(np.std(stretched(noise, 44100, speed)) / np.std(noise))
    assert -QUIETER_DB < level_db < 0.1


def test_the_speed_of_one_changes_nothing():
    audio = Audio(samples=tone(440.0, 8000), rate=8000)
    condition = Condition(perturbation=STRETCH, level=STRETCH.neutral)
    assert condition.leaves(audio, condition.apply(audio, track="t"))


PROGRAM = """
import hashlib, sys, numpy as np
from earmark import Audio, Condition
from earmark_plugins.perturbations.time_stretch import provide_perturbations
samples = np.random.default_rng(0).standard_normal(44100).astype(np.float32)
for speed in map(float, sys.argv[1:]):
    condition = Condition(perturbation=provide_perturbations()[0], level=speed)
    print(hashlib.sha256(condition.apply(Audio(samples=samples, rate=44100), track="t").samples).hexdigest())
"""


def test_another_process_and_another_order_make_the_same_bytes():
    speeds = (0.5, 1.1, 0.25)  # at 0.5 the library draws phases: half of its 1,323 samples is no whole number
    samples = np.random.default_rng(0).standard_normal(44100).astype(np.float32)
    here = [sha256(stretched(samples, 44100, speed)).hexdigest() for speed in reversed(speeds)]
    arguments = [sys.executable, "-c", PROGRAM, *map(str, speeds)]
    there = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.split()
    assert there == here[::-1]


def test_two_tracks_do_not_share_the_phases_that_are_drawn():
    samples = np.random.default_rng(0).standard_normal(44100).astype(np.float32)
    assert not np.array_equal(stretched(samples, 44100, 0.5, "t1"), stretched(samples, 44100, 0.5, "t2"))
