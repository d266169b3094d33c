"""One way in which audio is changed for a test."""

from dataclasses import dataclass

import numpy as np

from earmark.audio import Audio
from earmark.errors import EarmarkError
from earmark.perturbation.perturbation import Perturbation
from earmark.target import Label, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A perturbation at one of its levels; raises EarmarkError for a level that it does not have."""

    perturbation: Perturbation
    level: float

    def __post_init__(self) -> None:
        if wrong := self.perturbation.refuses(self.level):
            raise EarmarkError(wrong)

    @property
    def name(self) -> str:
        """As the command line spells it: ``mp3:32``, ``compander:speech``."""
        return f"{self.perturbation.name}:{self.perturbation.spell(self.level)}"

    def __str__(self) -> str:
        """As a sentence says it: ``mp3 32 kbit/s``, ``compander speech``."""
        return f"{self.perturbation.name} {self.perturbation.say(self.level)}"

    def apply(self, audio: Audio, *, track: str, seed: int = 0) -> Audio:
        """Change the audio of the track with that id; raises PluginError."""
        return self.perturbation.perturb(audio, self.level, track=track, seed=seed)

    def moved(self, target: Target, label: Label) -> Label | None:
        """The label that is then true; None where that is not known."""
        return self.perturbation.moved(target, label, self.level)

    def leaves(self, audio: Audio, changed: Audio) -> bool:
        """Whether nothing was changed: the same samples at the same rate."""
        return audio.rate == changed.rate and np.array_equal(audio.samples, changed.samples)
