"""How a frozen embedding, and what is read from it, behaves when the audio is changed."""

from earmark.robust.main import PRESET, robust, robust_each

__all__ = ["PRESET", "robust", "robust_each"]
