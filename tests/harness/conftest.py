"""A tiny world: tones whose pitch is the genre and whose loudness is the tempo, in a table on disk."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark import ModelInfo

RATE = 8000
GENRES = ("low", "mid", "high")
PITCH_HZ = {"low": 200.0, "mid": 600.0, "high": 1800.0}
SPLITS = ("train",) * 5 + ("valid",) * 2 + ("test",) * 3


def tone(genre: str, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=6 * RATE) * 0.02
    pitch = PITCH_HZ[genre] * (1 + 0.01 * (seed % 7))
    return (0.3 * np.sin(2 * np.pi * pitch * np.arange(6 * RATE) / RATE) + noise).astype(np.float32)


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    lines = ["id,path,group,split,genre,tempo,segmentation"]
    for i in range(60):
        genre, split = GENRES[i % 3], SPLITS[i % 10]
        soundfile.write(folder / f"{i}.wav", tone(genre, i), RATE)
        lines.append(f"t{i},{i}.wav,g{i},{split},{genre},{60 + i},0-3:a; 3-6:b")
    (folder / "tracks.csv").write_text("\n".join(lines) + "\n")
    return folder / "tracks.csv"


class Bands:
    """Energy in eight bands of each tenth of a second."""

    def embed(self, audio):
        frames = audio.unfold(1, 800, 800)
        spectrum = (frames * 1.0).numpy()
        energy = np.abs(np.fft.rfft(spectrum, axis=2))[:, :, :400] ** 2
        return np.log1p(energy.reshape(*energy.shape[:2], 8, 50).sum(3)).astype(np.float32)


@pytest.fixture
def bands() -> ModelInfo:
    return ModelInfo(name="bands", version="1", sample_rate=RATE, dim=8, load=Bands)


def _clicks(bpm: float, seed: int, seconds: float) -> np.ndarray:
    """Short clicks at a tempo, from a place in the first beat that the seed draws."""
    random = np.random.default_rng(seed)
    found = np.zeros(round(seconds * RATE), np.float32)
    click = np.exp(-np.arange(200) / 40) * np.sin(np.arange(200))
    for start in np.arange(random.uniform(0, 60 / bpm), seconds - 0.05, 60 / bpm):
        place = round(start * RATE)
        found[place : place + 200] += 0.5 * click
    return found + random.normal(0, 1e-4, len(found)).astype(np.float32)


@pytest.fixture(scope="session")
def clicks() -> Callable[[float, int, float], np.ndarray]:
    """Makes clicks at a tempo in BPM, by a seed, for so many seconds."""
    return _clicks


class ClickRate:
    """Hears the tempo: 30 steps from 50 to 160 BPM, of which the one lights up whose beats the energy repeats at."""

    STEPS_BPM = np.geomspace(50, 160, 30)

    def embed(self, audio):  # type: ignore[no-untyped-def]
        energy = np.asarray(audio)[:, : audio.shape[1] // 40 * 40].reshape(len(audio), -1, 40) ** 2
        return np.stack([self._one(row.sum(axis=1)) for row in energy])[:, None].astype(np.float32)

    def _one(self, energy: np.ndarray) -> np.ndarray:
        """Of the energy in steps of 5 ms."""
        smooth = np.convolve(energy, np.hanning(9), "same")
        spectrum = np.abs(np.fft.rfft(smooth, 2 * len(smooth))) ** 2
        alike = np.fft.irfft(spectrum)[: len(smooth)]
        lags = np.arange(72, 250)  # 167 down to 48 BPM
        bpm = 60 / (0.005 * lags[np.argmax(alike[lags])])
        return np.exp(-0.5 * (np.log(self.STEPS_BPM / bpm) / 0.04) ** 2)


class Constant:
    """Hears nothing."""

    def embed(self, audio):  # type: ignore[no-untyped-def]
        return np.ones((len(audio), 1, 3), np.float32)


@pytest.fixture
def click_rate() -> ModelInfo:
    return ModelInfo(name="click-rate", version="1", sample_rate=RATE, dim=30, load=ClickRate)


@pytest.fixture
def constant() -> ModelInfo:
    return ModelInfo(name="constant", version="1", sample_rate=RATE, dim=3, load=Constant)
