"""Ogg Vorbis at the nominal bit rate that its stream states, in time and to the sample."""

import struct

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.perturbation import Condition
from earmark_plugins.perturbations.vorbis import NOMINAL_KBIT_S, encoded, encoding_rate, provide_perturbations

(VORBIS,) = provide_perturbations()
RATE = 44_100
NOMINAL_TOLERANCE = 0.001  # libvorbis stops just short of quality 10, so 239.92 stands where 240 is meant
HEADER_BYTES = 4096  # identification, comment and codebooks, about
TEN_MINUTES_S = 600


def noise(rate: int = RATE, seconds: float = 4.0) -> Audio:
    """Pink-ish noise, full of energy at every frequency."""
    white = np.fft.rfft(np.random.default_rng(0).normal(size=round(rate * seconds)))
    pink = np.fft.irfft(white / np.sqrt(np.arange(len(white)) + 60.0), round(rate * seconds))
    return Audio(samples=(0.5 * pink / np.abs(pink).max()).astype(np.float32), rate=rate)


def apply(audio: Audio, kbit_s: float) -> Audio:
    return Condition(perturbation=VORBIS, level=kbit_s).apply(audio, track="t")


def lag(reference: np.ndarray, estimate: np.ndarray) -> int:
    spectrum = np.fft.rfft(estimate, 2 * len(reference)) * np.conj(np.fft.rfft(reference, 2 * len(reference)))
    peak = int(np.argmax(np.fft.irfft(spectrum)))
    return peak if peak < len(reference) else peak - 2 * len(reference)


def snr_db(reference: np.ndarray, estimate: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(reference**2) / np.sum((reference - estimate) ** 2)))


def stated(stream: bytes) -> tuple[int, float]:
    """Sample rate in Hz and nominal kbit/s of the identification header (Vorbis I, section 4.2.2)."""
    fields = struct.unpack_from("<IBIiii", stream, stream.index(b"\x01vorbis") + 7)
    assert fields[1] == 1  # channel
    return fields[2], fields[4] / 1000


@pytest.mark.parametrize("own", [8000, 11_025, 16_000, 24_000, 32_000, 44_056, 44_100, 96_000])
@pytest.mark.parametrize("kbit_s", [*VORBIS.levels, *VORBIS.limits, 33.3, 110.0])
def test_the_stream_states_the_level_as_its_nominal_bit_rate(own, kbit_s):
    rate = encoding_rate(own, kbit_s)
    stream = encoded(np.zeros(100, np.float32), rate, kbit_s)
    assert stated(stream) == (rate, pytest.approx(kbit_s, rel=NOMINAL_TOLERANCE))


@pytest.mark.parametrize("kbit_s", VORBIS.levels)
def test_noise_takes_about_the_nominal_bit_rate(kbit_s):
    audio = noise(encoding_rate(RATE, kbit_s))
    stream = encoded(audio.samples, audio.rate, kbit_s)
    measured = (len(stream) - HEADER_BYTES) * 8 / audio.duration_s / 1000
    assert 0.75 < measured / kbit_s < 1.45  # the quality is kept, not the bit rate


def test_fewer_bits_leave_more_error():
    audio = noise()
    errors = [snr_db(audio.samples, apply(audio, kbit_s).samples) for kbit_s in VORBIS.levels]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("rate", [8000, 22_050, 44_056, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("kbit_s", [160.0, 24.0, 14.0])
def test_every_rate_keeps_its_length_and_its_time(rate, kbit_s):
    audio = noise(rate, 1.0)
    changed = apply(audio, kbit_s)
    assert (len(changed.samples), changed.rate) == (len(audio.samples), rate)
    assert lag(audio.samples, changed.samples) == 0


def test_two_encodings_decode_to_the_same_samples_although_the_streams_differ():
    audio = noise(seconds=1.0)
    streams = {encoded(audio.samples, RATE, 64.0) for _ in range(3)}
    decoded = {apply(audio, 64.0).samples.tobytes() for _ in range(3)}
    assert (len(streams), len(decoded)) == (3, 1)


def test_ten_minutes_do_not_crash_the_encoder():
    audio = Audio(samples=np.tile(noise(8000, 10.0).samples, TEN_MINUTES_S // 10), rate=8000)
    assert len(apply(audio, 14.0).samples) == TEN_MINUTES_S * 8000


@pytest.mark.parametrize("samples", [1, 2, 100, 2205])
def test_the_shortest_recordings_are_encoded(samples):
    assert len(apply(Audio(samples=noise().samples[:samples], rate=RATE), 64.0).samples) == samples


def test_the_table_rises_with_quality():
    assert all(list(nominal) == sorted(nominal) and len(nominal) == 11 for nominal in NOMINAL_KBIT_S.values())
