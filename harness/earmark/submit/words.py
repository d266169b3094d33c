"""What a text from a stranger may be made of: names that stand in paths and pages, and sentences that are shown."""

import re
import unicodedata

LONGEST_NAME = 100
LONGEST_TEXT = 2_000
"""Characters of a licence, a source or a note."""
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the order of what stands after them: a name that reads as another."""
NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, line breaks among them, halves of a character, separators of lines."""
NO_NAME = NO_TEXT | {"Cf", "Co", "Cn"}
"""In a name also what is not seen, what is private and what does not exist: it would look like another."""
MARKUP = "<>\"'`|&\\?@"
"""A page, a table, a shell, or earmark itself (MODEL?option@VERSION) read them as something else; in sentences they
are kept, and escaped where shown."""
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
"""Names that Windows keeps for itself, whatever their ending."""


def odd_character(text: str) -> str:
    """Name the first character that no text may hold, or nothing."""
    return next((_name(c) for c in text if c in BIDI or unicodedata.category(c) in NO_TEXT), "")


def _name(character: str) -> str:
    what = "turns the order of the text" if character in BIDI else "is a control character or half of one"
    return f"U+{ord(character):04X}, which {what}"


def unfit_name(name: str) -> str:
    """Say why that is no name for a model, a version or an option, or nothing."""
    if not name.strip() or not any(c.isalnum() for c in name):
        return "has no letter and no digit"
    if len(name) > LONGEST_NAME:
        return f"has {len(name)} characters; the longest may have {LONGEST_NAME}"
    if odd := next((c for c in name if c in BIDI or unicodedata.category(c) in NO_NAME), ""):
        return f"holds U+{ord(odd):04X}, which nobody sees"
    if marks := sorted({c for c in name if c in MARKUP}):
        return f"holds {' '.join(marks)}, which a page, a shell or a command reads as markup"
    return _unfit_spelling(name) or _unfit_path(name)


def _unfit_spelling(name: str) -> str:
    if name != unicodedata.normalize("NFKC", name):
        return f"is another way to spell {unicodedata.normalize('NFKC', name)!r}; use that"
    if name != name.strip() or "  " in name:
        return "begins or ends with a blank, or holds two together"
    return ""


def _unfit_path(name: str) -> str:
    if name.startswith(("/", "~")) or re.match(r"[A-Za-z]:/", name):
        return "begins like an absolute path"
    if ".." in name.split("/"):
        return "climbs out of a folder with '..'"
    return ""


def reserved(part: str) -> bool:
    """Whether Windows keeps that name of a file or folder for itself."""
    return part.split(".", maxsplit=1)[0].strip().casefold() in DEVICES


def folded(part: str) -> str:
    """What two names share that some file systems take for one."""
    return unicodedata.normalize("NFKC", part).casefold()
