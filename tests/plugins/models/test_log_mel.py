import librosa
import numpy as np
import torch

from earmark_plugins.models import log_mel

LIBROSA_TOLERANCE = 1e-4  # of a range of 0 to 4: float32 against librosa's own order of sums
INTERIOR = slice(4, -4)  # librosa pads by half a window, earmark by half a window less half a hop


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    samples = round(seconds * log_mel.RATE_HZ)
    return np.random.default_rng(seed).normal(0.0, 0.1, samples).astype(np.float32)


def embed(audio: np.ndarray) -> np.ndarray:
    return log_mel.LogMel().embed(torch.from_numpy(audio)[None])[0].numpy()


def test_frames_equal_librosas_mel_spectrogram():
    audio = noise(1.0)
    left = (log_mel.WINDOW_SAMPLES - log_mel.HOP_SAMPLES) // 2
    padded = np.pad(audio, (left, log_mel.WINDOW_SAMPLES))
    power = librosa.feature.melspectrogram(
        y=padded, sr=16_000, n_fft=1024, hop_length=160, n_mels=96, center=False, norm=None
    )
    amplitude_scale = 2 / librosa.filters.get_window("hann", 1024).sum()  # a full-scale sine peaks at one
    expected = np.log10(1 + 10_000 * power * amplitude_scale**2).T
    np.testing.assert_allclose(embed(audio), expected[:100], atol=LIBROSA_TOLERANCE)


def test_there_is_one_frame_for_each_10_ms_begun():
    assert embed(noise(2.0)).shape == (200, 96)
    assert embed(noise(2.001)).shape == (201, 96)


def test_silence_embeds_to_zeros():
    assert not embed(np.zeros(16_000, dtype=np.float32)).any()


def test_a_full_scale_sine_reads_0_db_in_its_band():
    hertz = librosa.mel_frequencies(n_mels=98, fmax=8_000)[60]  # the centre of band 59
    time_s = np.arange(16_000) / 16_000
    frames = embed(np.sin(2 * np.pi * hertz * time_s).astype(np.float32))
    assert frames.mean(0).argmax() == 59
    # Hann's main lobe sums to 1.5 bins of power, and a 16 Hz bin off the peak the triangle has lost little
    assert 4.0 < frames[INTERIOR, 59].mean() < np.log10(1.5e4)
