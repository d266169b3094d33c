"""Find translators by name."""

from earmark.errors import UnknownName
from earmark.registry.catalogue import installed
from earmark.translator import TranslatorInfo


def find_translator(translator: str | TranslatorInfo) -> TranslatorInfo:
    """The translator of that name; a TranslatorInfo is its own answer. Raises UnknownName."""
    if isinstance(translator, TranslatorInfo):
        return translator
    translators = installed().translators
    if translator not in translators:
        raise UnknownName("translator", translator, translators)
    return translators[translator]
