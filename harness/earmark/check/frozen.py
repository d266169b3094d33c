"""Does embedding leave everything as it was: the model, the audio, the process?"""

import random
from collections.abc import Callable, Mapping

import numpy as np
import torch

from earmark.check.finding import WARNING, Check, Found, failed, passed
from earmark.check.held import held, weights
from earmark.check.subject import Subject

THEME = "frozen"
SHOWN = 3

SETTINGS: Mapping[str, Callable[[], object]] = {
    "torch.get_num_threads()": torch.get_num_threads,
    "torch.get_default_dtype()": torch.get_default_dtype,
    "torch.is_grad_enabled()": torch.is_grad_enabled,
    "torch.are_deterministic_algorithms_enabled()": torch.are_deterministic_algorithms_enabled,
    "torch.get_float32_matmul_precision()": torch.get_float32_matmul_precision,
    "numpy.geterr()": np.geterr,
}
"""What belongs to the whole process, and how it is read."""
CHANCE: Mapping[str, Callable[[], object]] = {
    "torch": lambda: torch.get_rng_state().numpy().tobytes(),
    "numpy": lambda: repr(np.random.get_state()),
    "random": random.getstate,
}
"""The global random generators."""


def settings() -> dict[str, object]:
    """The settings of this process."""
    return {name: read() for name, read in SETTINGS.items()}


def chance() -> dict[str, object]:
    """The states of the global random generators."""
    return {name: read() for name, read in CHANCE.items()}


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """Names under which another value stands now."""
    return tuple(name for name, value in before.items() if name in after and after[name] != value)


def evaluating(subject: Subject) -> Found:
    """No torch module is in training mode once the harness has frozen the model."""
    modules = [(path, part) for path, part in held(subject.opened.model) if isinstance(part, torch.nn.Module)]
    training = [path or "the model" for path, module in modules if module.training]
    return failed(f"in training mode: {_some(training)}") if training else passed()


def without_gradients(subject: Subject) -> Found:
    """An answer outside of inference mode, which carries a gradient if a weight does."""
    trained = [p for p, t in held(subject.opened.model) if isinstance(t, torch.Tensor) and t.requires_grad]
    return failed(f"still to be trained: {_some(trained)}") if trained else passed()


def same_weights(subject: Subject) -> Found:
    """Every tensor and array that the model held when it was opened, after it has embedded."""
    subject.embed(subject.clip(1), subject.clip(2))
    moved = changed(subject.weights, weights(subject.opened.model))
    return failed(f"changed: {_some(moved)}") if moved else passed(f"{len(subject.weights)} arrays")


def same_audio(subject: Subject) -> Found:
    """The batch that it was given, afterwards."""
    before = torch.from_numpy(np.stack([subject.clip(1), subject.clip(2)])).to(subject.device)
    audio = before.clone()
    subject.bare(audio)
    return passed() if torch.equal(audio, before) else failed("the batch it was given is another afterwards")


def same_process(subject: Subject) -> Found:
    """Settings of the process that loading or embedding changed."""
    subject.embed(subject.clip(1))
    by_embedding = changed(subject.settings, settings())
    moved = {**dict.fromkeys(subject.changed_by_load, "load"), **dict.fromkeys(by_embedding, "embed")}
    return failed("; ".join(f"{what} changes {name}" for name, what in moved.items())) if moved else passed()


def same_chance(subject: Subject) -> Found:
    """The state of the global random generators."""
    subject.embed(subject.clip(1))
    moved = changed(subject.chance, chance())
    return failed(f"draws from or reseeds the global generator of {_some(moved)}") if moved else passed()


def _some(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


CHECKS = (
    Check(
        name="evaluation",
        theme=THEME,
        proves="no part is in training mode",
        remedy="Call .eval() on every torch module in `load`, or hold them as direct attributes: earmark does it then.",
        examine=evaluating,
        severity=WARNING,
        needs=("shape",),
    ),
    Check(
        name="gradients",
        theme=THEME,
        proves="no weight asks for a gradient",
        remedy="Call .requires_grad_(False) on every torch module in `load`.",
        examine=without_gradients,
        needs=("shape",),
    ),
    Check(
        name="weights",
        theme=THEME,
        proves="embedding leaves every weight as it was",
        remedy="Freeze batch norm with .eval(); write to no array that `load` made.",
        examine=same_weights,
        needs=("second call",),
    ),
    Check(
        name="audio",
        theme=THEME,
        proves="embedding leaves the audio as it was",
        remedy="Work on a copy: audio = audio - audio.mean(), not audio -= audio.mean().",
        examine=same_audio,
        severity=WARNING,
        needs=("layers",),
    ),
    Check(
        name="settings",
        theme=THEME,
        proves="the process keeps its settings",
        remedy="Set nothing for the whole process, such as threads or the default dtype: use a context manager.",
        examine=same_process,
        needs=("layers",),
    ),
    Check(
        name="chance",
        theme=THEME,
        proves="the global random generators are left alone",
        remedy="Draw from a generator of your own: numpy.random.default_rng(seed) or a torch.Generator.",
        examine=same_chance,
        severity=WARNING,
        needs=("layers",),
    ),
)
