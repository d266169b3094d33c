"""MP3 takes away what an encoder takes away, at its bit rate, and moves nothing in time."""

import io

import numpy as np
import pytest
import soundfile

from earmark.audio import Audio
from earmark.errors import EarmarkError
from earmark.perturbation import Condition
from earmark_plugins.perturbations.mp3 import BIT_RATES, encoding_rate, provide_perturbations

(MP3,) = provide_perturbations()
RATE = 44_100
BANDS_HZ = (100, 500, 1000, 2000, 4000, 7000)
SAME_ENCODER_DB = (
    1.0  # libsndfile holds another build of LAME at another quality setting: the bands agree, not the bits
)
TRANSPARENT_DB = 15.0  # of noise, the hardest there is to encode


def noise(rate: int = RATE, seconds: float = 3.0) -> Audio:
    """Pink-ish noise, full of energy at every frequency."""
    white = np.fft.rfft(np.random.default_rng(0).normal(size=round(rate * seconds)))
    pink = np.fft.irfft(white / np.sqrt(np.arange(len(white)) + 60.0), round(rate * seconds))
    return Audio(samples=(0.5 * pink / np.abs(pink).max()).astype(np.float32), rate=rate)


def apply(audio: Audio, kbit_s: float) -> Audio:
    return Condition(perturbation=MP3, level=kbit_s).apply(audio, track="t")


def lag(reference: np.ndarray, estimate: np.ndarray) -> int:
    spectrum = np.fft.rfft(estimate, 2 * len(reference)) * np.conj(np.fft.rfft(reference, 2 * len(reference)))
    peak = int(np.argmax(np.fft.irfft(spectrum)))
    return peak if peak < len(reference) else peak - 2 * len(reference)


def snr_db(reference: np.ndarray, estimate: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(reference**2) / np.sum((reference - estimate) ** 2)))


def level_db(samples: np.ndarray, low_hz: float, rate: int) -> float:
    """Power between low_hz and low_hz + 500 Hz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    return float(10 * np.log10(power[(hertz >= low_hz) & (hertz < low_hz + 500)].sum()))


@pytest.mark.parametrize("rate", [8000, 22_050, 44_056, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("kbit_s", [320.0, 64.0, 8.0])
def test_every_rate_keeps_its_length_and_its_time(rate, kbit_s):
    audio = noise(rate, 1.0)
    changed = apply(audio, kbit_s)
    assert (len(changed.samples), changed.rate) == (len(audio.samples), rate)
    assert lag(audio.samples, changed.samples) == 0


def test_fewer_bits_leave_more_error():
    audio = noise()
    errors = [snr_db(audio.samples, apply(audio, kbit_s).samples) for kbit_s in (320.0, 128.0, 64.0, 32.0, 16.0, 8.0)]
    assert errors[0] > TRANSPARENT_DB
    assert errors == sorted(errors, reverse=True)


def test_thirty_two_kilobits_sound_as_those_of_another_build_of_lame():
    audio = noise(22_050, 4.0)
    stream = io.BytesIO()
    # libsndfile's compression level goes linearly from 160 to 8 kbit/s at this rate; the bytes below say so.
    soundfile.write(
        stream,
        audio.samples,
        audio.rate,
        format="MP3",
        subtype="MPEG_LAYER_III",
        compression_level=(160 - 32) / (160 - 8),
        bitrate_mode="CONSTANT",
    )
    assert len(stream.getvalue()) * 8 / audio.duration_s == pytest.approx(32_000, rel=0.05)
    reference = soundfile.read(io.BytesIO(stream.getvalue()))[0]
    ours = apply(audio, 32.0).samples
    for low_hz in BANDS_HZ:
        assert level_db(ours, low_hz, 22_050) == pytest.approx(
            level_db(reference, low_hz, 22_050), abs=SAME_ENCODER_DB
        ), low_hz


def test_the_top_of_the_spectrum_goes_first():
    """LAME's low-pass for 32 kbit/s mono lies at 8.25 kHz."""
    audio = noise()
    changed = apply(audio, 32.0)
    assert level_db(changed.samples, 4000, RATE) > level_db(audio.samples, 4000, RATE) - 3
    assert level_db(changed.samples, 10_000, RATE) < level_db(audio.samples, 10_000, RATE) - 30


@pytest.mark.parametrize(
    ("own", "kbit_s", "expected"),
    [
        (44_100, 128, 44_100),
        (44_100, 32, 22_050),
        (44_100, 16, 16_000),
        (44_100, 8, 8000),
        (8000, 128, 16_000),
        (8000, 320, 32_000),
        (96_000, 192, 48_000),
        (32_000, 64, 32_000),
        (44_056, 64, 44_100),
    ],
)
def test_it_is_encoded_at_a_rate_that_has_the_bit_rate(own, kbit_s, expected):
    assert encoding_rate(own, kbit_s) == expected
    assert kbit_s in BIT_RATES[expected]


def test_a_bit_rate_that_mp3_does_not_have_is_refused():
    with pytest.raises(EarmarkError, match=r"has no level 100; there are 8, 16, .* 320 kbit/s"):
        apply(noise(seconds=0.2), 100.0)


def test_what_is_louder_than_full_scale_is_not_clipped():
    audio = noise()
    loud = Audio(samples=6.0 * audio.samples, rate=RATE)
    assert np.abs(apply(loud, 192.0).samples).max() == pytest.approx(3.0, rel=0.1)


def test_a_twentieth_of_a_second_is_encoded():
    audio = noise(seconds=0.05)
    changed = apply(audio, 128.0)
    assert len(changed.samples) == len(audio.samples)
    assert lag(audio.samples, changed.samples) == 0
