"""Find perturbations by name, level and preset."""

from collections.abc import Sequence

from earmark.errors import EarmarkError, UnknownName
from earmark.perturbation import Condition, Perturbation, Preset
from earmark.registry.catalogue import installed

ALL = "all"
"""The word for every perturbation on its own ladder."""


def find_conditions(words: Sequence[str]) -> tuple[tuple[Condition, ...], tuple[Preset, ...]]:
    """The conditions that words such as ``won2020``, ``all``, ``mp3`` or ``mp3:32,64`` name, each once, in that order.

    Raises UnknownName, or EarmarkError for a level that there is not.
    """
    if not words:
        raise EarmarkError("Name at least one perturbation; `bench perturbations` lists them.")
    presets = installed().presets
    found = [condition for word in words for condition in _conditions(word)]
    named = tuple(presets[word] for word in dict.fromkeys(words) if word in presets)
    once = {condition.name: condition for condition in reversed(found)}  # the first of a name stays
    return tuple(once[name] for name in dict.fromkeys(condition.name for condition in found)), named


def _conditions(word: str) -> list[Condition]:
    catalogue = installed()
    if word == ALL:
        return [condition for each in catalogue.perturbations.values() for condition in _ladder(each)]
    if word in catalogue.presets:
        pairs = catalogue.presets[word].conditions
        return [Condition(perturbation=_perturbation(name), level=level) for name, level in pairs]
    name, colon, levels = word.partition(":")
    perturbation = _perturbation(name)
    if not colon:
        return _ladder(perturbation)
    return [Condition(perturbation=perturbation, level=_level(perturbation, text)) for text in levels.split(",")]


def _perturbation(name: str) -> Perturbation:
    catalogue = installed()
    if name not in catalogue.perturbations:
        raise UnknownName("perturbation or preset", name, [*catalogue.perturbations, *catalogue.presets, ALL])
    return catalogue.perturbations[name]


def _ladder(perturbation: Perturbation) -> list[Condition]:
    return [Condition(perturbation=perturbation, level=level) for level in perturbation.levels]


def _level(perturbation: Perturbation, text: str) -> float:
    """Read a level: its name, or a number."""
    word = text.strip()
    if word in perturbation.names:
        return perturbation.names[word]
    try:
        return float(word)
    except ValueError:
        known = ", ".join(perturbation.names) or f"numbers, in {perturbation.unit}"
        raise EarmarkError(f"{word!r} is no level of {perturbation.name!r}; its levels are {known}.") from None
