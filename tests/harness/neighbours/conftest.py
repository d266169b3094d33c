"""Clicks at four tempi that have nothing to do with their genre, and models that hear the tempo or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark import ModelInfo
from earmark.protocol import Recordings

RATE_HZ = 8_000
SECONDS = 6.0
SPEED = 1.25
TEMPI_BPM = tuple(80 * SPEED**step for step in range(-1, 3))  # 64, 80, 100, 125: a stretch leads from one to the next
SPLITS = {"train": TEMPI_BPM * 7, "valid": TEMPI_BPM * 4, "test": TEMPI_BPM[1:3] * 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table."""

    id: str
    path: Path
    split: str
    tempo: float | None
    genre: str
    group: str = ""

    @property
    def cells(self) -> dict[str, str]:
        tempo = "" if self.tempo is None else f"{self.tempo:.6f}"
        own = {"id": self.id, "path": str(self.path), "group": self.group or self.id, "split": self.split}
        return {**own, "tempo": tempo, "genre": self.genre}


def clicks(bpm: float, seed: int) -> np.ndarray:
    """Short clicks at a tempo, from a place in the first beat that the seed draws."""
    random = np.random.default_rng(seed)
    found = np.zeros(round(SECONDS * RATE_HZ), np.float32)
    click = np.exp(-np.arange(200) / 40) * np.sin(np.arange(200))
    for start in np.arange(random.uniform(0, 60 / bpm), SECONDS - 0.05, 60 / bpm):
        place = round(start * RATE_HZ)
        found[place : place + 200] += 0.5 * click
    return found + random.normal(0, 1e-4, len(found)).astype(np.float32)


@pytest.fixture(scope="session")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[Row, ...]:
    """Fifty recordings, each a group of its own: of every tempo more than ten, and of both genres at each."""
    folder, found = tmp_path_factory.mktemp("clicks"), []
    for split, tempi in SPLITS.items():
        for n, bpm in enumerate(tempi):
            name = f"{split}-{n}"
            soundfile.write(folder / f"{name}.flac", clicks(bpm, len(found)), RATE_HZ)
            genre = "odd" if (n // len(set(tempi))) % 2 else "even"  # as often at every tempo
            found.append(Row(id=name, path=folder / f"{name}.flac", split=split, tempo=bpm, genre=genre))
    return tuple(found)


@pytest.fixture(scope="session")
def table_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Recordings]:
    """Recordings of the user's own from some rows; targets as the columns are called."""

    def of(rows: Sequence[Row], *targets: str) -> Recordings:
        path = tmp_path_factory.mktemp("own") / "clicks.csv"
        lines = [",".join(rows[0].cells), *(",".join(row.cells.values()) for row in rows)]
        path.write_text("\n".join(lines) + "\n")
        return Recordings(path=path, targets={target: target for target in targets})

    return of


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


class Noise:
    """Draws a vector from the samples: the same for the same audio, and otherwise of no meaning."""

    def embed(self, audio):  # type: ignore[no-untyped-def]
        seeds = [int(np.abs(np.asarray(row)).sum() * 1e6) for row in audio]
        return np.stack([np.random.default_rng(seed).standard_normal((1, 6)) for seed in seeds]).astype(np.float32)


@pytest.fixture
def click_rate() -> ModelInfo:
    return ModelInfo(name="click-rate", version="1", sample_rate=RATE_HZ, dim=30, load=ClickRate)


@pytest.fixture
def constant() -> ModelInfo:
    return ModelInfo(name="constant", version="1", sample_rate=RATE_HZ, dim=3, load=Constant)


@pytest.fixture
def noise() -> ModelInfo:
    return ModelInfo(name="noise", version="1", sample_rate=RATE_HZ, dim=6, load=Noise)
