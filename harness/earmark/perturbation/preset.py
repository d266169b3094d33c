"""Conditions that belong together, such as those of a paper."""

from dataclasses import dataclass

from earmark.errors import PluginError


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A named, versioned list of conditions; any change is a new version."""

    name: str
    version: str
    conditions: tuple[tuple[str, float], ...]
    """Name of a perturbation and a level of it."""
    source: str = ""
    summary: str = ""

    def __post_init__(self) -> None:
        if not (self.name and self.version and self.conditions):
            raise PluginError(f"A preset needs a name, a version and conditions, unlike {self!r}.")
        if len(set(self.conditions)) < len(self.conditions):
            raise PluginError(f"Preset {self.name!r} names a condition twice.")
