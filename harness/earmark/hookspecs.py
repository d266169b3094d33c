"""Every hook through which something enters earmark by name. Each returns a list."""

import pluggy

from earmark.dataset import DatasetInfo, ReaderInfo
from earmark.model import AdapterInfo, ModelInfo
from earmark.perturbation import Perturbation, Preset
from earmark.task import Benchmark
from earmark.trainer import TrainerInfo
from earmark.translator import TranslatorInfo

PROJECT = "earmark"
"""Also the entry-point group: ``[project.entry-points.earmark]``."""
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def provide_models() -> list[ModelInfo]:  # type: ignore[empty-body]
    """Return the models that this plugin brings."""


@hookspec
def provide_adapters() -> list[AdapterInfo]:  # type: ignore[empty-body]
    """Return the adapters that open models which exist behind some interface."""


@hookspec
def provide_trainers() -> list[TrainerInfo]:  # type: ignore[empty-body]
    """Return the recipes that this plugin brings for training reference models."""


@hookspec
def provide_datasets() -> list[DatasetInfo]:  # type: ignore[empty-body]
    """Return the data sets that this plugin can make or read from the user's disk."""


@hookspec
def provide_readers() -> list[ReaderInfo]:  # type: ignore[empty-body]
    """Return the readers that open what a user names with ``--data``."""


@hookspec
def provide_perturbations() -> list[Perturbation]:  # type: ignore[empty-body]
    """Return the changes of audio that this plugin brings."""


@hookspec
def provide_presets() -> list[Preset]:  # type: ignore[empty-body]
    """Return the lists of conditions that this plugin brings, such as those of a paper."""


@hookspec
def provide_translators() -> list[TranslatorInfo]:  # type: ignore[empty-body]
    """Return what moves embeddings to another tempo."""


@hookspec
def provide_benchmarks() -> list[Benchmark]:  # type: ignore[empty-body]
    """Return the benchmarks that this plugin defines over its data sets."""
