"""The benchmark harness for music embeddings.

>>> from earmark import run
>>> result = run("log-mel", "etudes")  # doctest: +SKIP

A plugin needs `ModelInfo` and `hookimpl`; a program `run`, which gives a `Result`.
Names are imported on first use, so that a plugin's import costs no torch.
"""

from importlib import import_module, metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.audio import Audio
    from earmark.dataset import Dataset, DatasetInfo, ReaderInfo, Track
    from earmark.errors import EarmarkError, PluginError
    from earmark.hookspecs import hookimpl
    from earmark.model import AdapterInfo, Model, ModelInfo, Recorded, TrackModel
    from earmark.perturbation import Condition, Perturbation, Preset
    from earmark.protocol import run, run_each
    from earmark.result import Result
    from earmark.target import Target, Timeline
    from earmark.task import Benchmark, Task
    from earmark.trainer import TrainerInfo
    from earmark.translator import TranslatorInfo
    from earmark.weights import load_weights

__version__ = metadata.version("earmark")
__all__ = [
    "AdapterInfo",
    "Audio",
    "Benchmark",
    "Condition",
    "Dataset",
    "DatasetInfo",
    "EarmarkError",
    "Model",
    "ModelInfo",
    "Perturbation",
    "PluginError",
    "Preset",
    "ReaderInfo",
    "Recorded",
    "Result",
    "Target",
    "Task",
    "Timeline",
    "Track",
    "TrackModel",
    "TrainerInfo",
    "TranslatorInfo",
    "hookimpl",
    "load_weights",
    "run",
    "run_each",
]

HOMES = {
    "AdapterInfo": "model",
    "Audio": "audio",
    "Benchmark": "task",
    "Condition": "perturbation",
    "Dataset": "dataset",
    "DatasetInfo": "dataset",
    "EarmarkError": "errors",
    "Model": "model",
    "ModelInfo": "model",
    "Perturbation": "perturbation",
    "PluginError": "errors",
    "Preset": "perturbation",
    "ReaderInfo": "dataset",
    "Recorded": "model",
    "Result": "result",
    "Target": "target",
    "Task": "task",
    "Timeline": "target",
    "Track": "dataset",
    "TrackModel": "model",
    "TrainerInfo": "trainer",
    "TranslatorInfo": "translator",
    "hookimpl": "hookspecs",
    "load_weights": "weights",
    "run": "protocol",
    "run_each": "protocol",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home when it is first asked for."""
    if name not in HOMES:
        raise AttributeError(f"module 'earmark' has no attribute {name!r}")
    return getattr(import_module(f"earmark.{HOMES[name]}"), name)
