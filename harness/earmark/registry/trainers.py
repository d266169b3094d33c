"""Find trainers by name."""

from earmark.registry.catalogue import installed, on_shelf
from earmark.trainer import TrainerInfo


def find_trainer(trainer: str | TrainerInfo) -> TrainerInfo:
    """The trainer of that name; a TrainerInfo is its own answer. Raises UnknownName."""
    if isinstance(trainer, TrainerInfo):
        return trainer
    return on_shelf("trainer", trainer, installed().trainers)
