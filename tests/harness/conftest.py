"""A tiny world: tones whose pitch is the genre and whose loudness is the tempo, in a table on disk."""

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
