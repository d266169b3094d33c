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
Clicks = Callable[[float, int, float], np.ndarray]
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


@pytest.fixture(scope="session")
def rows(clicks: Clicks, tmp_path_factory: pytest.TempPathFactory) -> tuple[Row, ...]:
    """Fifty recordings, each a group of its own: of every tempo more than ten, and of both genres at each."""
    folder, found = tmp_path_factory.mktemp("clicks"), []
    for split, tempi in SPLITS.items():
        for n, bpm in enumerate(tempi):
            name = f"{split}-{n}"
            soundfile.write(folder / f"{name}.flac", clicks(bpm, len(found), SECONDS), RATE_HZ)
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


class Noise:
    """Draws a vector from the samples: the same for the same audio, and otherwise of no meaning."""

    def embed(self, audio):  # type: ignore[no-untyped-def]
        seeds = [int(np.abs(np.asarray(row)).sum() * 1e6) for row in audio]
        return np.stack([np.random.default_rng(seed).standard_normal((1, 6)) for seed in seeds]).astype(np.float32)


@pytest.fixture
def noise() -> ModelInfo:
    return ModelInfo(name="noise", version="1", sample_rate=RATE_HZ, dim=6, load=Noise)
