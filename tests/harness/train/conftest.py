"""The toy network, its recordings, and a training of it that nobody interrupts."""

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from earmark.protocol import Recordings
from earmark.train import train
from earmark.trainer import Phase, TrainerInfo

TOY = Path(__file__).parent / "toy.py"


@pytest.fixture(scope="session")
def toy_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("toy", TOY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def toy(toy_module: ModuleType) -> TrainerInfo:
    return toy_module.TOY


@pytest.fixture(scope="session")
def tones(toy_module: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    return toy_module.recordings(toy_module.write_world(tmp_path_factory.mktemp("tones")))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def whole(toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights that an uninterrupted training ends with."""
    out = tmp_path_factory.mktemp("whole") / "whole.safetensors"
    train(toy, tones, out=out, cache=cache, workers=1)
    return out


@pytest.fixture(scope="session")
def toy_with(toy: TrainerInfo) -> Callable[..., TrainerInfo]:
    """Return the toy with other phases."""

    def change(*phases: Phase) -> TrainerInfo:
        return replace(toy, recipes={"tiny": replace(toy.recipes["tiny"], phases=phases)})

    return change
