"""A toy architecture and a toy data set: tones that any network learns in seconds.

Also a program that trains the one on the other and kills itself: ``python toy.py TABLE OUT CACHE RENAMES``.
"""

import os
import signal
import sys
from pathlib import Path

import numpy as np
import soundfile
import torch

from earmark.protocol import Recordings
from earmark.train import loop, train
from earmark.trainer import Phase, Recipe, TrainerInfo

RATE = 2000
WINDOW = 1000
GENRES = ("low", "high")
PITCH_HZ = {"low": 150.0, "high": 600.0}
DIM = 8


class Toy(torch.nn.Module):
    """Another architecture than the bundled one: a linear map of the spectrum, with all that holds a state."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.normalise = torch.nn.BatchNorm1d(1)
        self.dense = torch.nn.Linear(WINDOW // 2 + 1, DIM)
        self.dropout = torch.nn.Dropout(0.5)
        self.logits = torch.nn.Linear(DIM, outputs)

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        return self.logits(self.dropout(self.embed(audio)["dense"][:, 0]))

    def embed(self, audio: torch.Tensor) -> dict[str, torch.Tensor]:
        spectrum = torch.fft.rfft(audio[:, :WINDOW], n=WINDOW).abs()[:, None]
        return {"dense": torch.relu(self.dense(self.normalise(spectrum)))}


def build(size: str, outputs: int) -> Toy:
    return Toy(outputs)


TOY = TrainerInfo(
    name="toy",
    version="1",
    sample_rate=RATE,
    window_samples=WINDOW,
    recipes={
        "tiny": Recipe(
            phases=(
                Phase(epochs=3, optimizer="adam", learning_rate=1e-2),
                Phase(epochs=2, optimizer="sgd", learning_rate=1e-2, momentum=0.9),
                Phase(epochs=1, optimizer="sgd", learning_rate=1e-3, momentum=0.9),
            ),
            batch_size=4,
            crops=2,
            chunks=3,
        )
    },
    layers={"tiny": {"dense": DIM}},
    build=build,
    license="Apache-2.0",
    source="a test",
)


def tone(genre: str, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=2 * RATE) * 0.02
    pitch = PITCH_HZ[genre] * (1 + 0.01 * (seed % 7))
    return (0.3 * np.sin(2 * np.pi * pitch * np.arange(2 * RATE) / RATE) + noise).astype(np.float32)


def write_world(folder: Path, rows: int = 16) -> Path:
    """Write a table of tones whose pitch is the genre, with one target that some tracks lack."""
    lines = ["id,path,group,split,genre,instrument,vocal"]
    for i in range(rows):
        genre, split = GENRES[i % 2], ("train", "train", "train", "train", "valid", "valid", "test", "test")[i % 8]
        soundfile.write(folder / f"{i}.wav", tone(genre, i), RATE, subtype="FLOAT")
        vocal = ("yes", "no", "", "")[i % 4] if i % 3 else ("no", "yes")[i % 2]
        lines.append(f"t{i},{i}.wav,g{i},{split},{genre},{('sine', 'sine;tone')[i % 2]},{vocal}")
    (folder / "tones.csv").write_text("\n".join(lines) + "\n")
    return folder / "tones.csv"


def recordings(table: Path) -> Recordings:
    return Recordings(path=table, targets={"genre": "genre", "instrument": "instrument", "vocal": "vocal"})


def die_at_rename(count: int) -> None:
    """Let the process be killed when it is about to rename for the `count`-th time."""
    replace, left = Path.replace, iter(range(count - 1))

    def rename(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    Path.replace = rename  # type: ignore[method-assign]


if __name__ == "__main__":
    table, out, cache, renames = sys.argv[1:]
    loop.SAVE_EVERY_S = 0.0  # after every step
    die_at_rename(int(renames))
    train(TOY, recordings(Path(table)), out=out, cache=cache, workers=1)
