"""MIDI through a SoundFont becomes sound of the right pitch and length."""

import io
from pathlib import Path

import numpy as np
import pretty_midi
import pytest

from earmark.errors import DatasetError
from earmark_benchmarks.etudes.render import RATE, fit, read_soundfont, render, soundfont_path

PITCH_TOLERANCE = 0.006
"""Ten cents: the samples of a SoundFont are tuned by ear."""
TRUMPET = 56


def midi_of(pitch: int, *, volume: int = 100) -> bytes:
    player = pretty_midi.Instrument(TRUMPET)
    player.notes.append(pretty_midi.Note(volume, pitch, 0.0, 1.8))
    song = pretty_midi.PrettyMIDI()
    song.instruments.append(player)
    held = io.BytesIO()
    song.write(held)
    return held.getvalue()


@pytest.fixture(scope="module")
def soundfont() -> bytes:
    return read_soundfont(soundfont_path())


@pytest.mark.parametrize(("pitch", "expected_hz"), [(69, 440.0), (76, 659.26)])
def test_a_note_sounds_at_its_pitch(soundfont: bytes, pitch: int, expected_hz: float) -> None:
    played = render(midi_of(pitch), soundfont, 2.0)
    spectrum = np.abs(np.fft.rfft(played[RATE // 2 : 3 * RATE // 2] * np.hanning(RATE)))
    lowest = round(0.7 * expected_hz)  # one second: a bin is one hertz
    found_hz = float(np.argmax(spectrum[lowest : 2 * lowest]) + lowest)
    assert found_hz == pytest.approx(expected_hz, rel=PITCH_TOLERANCE)


def test_the_length_is_what_was_asked(soundfont: bytes) -> None:
    for duration_s in (1.0, 2.5):
        assert len(render(midi_of(60), soundfont, duration_s)) == round(duration_s * RATE)


def test_rendering_again_gives_the_same_samples(soundfont: bytes) -> None:
    once, again = (render(midi_of(64), soundfont, 1.0) for _ in range(2))
    np.testing.assert_array_equal(once, again)


def test_fit_cuts_and_fills_with_silence() -> None:
    np.testing.assert_array_equal(fit(np.ones(3), 2), [1, 1])
    np.testing.assert_array_equal(fit(np.ones(3), 5), [1, 1, 1, 0, 0])


def test_a_soundfont_that_is_not_there_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"No SoundFont file is at .*nowhere\.sf2"):
        soundfont_path(tmp_path / "nowhere.sf2")


def test_a_file_that_is_no_soundfont_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.sf2"
    path.write_bytes(b"RIFF....WAVE" + bytes(100))
    with pytest.raises(DatasetError, match=r"song\.sf2: is no SoundFont"):
        read_soundfont(path)


def test_a_torn_soundfont_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "torn.sf2"
    path.write_bytes(soundfont_path().read_bytes()[:5000])
    with pytest.raises(DatasetError, match=r"torn\.sf2: the SoundFont cannot be used"):
        read_soundfont(path)
