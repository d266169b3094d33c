"""Checkpoint: a reference that `bench train` trained, as a model.

``checkpoint:FILE.safetensors``, or the bare path: the JSON beside it says which trainer builds the network. Its
layers are those of the trainer; the last, the penultimate of the network, is taken unless --layers asks for others.
Source: none; the format is earmark's own.
Licence: Apache-2.0, as the rest of earmark; of the weights what their training data allow.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark import AdapterInfo, ModelInfo, hookimpl
from earmark.errors import PluginError
from earmark.registry import installed

if TYPE_CHECKING:
    from earmark.train import Checkpoint
    from earmark.trainer import TrainerInfo

NAME = "checkpoint"


def describe(argument: str) -> ModelInfo:
    """Return what is known of the checkpoint; raises PluginError when it is damaged or its trainer is not there."""
    from earmark.train import read_checkpoint  # noqa: PLC0415 - listing models imports no torch

    path = Path(argument).expanduser()
    checkpoint = read_checkpoint(path)
    trainer, plan = trainer_of(checkpoint, path), checkpoint.plan
    layers = trainer.layers[plan.size]
    return ModelInfo(
        name=checkpoint.name,
        version=checkpoint.version,
        sample_rate=trainer.sample_rate,
        window_s=trainer.window_s,
        dim=list(layers.values())[-1],
        layers=layers,
        load=partial(load, path, trainer, checkpoint),
        license="; ".join(filter(None, (trainer.license, plan.data.license and f"data: {plan.data.license}"))),
        source=f"{trainer.source}; trained by earmark {checkpoint.earmark} on {plan.data.name} {plan.data.version}",
        training_data=(plan.data.name,) if checkpoint.best_epoch else (),  # untrained weights have heard nothing
        summary=trainer.summary,
    )


def trainer_of(checkpoint: "Checkpoint", path: Path) -> "TrainerInfo":
    """Return the trainer that builds the checkpoint's network; raises PluginError when there is none of its version."""
    plan = checkpoint.plan
    trainer = installed().trainers.get(plan.trainer)
    wanted = f"{path} needs the trainer {plan.trainer!r}, version {plan.trainer_version}, with the size {plan.size!r}"
    if trainer is None:
        raise PluginError(f"{wanted}; install the plugin that brings it.")
    if trainer.version != plan.trainer_version or plan.size not in trainer.recipes:
        sizes = ", ".join(trainer.recipes)
        raise PluginError(f"{wanted}; here is version {trainer.version} ({sizes}). Install the one that trained it.")
    return trainer


def load(path: Path, trainer: "TrainerInfo", checkpoint: "Checkpoint") -> Any:
    """Return the trained network; raises PluginError when the weights are not those of the architecture."""
    from earmark import load_weights  # noqa: PLC0415 - listing models imports no torch
    from earmark.train.begin import build  # noqa: PLC0415
    from earmark.train.checkpoint import Files  # noqa: PLC0415

    network = build(trainer, checkpoint.plan, "cpu")
    try:
        network.load_state_dict(load_weights(Files.named(path).weights))
    except RuntimeError as error:
        raise PluginError(f"{path} does not fit the network of {checkpoint.name}: {error}") from error
    return network.eval()


def accepts(path: Path) -> bool:
    """Tell whether a bare path names weights that `bench train` wrote."""
    if path.suffix != ".safetensors" or not path.with_suffix(".json").is_file():
        return False
    from earmark.train.checkpoint import is_checkpoint  # noqa: PLC0415 - only where it may be one

    return is_checkpoint(path)


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the one adapter of this file."""
    return [
        AdapterInfo(
            name=NAME,
            describe=describe,
            argument="FILE.safetensors",
            accepts=accepts,
            summary="What `bench train` wrote.",
        )
    ]
