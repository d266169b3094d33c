"""Small tables of short recordings, as a user would have them."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.dataset import Dataset
from earmark_benchmarks.table import provide_readers

RATE = 8_000
FORMATS = {".opus": {"format": "OGG", "subtype": "OPUS"}}
"""What soundfile does not tell from the suffix."""
SPLITS = ("train", "train", "valid", "valid", "test", "test")


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Writes a noise of some seconds into the table's folder, in the format of its suffix."""

    def write(name: str, seconds: float = 0.1, rate: int = RATE, channels: int = 1) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(0).uniform(-0.5, 0.5, (int(seconds * rate), channels))
        soundfile.write(path, noise, rate, **FORMATS.get(path.suffix, {}))
        return path

    return write


@pytest.fixture
def rows(record: Callable[..., Path]) -> list[dict[str, str]]:
    """Six sound rows of two genres, two in each split."""
    for n in range(6):
        record(f"{n}.wav")
    return [{"path": f"{n}.wav", "genre": "ab"[n % 2], "split": split} for n, split in enumerate(SPLITS)]


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a CSV file: the first of them stands on line 2."""

    def write(rows: list[dict[str, str]], name: str = "tracks.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def read() -> Callable[..., Dataset]:
    """Reads a table by the reader that accepts it, as the command line does."""

    def open_table(path: Path, **options: object) -> Dataset:
        return next(r for r in provide_readers() if r.accepts(path)).read(path, **options)

    return open_table
