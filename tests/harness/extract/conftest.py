"""Recordings and models for tests of the extraction."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from earmark.audio import AudioFile
from earmark.dataset import Track
from earmark.model import ModelInfo, OpenedModel
from earmark.store import Store

RATE_HZ = 1_000  # low, so that a second is quick
OpenModel = Callable[[], OpenedModel]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Track]:
    """Write samples to a WAV file and return it as a track."""

    def make(name: str, samples: np.ndarray, rate: int = RATE_HZ) -> Track:
        path = tmp_path / f"{name}.wav"
        soundfile.write(path, np.asarray(samples, np.float32), rate, subtype="FLOAT")
        return Track(id=name, group=name, split="train", source=AudioFile(path), labels={})

    return make


@pytest.fixture
def noise(record: Callable[..., Track]) -> Callable[..., list[Track]]:
    """Write tracks of seeded noise of the given lengths in seconds."""

    def make(*durations_s: float, rate: int = RATE_HZ) -> list[Track]:
        return [
            record(f"t{i}", np.random.default_rng(i).normal(0, 0.1, round(d * rate)), rate)
            for i, d in enumerate(durations_s)
        ]

    return make


@pytest.fixture
def opener() -> Callable[..., OpenModel]:
    """Make a function that opens a model from its embed function; local classes, as in a user's notebook."""

    def make(embed: Callable[..., object], **known: object) -> OpenModel:
        class Local:
            def __init__(self) -> None:
                self.hear = embed

            def embed(self, audio: object) -> object:
                return self.hear(audio)

        def open_model() -> OpenedModel:
            about = {"name": "local", "version": "1", "sample_rate": 1_000, "dim": 2, "load": Local} | known
            info = ModelInfo(**about)
            return OpenedModel(info=info, model=info.load())

        return open_model

    return make


@pytest.fixture
def mean_and_energy(opener: Callable[..., OpenModel]) -> Callable[..., OpenModel]:
    """Open a model of 10 frames a second: the mean and mean square of 100 samples each; dim 2."""

    def embed(audio):  # type: ignore[no-untyped-def]
        frames = audio.unfold(-1, 100, 100)
        return torch.stack([frames.mean(-1), (frames**2).mean(-1)], dim=-1)

    return lambda **known: opener(embed, **({"window_s": 1.0} | known))
