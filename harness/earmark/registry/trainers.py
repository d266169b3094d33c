"""Find trainers by name."""

from earmark.errors import UnknownName
from earmark.registry.catalogue import installed
from earmark.trainer import TrainerInfo


def find_trainer(trainer: str | TrainerInfo) -> TrainerInfo:
    """The trainer of that name; a TrainerInfo is its own answer. Raises UnknownName."""
    if isinstance(trainer, TrainerInfo):
        return trainer
    trainers = installed().trainers
    if trainer not in trainers:
        raise UnknownName("trainer", trainer, trainers)
    return trainers[trainer]
