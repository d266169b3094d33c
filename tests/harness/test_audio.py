import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.audio import Audio, AudioBytes, AudioFile, decode, resample
from earmark.errors import AudioError

RATE = 22_050
LOSSY = 0.05  # mp3, ogg and opus change samples, but not by more than this on a quiet tone
ALIAS_DB = -100.0  # soxr HQ is specified beyond this


def tone(frequency_hz: float, rate: int = RATE, duration_s: float = 1.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * frequency_hz * np.arange(int(rate * duration_s)) / rate)).astype(np.float32)


def encode(samples: np.ndarray, rate: int, **form: str) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, **form)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "MP3"])
def test_every_format_decodes_to_its_samples(form: str) -> None:
    decoded = decode(encode(tone(440), RATE, format=form))
    assert decoded.rate == RATE
    assert abs(decoded.samples[2000:20000] - tone(440)[2000:20000]).max() < LOSSY


def test_opus_decodes_at_its_own_rate() -> None:
    decoded = decode(encode(tone(440, 48_000), 48_000, format="OGG", subtype="OPUS"))
    assert decoded.rate == 48_000
    assert decoded.duration_s == pytest.approx(1.0, abs=0.05)


def test_stereo_is_mixed_by_the_mean_of_its_channels() -> None:
    left, right = tone(440), tone(660)
    decoded = decode(encode(np.stack([left, right], 1), RATE, format="WAV", subtype="FLOAT"))
    np.testing.assert_allclose(decoded.samples, (left + right) / 2, atol=1e-7)  # float32 rounding


@pytest.mark.parametrize(
    ("encoded", "reason"),
    [
        (b"not audio at all", "no audio"),
        (b"", "no audio"),
        (encode(np.zeros(0, np.float32), RATE, format="WAV"), "no samples"),
        (encode(np.array([0.1, np.nan], np.float32), RATE, format="WAV", subtype="FLOAT"), "NaN"),
        (encode(np.array([0.1, np.inf], np.float32), RATE, format="WAV", subtype="FLOAT"), "NaN or infinite"),
    ],
    ids=["text", "nothing", "no-samples", "nan", "infinite"],
)
def test_what_cannot_be_heard_is_refused_by_name(encoded: bytes, reason: str) -> None:
    with pytest.raises(AudioError, match=f"song.wav: .*{reason}"):
        decode(encoded, "song.wav")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"gone\.wav: cannot be read"):
        AudioFile(tmp_path / "gone.wav").read()


def test_bytes_are_fetched_when_they_are_read() -> None:
    assert AudioBytes("row 3", lambda: b"abc").read() == b"abc"


def test_resampling_keeps_a_tone_and_leaves_no_alias() -> None:
    spectrum = np.abs(
        np.fft.rfft(resample(Audio(samples=tone(10_000), rate=RATE), 16_000).samples * np.hanning(16_000))
    )
    reference = np.abs(np.fft.rfft(tone(4_000, 16_000) * np.hanning(16_000))).max()
    assert 20 * np.log10(spectrum[100:7_500].max() / reference) < ALIAS_DB


def test_an_audio_at_the_right_rate_is_left_alone() -> None:
    audio = Audio(samples=tone(440), rate=RATE)
    assert resample(audio, RATE) is audio
