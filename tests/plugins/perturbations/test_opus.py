"""Opus takes the bits that it is told, and moves nothing in time by more than its voice coder does."""

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark_plugins.perturbations.opus import encoded, provide_perturbations

(OPUS,) = provide_perturbations()
RATE = 48_000
OVERHEAD = 0.01  # the Ogg tables hold a byte for every 255
PAGES_KBIT_S = 1.0  # the Ogg pages, however few bits the packets have
VOICE_TOLERANCE = 0.4  # the voice coder varies its bit rate with the content, here downwards
LAG_S = 0.00015
SECONDS = 4.0


def music(rate: int = RATE, seconds: float = SECONDS) -> Audio:
    """Chords of sawtooth-like tones over soft noise: what an encoder has work with from 100 Hz to the top."""
    time = np.arange(round(rate * seconds)) / rate
    root = 110.0 * 2 ** (np.floor(2 * time) % 5 / 12)
    phase = 2 * np.pi * np.cumsum(root) / rate
    chord = sum(np.sin(k * phase) / k for k in range(1, 40) if k * 160 < rate / 2)
    noise = np.random.default_rng(0).normal(0, 0.02, len(time))
    return Audio(samples=(0.2 * chord * np.exp(-3 * (2 * time % 1)) + noise).astype(np.float32), rate=rate)


def apply(audio: Audio, kbit_s: float) -> Audio:
    return Condition(perturbation=OPUS, level=kbit_s).apply(audio, track="t")


def lag(reference: np.ndarray, estimate: np.ndarray) -> int:
    spectrum = np.fft.rfft(estimate, 2 * len(reference)) * np.conj(np.fft.rfft(reference, 2 * len(reference)))
    peak = int(np.argmax(np.fft.irfft(spectrum)))
    return peak if peak < len(reference) else peak - 2 * len(reference)


def snr_db(reference: np.ndarray, estimate: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(reference**2) / np.sum((reference - estimate) ** 2)))


def measured_kbit_s(kbit_s: float) -> float:
    """Of what lies between the second and the eighth second, without headers."""
    longer, shorter = (encoded(music(seconds=seconds).samples, kbit_s) for seconds in (8.0, 2.0))
    assert b"OpusHead" in shorter
    return (len(longer) - len(shorter)) * 8 / 6.0 / 1000


@pytest.mark.parametrize("kbit_s", [256.0, 128.0, 64.0, 32.0, 24.0, 16.0])
def test_the_stream_has_the_bit_rate(kbit_s):
    assert kbit_s <= measured_kbit_s(kbit_s) <= kbit_s * (1 + OVERHEAD) + PAGES_KBIT_S


def test_the_lowest_level_has_about_its_bit_rate():
    assert measured_kbit_s(8.0) == pytest.approx(8.0, rel=VOICE_TOLERANCE)


def test_fewer_bits_leave_more_error():
    audio = music()
    errors = [snr_db(audio.samples, apply(audio, kbit_s).samples) for kbit_s in OPUS.levels]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("rate", [8000, 22_050, 44_056, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("kbit_s", [128.0, 32.0, 8.0])
def test_every_rate_keeps_its_length_and_its_time(rate, kbit_s):
    audio = music(rate, 1.0)
    changed = apply(audio, kbit_s)
    assert (len(changed.samples), changed.rate) == (len(audio.samples), rate)
    assert abs(lag(audio.samples, changed.samples)) <= LAG_S * rate


def test_many_bits_leave_the_time_to_the_sample():
    audio = music()
    assert lag(audio.samples, apply(audio, 64.0).samples) == 0


def test_two_encodings_decode_to_the_same_samples_although_the_streams_differ():
    audio = music(seconds=1.0)
    streams = {encoded(audio.samples, 16.0) for _ in range(3)}
    decoded = {apply(audio, 16.0).samples.tobytes() for _ in range(3)}
    assert (len(streams), len(decoded)) == (3, 1)


@pytest.mark.parametrize("samples", [1, 2, 100, 2205])
def test_the_shortest_recordings_are_encoded(samples):
    assert len(apply(Audio(samples=music(44_100).samples[:samples], rate=44_100), 32.0).samples) == samples
