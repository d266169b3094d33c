"""Find translators by name."""

from earmark.registry.catalogue import installed, on_shelf
from earmark.translator import TranslatorInfo


def find_translator(translator: str | TranslatorInfo) -> TranslatorInfo:
    """The translator of that name; a TranslatorInfo is its own answer. Raises UnknownName."""
    if isinstance(translator, TranslatorInfo):
        return translator
    return on_shelf("translator", translator, installed().translators)
