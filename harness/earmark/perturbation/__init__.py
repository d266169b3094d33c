"""Changes of audio that a robust embedding should survive, at levels, and what they do to the truth."""

from earmark.perturbation import moves
from earmark.perturbation.condition import Condition
from earmark.perturbation.perturbation import Move, Perturbation
from earmark.perturbation.preset import Preset

__all__ = ["Condition", "Move", "Perturbation", "Preset", "moves"]
