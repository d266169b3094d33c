"""Small worlds whose labels can be heard exactly: clicks at a tempo, triads of a key; and models that hear them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.protocol import Recordings
from earmark.target import KEYS

RATE_HZ = 8_000
SECONDS = 8.0
Clicks = Callable[[float, int, float], np.ndarray]
SPEED = 1.25
TEMPI_BPM = tuple(80 * SPEED**step for step in range(-1, 3))  # 64, 80, 100, 125: a stretch leads from one to the next
SCALE_HZ = 261.63 * 2 ** (np.arange(24) / 12)  # from C4
TIMBRES = {"pure": (1.0,), "reedy": (1.0, 0.1, 0.4, 0.05, 0.2), "bright": (1.0, 0.6, 0.4, 0.3, 0.2)}


def cadence(key: str, timbre: str, seed: int, chord_s: float = 0.7) -> np.ndarray:
    """Tonic, subdominant, dominant and tonic as triads, in a tuning of its own; a minor key has a major dominant."""
    random = np.random.default_rng(seed)
    index, minor = KEYS.index(key) % 12, KEYS.index(key) >= 12
    third, tuning = (3 if minor else 4), 2 ** (random.uniform(-0.1, 0.1) / 12)
    chords = [(0, third, 7), (5, 5 + third, 12), (7, 11, 14), (0, third, 7)]
    t = np.arange(round(chord_s * RATE_HZ)) / RATE_HZ
    fade = np.minimum(1, 20 * np.minimum(t, chord_s - t))
    return np.concatenate([
        fade * sum(_tone((index + note) % 24, timbre, tuning, t) for note in chord) for chord in chords
    ]).astype(np.float32)  # fmt: skip


def _tone(step: int, timbre: str, tuning: float, t: np.ndarray) -> np.ndarray:
    partials = enumerate(TIMBRES[timbre], start=1)
    return sum(0.1 * a * np.sin(2 * np.pi * n * tuning * SCALE_HZ[step] * t) for n, a in partials)  # type: ignore[return-value]


@pytest.fixture(scope="session")
def click_table(clicks: Clicks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four tempi to learn, of which the two in the middle are tested; two recordings of each group."""
    folder = tmp_path_factory.mktemp("clicks")
    lines = ["id,path,group,split,tempo"]
    for split, tempi, many in (("train", TEMPI_BPM, 6), ("valid", TEMPI_BPM, 3), ("test", TEMPI_BPM[1:3], 6)):
        for place, bpm in enumerate(tempi):
            for n in range(many):
                name = f"{split}-{bpm:g}-{n}"
                soundfile.write(folder / f"{name}.flac", clicks(bpm, 100 * place + n, SECONDS), RATE_HZ)
                lines.append(f"{name},{name}.flac,{split}-{place}-{n // 2},{split},{bpm:.6f}")
    (folder / "clicks.csv").write_text("\n".join(lines) + "\n")
    return folder / "clicks.csv"


@pytest.fixture(scope="session")
def key_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cadences in all 24 keys: each key five times to learn, once to choose, twice to test."""
    folder = tmp_path_factory.mktemp("keys")
    lines = ["id,path,group,split,key"]
    for n, split in enumerate(("train",) * 5 + ("valid",) + ("test",) * 2):
        timbre = list(TIMBRES)[n % len(TIMBRES)]
        for place, key in enumerate(KEYS):
            name = f"{place}-{n}"
            soundfile.write(folder / f"{name}.flac", cadence(key, timbre, 100 * n + place), RATE_HZ)
            lines.append(f"{name},{name}.flac,{split}-{place}-{n},{split},{key}")
    (folder / "keys.csv").write_text("\n".join(lines) + "\n")
    return folder / "keys.csv"


@pytest.fixture
def recordings() -> Callable[..., Recordings]:
    """The user's own recordings, by table and targets."""

    def of(table: Path, *targets: str) -> Recordings:
        return Recordings(path=table, targets={target: target for target in targets})

    return of
