"""What is near in the space of a frozen embedding, before any probe reads it."""

from earmark.neighbours.main import neighbours, neighbours_each

__all__ = ["neighbours", "neighbours_each"]
