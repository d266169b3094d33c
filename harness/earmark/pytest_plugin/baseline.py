"""What the release is held against, and how strictly: the options, and under them [tool.earmark.gate]."""

from pathlib import Path

from earmark.archive import named_path
from earmark.gate.settings import Settings as Gate
from earmark.gate.settings import allowances, settings_of
from earmark.pytest_plugin.settings import Settings


def gate_settings(settings: Settings) -> Gate:
    """Everything that the gate was asked; raises an EarmarkError."""
    typed = {"against": settings.baseline or None, "allow": allowances(list(settings.allow)) or None}
    return settings_of(typed, None, settings.project)


def baseline_path(settings: Settings, gate: Gate) -> Path | None:
    """Where the old result lies; None where nobody names one. Raises an EarmarkError."""
    words: str = gate.values.get("against", "")
    if not words:
        return None
    board = Path(gate.values.get("board", settings.project / "leaderboards"))
    return named_path(words, board, benchmark=settings.benchmark or None)
