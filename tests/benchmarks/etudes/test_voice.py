"""The voice sings the written pitches, with formants where phoneticians measured them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import signal
from scipy.linalg import solve_toeplitz

from earmark_benchmarks.etudes.render import RATE, Samples
from earmark_benchmarks.etudes.score import Note
from earmark_benchmarks.etudes.voice import draw_singer, sing
from earmark_benchmarks.etudes.voice.glottis import VOICE_RATE, source
from earmark_benchmarks.etudes.voice.line import shape
from earmark_benchmarks.etudes.voice.tract import HOP, articulate
from earmark_benchmarks.etudes.voice.vowels import BANDWIDTHS_HZ, VOWELS, formant_table

CENTS = 50.0
SHARE_IN_TUNE = 0.9
"""The rest are glides, scoops and the crests of a vibrato."""
RESPONSE_DB = 0.5
"""Frames of 32 ms blur a resonance of 70 Hz by so much."""
FORMANT_TOLERANCE = 0.1
"""And half the pitch: linear prediction is drawn to the nearest harmonic."""
PITCHES = {"low": (45, 48, 52, 50, 57, 55, 48, 45), "high": (64, 67, 71, 69, 76, 74, 67, 64)}


def melody(register: str, length_s: float = 0.9) -> tuple[Note, ...]:
    return tuple(
        Note(start_s=n, end_s=n + length_s, pitch=pitch, velocity=90) for n, pitch in enumerate(PITCHES[register])
    )


def autocorrelated_hz(frame: Samples, low_hz: float, high_hz: float) -> float:
    """The pitch by the highest peak of the autocorrelation, refined by a parabola."""
    power = np.abs(np.fft.rfft(frame * np.hanning(len(frame)), 2 * len(frame))) ** 2
    likeness = np.fft.irfft(power)
    first, last = int(RATE / high_hz), int(RATE / low_hz) + 1
    lag = first + int(np.argmax(likeness[first:last]))
    before, here, after = likeness[lag - 1 : lag + 2]
    return float(RATE / (lag + 0.5 * (before - after) / (before - 2 * here + after)))


@pytest.mark.parametrize("register", ["low", "high"])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_the_sung_pitch_is_the_written_one(register: str, seed: int) -> None:
    dice = np.random.default_rng(seed)
    voice = sing(melody(register), 8.0, draw_singer(register, dice), dice)
    low_hz, high_hz = (
        440 * 2 ** ((pitch - 69) / 12) for pitch in (min(PITCHES[register]) - 3, max(PITCHES[register]) + 3)
    )
    cents = []
    for n, pitch in enumerate(PITCHES[register]):
        for start_s in np.arange(n + 0.15, n + 0.75, 0.05):
            frame = voice[round(start_s * RATE) :][: round(0.064 * RATE)]
            cents.append(1200 * np.log2(autocorrelated_hz(frame, low_hz, high_hz) / 440) - 100 * (pitch - 69))
    assert np.mean(np.abs(cents) < CENTS) > SHARE_IN_TUNE


@pytest.mark.parametrize("register", ["low", "high"])
def test_the_tract_filters_as_a_cascade_of_resonators_does(register: str) -> None:
    _, table = formant_table(register, 1.0, 0.0)
    click = np.zeros(40 * HOP)
    click[20 * HOP] = 1.0
    found = 20 * np.log10(np.abs(np.fft.rfft(articulate(click, np.tile(table[4], (40, 1))), VOICE_RATE)))
    expected = np.zeros(len(found))
    for formant_hz, bandwidth_hz in zip(table[4], BANDWIDTHS_HZ, strict=False):
        radius = np.exp(-np.pi * bandwidth_hz * (1 + 0.00008 * formant_hz) / VOICE_RATE)
        poles = [1, -2 * radius * np.cos(2 * np.pi * formant_hz / VOICE_RATE), radius**2]
        expected += 20 * np.log10(np.abs(signal.freqz(np.sum(poles), poles, np.arange(len(found)), fs=VOICE_RATE)[1]))
    np.testing.assert_allclose(found[50:7900], expected[50:7900], atol=RESPONSE_DB)


@pytest.mark.parametrize(("register", "pitch"), [("low", 45), ("high", 57)])
@pytest.mark.parametrize("vowel", ["i", "ɑ", "æ"])
def test_formants_are_where_peterson_and_barney_measured_them(register: str, pitch: int, vowel: str) -> None:
    dice = np.random.default_rng(0)
    names = tuple(VOWELS[register])
    singer = replace(
        draw_singer(register, dice), tract=1.0, ring=0.0, palette=(names.index(vowel),), breath=0.01, vibrato_cents=60.0
    )
    voice = sing((Note(start_s=0, end_s=3, pitch=pitch, velocity=90),), 3.0, singer, dice)
    found_hz = predicted_formants(signal.resample_poly(voice[RATE:-RATE], 1, 3), RATE / 3)
    half_pitch_hz = 220 * 2 ** ((pitch - 69) / 12)
    for expected_hz in VOWELS[register][vowel][:2]:
        assert np.min(np.abs(found_hz - expected_hz)) < FORMANT_TOLERANCE * expected_hz + half_pitch_hz / 2, found_hz


def predicted_formants(voice: Samples, rate: float) -> Samples:
    """Angles of the poles of a linear predictor (Markel and Gray 1976) that are narrower than 500 Hz."""
    bright = np.append(voice[0], voice[1:] - 0.97 * voice[:-1]) * np.hanning(len(voice))
    likeness = np.correlate(bright, bright, "full")[len(bright) - 1 :][:15]
    poles = np.roots(np.append(1.0, -solve_toeplitz(likeness[:-1], likeness[1:])))
    poles = poles[(poles.imag > 0) & (-np.log(np.abs(poles)) * rate / np.pi < 500)]
    found: Samples = np.sort(np.angle(poles) * rate / (2 * np.pi))
    return found


def test_pulses_hold_harmonics_and_nothing_between_them() -> None:
    f0_hz = 437.0
    pulses = source(np.full(VOICE_RATE, f0_hz), open_quotient=0.6, speed=0.7, tilt_hz=3000)
    power = np.abs(np.fft.rfft(pulses * signal.windows.blackmanharris(VOICE_RATE))) ** 2
    bins = np.arange(len(power))
    between = np.abs((bins / f0_hz + 0.5) % 1 - 0.5) * f0_hz > 8
    assert 10 * np.log10(power[between].sum() / power.sum()) < -50


def test_a_rest_is_silent_and_no_notes_are_silence() -> None:
    dice = np.random.default_rng(3)
    notes = (Note(start_s=0.5, end_s=1.0, pitch=60, velocity=90), Note(start_s=3.0, end_s=3.5, pitch=60, velocity=90))
    voice = sing(notes, 4.0, draw_singer("high", dice), dice)
    assert np.abs(voice[round(1.3 * RATE) : round(2.2 * RATE)]).max() == 0
    assert not sing((), 1.0, draw_singer("low", dice), dice).any()


def test_vibrato_develops_within_a_note() -> None:
    dice = np.random.default_rng(5)
    singer = replace(
        draw_singer("high", dice), vibrato_cents=60.0, vibrato_delay_s=0.5, jitter_cents=0.0, scoop_semitones=0.0
    )
    f0_hz = shape((Note(start_s=0, end_s=3, pitch=69, velocity=90),), 3.0, singer, dice).f0_hz
    cents = 1200 * np.log2(f0_hz / 440)
    assert np.ptp(cents[125:]) > 2 * np.ptp(cents[:50])


def test_the_same_seed_sings_the_same_and_another_otherwise() -> None:
    once, again, other = (
        sing(melody("high"), 8.0, draw_singer("high", dice), dice) for dice in map(np.random.default_rng, (7, 7, 8))
    )
    np.testing.assert_array_equal(once, again)
    assert np.abs(once - other).max() > 0.1
