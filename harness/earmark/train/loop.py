"""The loop: epochs of steps on random crops, a validation after each, and a save whenever something is worth it."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from earmark.errors import EarmarkError
from earmark.progress import Progress, silent
from earmark.train.chance import CROPS, DROPOUT, drawn_from
from earmark.train.checkpoint import Checkpoint, Files, write_checkpoint
from earmark.train.curve import Epoch
from earmark.train.heads import Head, joint_loss, pick
from earmark.train.lessons import Batch, Lessons, batches
from earmark.train.state import State, copy_weights, save_state, weights_file
from earmark.train.validate import Validation, validate
from earmark.trainer import Phase, Recipe

SAVE_EVERY_S = 60.0
"""What a kill within a long epoch may cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a training stands, for whoever watches."""

    epoch: int
    """The one that is trained, from 1."""
    epochs: int
    train_loss: float
    """Mean over the steps of this epoch so far."""
    latest: Epoch | None
    """The last finished epoch."""
    just_finished: bool = False


def ignore(standing: Standing) -> None:
    """Tell nobody."""


class Stopwatch:
    """Seconds since it was last asked."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Seconds since the last lap."""
        return time.monotonic() - self._last

    def lap(self) -> float:
        """Seconds since the last lap; another begins."""
        elapsed_s = self.elapsed_s
        self._last += elapsed_s
        return elapsed_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What stays the same from the first epoch to the last."""

    recipe: Recipe
    heads: Sequence[Head]
    lessons: Lessons
    window: int
    """Samples of a crop."""
    seed: int
    device: str
    files: Files
    progress: Progress = silent
    report: Callable[[Standing], None] = ignore
    clock: Stopwatch = field(default_factory=Stopwatch)


def optimizer_of(phase: Phase, network: torch.nn.Module) -> torch.optim.Optimizer:
    """Return the optimizer of a phase, which remembers nothing yet."""
    return OPTIMIZERS[phase.optimizer](phase, network)


def _adam(phase: Phase, network: torch.nn.Module) -> torch.optim.Optimizer:
    return torch.optim.Adam(network.parameters(), lr=phase.learning_rate, weight_decay=phase.weight_decay)


def _sgd(phase: Phase, network: torch.nn.Module) -> torch.optim.Optimizer:
    return torch.optim.SGD(
        network.parameters(),
        lr=phase.learning_rate,
        momentum=phase.momentum,
        weight_decay=phase.weight_decay,
        nesterov=phase.momentum > 0,
    )


OPTIMIZERS: dict[str, Callable[[Phase, torch.nn.Module], torch.optim.Optimizer]] = {"adam": _adam, "sgd": _sgd}


def phase_at(recipe: Recipe, epoch: int) -> tuple[Phase, bool]:
    """Return the phase after so many finished epochs, and whether it begins there; of a finished recipe the last."""
    begun = 0
    for phase in recipe.phases:
        if epoch < begun + phase.epochs:
            return phase, epoch == begun
        begun += phase.epochs
    return recipe.phases[-1], False


def run_course(course: Course, state: State) -> None:
    """Train from where `state` stands to the end of the recipe.

    After every epoch, and every minute within one, the state is on the disk; the checkpoint holds the best weights.
    Raises EarmarkError when the loss is no number any more or the disk is full: the last checkpoint stays.
    """
    course.clock.lap()
    while state.epoch < course.recipe.epochs:
        phase, begins = phase_at(course.recipe, state.epoch)
        if begins and state.step == 0:
            enter_phase(phase, state)
        train_loss = _train_epoch(course, state)
        valid = validate(
            state.network, course.lessons.valid, course.heads,
            window=course.window, chunks=course.recipe.chunks, device=course.device,
        )  # fmt: skip
        _check_number(valid.loss, "validation loss", course, state)
        _finish_epoch(course, state, phase, train_loss, valid)


def enter_phase(phase: Phase, state: State) -> None:
    """Go back to the best weights so far, and on from there with the phase's optimizer."""
    state.network.load_state_dict(state.best)
    state.optimizer = optimizer_of(phase, state.network)


def _train_epoch(course: Course, state: State) -> float:
    """Train the steps of an epoch that are left; the mean loss over all of its steps."""
    number, lessons, recipe = state.epoch, course.lessons, course.recipe
    clips = len(lessons.train.checksums)
    plan = batches(clips, recipe.crops, recipe.batch_size, (course.seed, CROPS, number))
    state.network.train()
    for batch in plan[state.step :]:
        loss = _train_step(course, state, batch)
        _check_number(loss, "loss", course, state)
        state.step += 1
        state.loss_sum += loss
        course.progress("train", number * len(plan) + state.step, recipe.epochs * len(plan), "steps")
        course.report(_standing(course, state))
        if state.step < len(plan) and course.clock.elapsed_s > SAVE_EVERY_S:
            state.add_seconds(course.clock.lap())
            save_state(state, course.files.training)
    return state.loss_sum / len(plan)


def _train_step(course: Course, state: State, batch: Batch) -> float:
    clips = course.lessons.train
    crops = np.stack([clips.crop(c, f, course.window) for c, f in zip(batch.clips, batch.fractions, strict=True)])
    audio, answers = torch.from_numpy(crops).to(course.device), pick(clips.answers, batch.clips, course.device)
    state.optimizer.zero_grad()
    with drawn_from(course.device, course.seed, DROPOUT, state.epoch, state.step):
        loss = joint_loss(course.heads, state.network(audio), answers)
    loss.backward()  # type: ignore[no-untyped-call]
    state.optimizer.step()
    return float(loss.item())


def _check_number(loss: float, what: str, course: Course, state: State) -> None:
    if math.isfinite(loss):
        return
    phase, _ = phase_at(course.recipe, state.epoch)
    best = state.checkpoint.best_epoch
    raise EarmarkError(
        f"The {what} became {loss} in epoch {state.epoch + 1}, step {state.step + 1}, at {phase.optimizer}'s learning "
        f"rate {phase.learning_rate:g}. {course.files.weights} keeps the best weights before, of "
        f"{f'epoch {best}' if best else 'the start'}. Training again repeats this; another --seed may not."
    )


def _finish_epoch(course: Course, state: State, phase: Phase, train_loss: float, valid: Validation) -> None:
    """Put the epoch on the curve, its weights beside it if they are the best, and everything on the disk."""
    epoch = Epoch(
        number=state.epoch + 1,
        optimizer=phase.optimizer,
        learning_rate=phase.learning_rate,
        train_loss=train_loss,
        valid_loss=valid.loss,
        scores=valid.scores,
    )
    known = state.checkpoint
    better = known.best is None or epoch.valid_loss < known.best.valid_loss
    if better:
        state.best = copy_weights(state.network)
    best_epoch = epoch.number if better else known.best_epoch
    state.checkpoint = replace(known, curve=(*known.curve, epoch), best_epoch=best_epoch)
    state.step, state.loss_sum = 0, 0.0
    state.add_seconds(course.clock.lap())
    save_state(state, course.files.training)
    publish(course.files, state, weights=better)
    course.report(replace(_standing(course, state), train_loss=train_loss, just_finished=True))


def publish(files: Files, state: State, *, weights: bool) -> Checkpoint:
    """Bring the checkpoint to where the state is: its description, and its weights if they are new."""
    state.checkpoint = write_checkpoint(files, state.checkpoint, weights_file(state.best) if weights else None)
    return state.checkpoint


def _standing(course: Course, state: State) -> Standing:
    curve = state.checkpoint.curve
    return Standing(
        epoch=min(state.epoch + 1, course.recipe.epochs),
        epochs=course.recipe.epochs,
        train_loss=state.loss_sum / max(1, state.step),
        latest=curve[-1] if curve else None,
    )
