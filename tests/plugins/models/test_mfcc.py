import librosa
import numpy as np
import scipy.fft
import torch

from earmark_plugins.models import mfcc

DB_TOLERANCE = 2e-3  # of coefficients up to a few hundred dB: float32 against float64


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(0).normal(0.0, 0.1, round(seconds * mfcc.RATE_HZ)).astype(np.float32)


def embed(audio: np.ndarray) -> np.ndarray:
    return mfcc.Mfcc().embed(torch.from_numpy(audio)[None])[0].numpy()


def reference_cepstra(audio: np.ndarray) -> np.ndarray:
    """Mel powers by librosa, the cosine transform by scipy: [frames, 40]."""
    padded = np.pad(audio, ((1024 - 320) // 2, 1024)).astype(np.float64)
    power = librosa.feature.melspectrogram(
        y=padded, sr=32_000, n_fft=1024, hop_length=320, n_mels=96, center=False, norm=None
    )
    amplitude_scale = 2 / librosa.filters.get_window("hann", 1024).sum()
    decibels = 10 * np.log10(power * amplitude_scale**2 + mfcc.FLOOR)
    return scipy.fft.dct(decibels.T, norm="ortho")[: len(audio) // 320, :40]


def test_coefficients_equal_those_of_librosa_and_scipy():
    audio = noise(1.0)
    np.testing.assert_allclose(embed(audio)[:, :40], reference_cepstra(audio), atol=DB_TOLERANCE)


def test_slopes_equal_the_size_of_librosas_deltas():
    audio = noise(1.0)
    deltas = librosa.feature.delta(reference_cepstra(audio).T, width=9, mode="nearest").T
    np.testing.assert_allclose(embed(audio)[:, 40:], np.abs(deltas), atol=DB_TOLERANCE)


def test_a_gain_moves_only_the_first_coefficient():
    loud, soft = embed(noise(1.0)), embed(0.5 * noise(1.0))
    step = 20 * np.log10(2) * np.sqrt(mfcc.BANDS)  # an orthonormal cosine transform of a constant
    np.testing.assert_allclose((loud - soft)[:, 0], step, atol=0.1)  # the floor is far below
    np.testing.assert_allclose((loud - soft)[:, 1:], 0, atol=0.1)


def test_silence_has_a_flat_spectrum_and_does_not_move():
    frames = embed(np.zeros(32_000, dtype=np.float32))
    np.testing.assert_allclose(frames[:, 0], -100 * np.sqrt(mfcc.BANDS), atol=DB_TOLERANCE)
    np.testing.assert_allclose(frames[:, 1:], 0, atol=DB_TOLERANCE)
