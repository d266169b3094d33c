"""The first state of a training: a new network, or the one that was left where it stood."""

import warnings
from dataclasses import dataclass

import torch

import earmark
from earmark.errors import EarmarkError
from earmark.extract import pick_device
from earmark.extract.parameters import count_parameters
from earmark.train.chance import WEIGHTS, drawn_from
from earmark.train.checkpoint import Checkpoint, Files, Plan, read_checkpoint
from earmark.train.loop import optimizer_of, phase_at
from earmark.train.state import Saved, State, copy_weights, read_state, remind
from earmark.trainer import Phase, TrainerInfo

UNUSED = Phase(epochs=0, optimizer="sgd", learning_rate=1.0)
"""Stands for the optimizer where a recipe has no epochs."""


class TrainingWarning(UserWarning):
    """A training goes on, but not quite as its user may expect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What computes, which the last digits depend on."""

    device: str
    threads: int


def earlier(files: Files, plan: Plan) -> Saved | Checkpoint | None:
    """What `--resume` finds: an unfinished training, a finished checkpoint, or nothing.

    Raises EarmarkError when it is another training than `plan`, naming what is different.
    """
    if files.training.exists():
        saved = read_state(files.training)
        _agree(saved.checkpoint.plan, plan, files)
        return saved
    if not files.about.exists():
        return None
    checkpoint = read_checkpoint(files.weights)
    _agree(checkpoint.plan, plan, files)
    if not checkpoint.finished:
        raise EarmarkError(
            f"{files.training} is gone, without which {files.weights} cannot go on; train anew elsewhere."
        )
    return checkpoint


def _agree(begun: Plan, plan: Plan, files: Files) -> None:
    if differences := begun.differences(plan):
        raise EarmarkError(
            f"{files.weights} was begun otherwise ({'; '.join(differences)}): give the same to --resume, "
            "or train anew under another --out."
        )


def means_of(saved: Saved | None, device: str, threads: int, *, asked_threads: int | None) -> Means:
    """Device and threads of a training: those that it began with. Raises EarmarkError where they cannot be had."""
    if saved is None:
        return Means(device=pick_device(device), threads=threads)
    begun = saved.checkpoint
    if device not in ("auto", begun.device):
        raise EarmarkError(f"The training began on {begun.device!r} and goes on there: leave out --device {device}.")
    if asked_threads not in (None, begun.threads):
        _warn(f"{begun.threads} threads compute, as when the training began, not {asked_threads}.")
    if begun.torch != torch.__version__:
        _warn(f"The training began with torch {begun.torch}; the last digits may differ with {torch.__version__}.")
    return Means(device=pick_device(begun.device), threads=begun.threads)


def _warn(sentence: str) -> None:
    warnings.warn(sentence, TrainingWarning, stacklevel=4)


def first_state(info: TrainerInfo, plan: Plan, means: Means, notes: tuple[str, ...]) -> State:
    """A new network with weights drawn from the seed; its best are its first."""
    network = build(info, plan, means.device)
    checkpoint = Checkpoint(
        earmark=earmark.__version__,
        plan=plan,
        parameters=count_parameters(network),
        threads=means.threads,
        device=means.device,
        torch=torch.__version__,
        notes=notes,
    )
    return _state(network, checkpoint)


def resumed_state(info: TrainerInfo, saved: Saved, means: Means) -> State:
    """The network, its optimizer and the best weights as they were left."""
    network = build(info, saved.checkpoint.plan, means.device)
    network.load_state_dict(saved.part("network"))
    state = _state(network, saved.checkpoint)
    remind(state.optimizer, saved.part("optimizer"))
    state.best = {name: tensor.to(means.device) for name, tensor in saved.part("best").items()}
    state.step, state.loss_sum = saved.step, saved.loss_sum
    return state


def build(info: TrainerInfo, plan: Plan, device: str) -> torch.nn.Module:
    """Return the network of a plan with weights drawn from its seed; raises EarmarkError when it is no torch module."""
    with drawn_from("cpu", plan.seed, WEIGHTS):
        network = info.build(plan.size, plan.outputs)
    if not isinstance(network, torch.nn.Module):
        raise EarmarkError(f"Trainer {info.name!r} builds a {type(network).__name__}, which is no torch module.")
    return network.to(device)


def _state(network: torch.nn.Module, checkpoint: Checkpoint) -> State:
    recipe = checkpoint.plan.recipe
    # The state was saved at the end of an epoch or within one: the optimizer is the one of the epoch that comes next,
    # unless a phase begins there, which makes its own.
    phase = phase_at(recipe, len(checkpoint.curve))[0] if recipe.phases else UNUSED
    return State(
        checkpoint=checkpoint,
        best=copy_weights(network),
        network=network,
        optimizer=optimizer_of(phase, network),
    )
