"""The phase vocoder of 2020: librosa's, at 16 kHz, with the labels that then hold."""

import librosa
import numpy as np
import pytest
import soxr

from earmark.audio import Audio
from earmark.perturbation import Condition, Perturbation
from earmark.target import Target, Timeline
from earmark_plugins.perturbations import pitch_shift_vocoder, time_stretch_vocoder

(STRETCH,) = time_stretch_vocoder.provide_perturbations()
(SHIFT,) = pitch_shift_vocoder.provide_perturbations()
BOTH = ((STRETCH, STRETCH.levels), (SHIFT, SHIFT.levels))
EACH = [(perturbation, level) for perturbation, levels in BOTH for level in levels]
CENTS = 0.1  # measured: 0.01
SMEARED_S = 0.064  # half of librosa's window
SECTIONS = Target(name="segments", family="segmentation", form="timeline")
TEMPO = Target(name="tempo", family="tempo", form="tempo")
KEY = Target(name="key", family="key", form="key")


def changed(perturbation: Perturbation, level: float, samples: np.ndarray, rate: int) -> Audio:
    return Condition(perturbation=perturbation, level=level).apply(Audio(samples=samples, rate=rate), track="t")


def noise(length: int) -> np.ndarray:
    return 0.1 * np.random.default_rng(0).standard_normal(length).astype(np.float32)


def test_the_levels_are_those_of_the_paper():
    assert STRETCH.levels == pytest.approx((0.7071067811865476, 1.4142135623730951))
    assert SHIFT.levels == (-1.0, 1.0)


@pytest.mark.parametrize("speed", STRETCH.levels)
def test_the_stretch_is_librosas_at_16_khz(speed):
    samples = noise(44101)
    expected = librosa.effects.time_stretch(soxr.resample(samples, 44100, 16000, quality="HQ"), rate=speed)
    np.testing.assert_array_equal(changed(STRETCH, speed, samples, 44100).samples, expected)


@pytest.mark.parametrize("semitones", SHIFT.levels)
def test_the_shift_is_librosas_at_16_khz(semitones):
    samples = noise(16001)
    expected = librosa.effects.pitch_shift(samples, sr=16000, n_steps=semitones)
    np.testing.assert_array_equal(changed(SHIFT, semitones, samples, 16000).samples, expected)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
def test_the_result_is_at_16_khz_and_exactly_as_long_as_it_should_be(rate):
    samples = noise(2 * rate + 1)
    length = round(len(samples) * 16000 / rate)
    for perturbation, level in EACH:
        found = changed(perturbation, level, samples, rate)
        assert found.rate == 16000
        assert len(found.samples) == (round(length / level) if perturbation is STRETCH else length)


@pytest.mark.parametrize(("perturbation", "level"), [*EACH, (STRETCH, 4.0), (STRETCH, 0.25), (SHIFT, 24.0)])
def test_short_audio_and_silence_raise_no_warning(perturbation, level):
    for samples in (noise(1), noise(400), noise(2047), np.zeros(8000, np.float32)):
        found = changed(perturbation, level, samples, 44100).samples
        assert samples.any() or not found.any()


@pytest.mark.parametrize(("perturbation", "level"), EACH)
def test_a_tone_sounds_where_the_shift_puts_it_and_stays_under_a_stretch(perturbation, level):
    samples = (0.5 * np.sin(2 * np.pi * 220.0 * np.arange(3 * 44100) / 44100)).astype(np.float32)
    middle = changed(perturbation, level, samples, 44100).samples[8000:24000]
    spectrum = np.log(np.abs(np.fft.rfft(middle * np.hanning(16000), 64000)) + 1e-12)
    peak = spectrum.argmax()
    below, at, above = spectrum[peak - 1 : peak + 2]
    found_hz = (peak + 0.5 * (below - above) / (below - 2 * at + above)) / 4
    expected = 100 * level if perturbation is SHIFT else 0.0
    assert 1200 * np.log2(found_hz / 220.0) == pytest.approx(expected, abs=CENTS)


@pytest.mark.parametrize("speed", STRETCH.levels)
def test_the_tempo_that_results_is_that_of_the_clicks(speed):
    samples = np.zeros(20 * 16000, np.float32)
    samples[:: 60 * 16000 // 100] = 0.5  # 100 beats a minute
    energy = changed(STRETCH, speed, samples, 16000).samples ** 2
    bpm = np.fft.rfftfreq(len(energy), 1 / (60 * 16000))
    asked = (bpm > 50) & (bpm < 200)
    found = bpm[asked][np.abs(np.fft.rfft(energy - energy.mean()))[asked].argmax()]
    assert STRETCH.moved(TEMPO, 100.0, speed) == pytest.approx(found, abs=1.5 * bpm[1])  # a bin and a half


@pytest.mark.parametrize("speed", STRETCH.levels)
def test_a_boundary_moves_as_its_label_says(speed):
    samples = (0.5 * np.sin(2 * np.pi * 440.0 * np.arange(3 * 16000) / 16000)).astype(np.float32)
    samples[27200:] = 0.0  # 1.7 s
    loud = np.abs(changed(STRETCH, speed, samples, 16000).samples) > 0.25
    moved = STRETCH.moved(SECTIONS, Timeline(edges_s=(0.0, 1.7, 3.0), labels=("tone", "silence")), speed)
    assert moved.edges_s[1] == pytest.approx(np.flatnonzero(loud)[-1] / 16000, abs=SMEARED_S)


def test_the_labels_move_as_those_of_the_better_ones():
    assert SHIFT.moved(KEY, "B major", 1.0) == "C major"
    assert STRETCH.moved(KEY, "B major", 2**0.5) == "B major"
    assert SHIFT.moved(TEMPO, 100.0, 1.0) == 100.0


@pytest.mark.parametrize("perturbation", [STRETCH, SHIFT])
def test_the_neutral_level_leaves_even_the_rate(perturbation):
    audio = Audio(samples=noise(4410), rate=44100)
    condition = Condition(perturbation=perturbation, level=perturbation.neutral)
    assert condition.leaves(audio, condition.apply(audio, track="t"))
