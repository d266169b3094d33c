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
UNSEEN = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u1680\u2800\ufe00-\ufe0f\U0001d159\U000e0100-\U000e01ef]")
"""They count as letters, marks or signs, but nobody sees them."""
MOST_MARKS = 4
"""Accents on one letter; more run into the lines above and below."""
LOOKS = str.maketrans(
    "I1|0\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u0501\u04bb\u051b\u051d\u04cf\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
    "\u03bf\u03bd\u03c1\u03b1\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0131",
    "llloaeopcxyijsdhqwlABEKMHOPCTXlJSovpaABEZHlKMNOPTYXi",
)
"""What in Cyrillic, in Greek and among digits looks like a Latin letter, and that letter."""
MARKUP = "<>\"'`|&\\?@$;*!"
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
    if odd := next((c for c in name if c in BIDI or unicodedata.category(c) in NO_NAME or UNSEEN.match(c)), ""):
        return f"holds U+{ord(odd):04X}, which nobody sees"
    if marks := sorted({c for c in name if c in MARKUP}):
        return f"holds {' '.join(marks)}, which a page, a shell or a command reads as markup"
    return _unfit_spelling(name) or _unfit_path(name)


def _unfit_spelling(name: str) -> str:
    if name != unicodedata.normalize("NFKC", name):
        return f"is another way to spell {unicodedata.normalize('NFKC', name)!r}; use that"
    if name.startswith("-"):
        return "begins with a dash, as the options of a command do"
    if any(sum(map(_is_mark, part)) > MOST_MARKS for part in re.split(r"\w", name)):
        return f"holds more than {MOST_MARKS} accents on one letter"
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


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def seen(part: str) -> str:
    """What two names share that a reader takes for one."""
    return unicodedata.normalize("NFKC", part).translate(LOOKS).casefold()


def folded(part: str) -> str:
    """What two names share that some file systems take for one."""
    return unicodedata.normalize("NFKC", part).casefold()
