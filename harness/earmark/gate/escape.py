"""What others named, so that Markdown on GitHub shows it and does nothing else with it."""

import re

from earmark.result.printable import printable

MARKUP = re.compile(r"[&<>|\\`*_{}\[\]!~\"'$^@#]|(?<=:)/|(?<=[Ww]{3})\.")
"""What Markdown, HTML or GitHub's formulas and links would take for markup."""
CALLS = frozenset("@#")
"""Before a word GitHub takes it for somebody to be told, or for another discussion, with a backslash or without."""
LONGEST = 200
"""Characters of a name that are shown."""


def one_line(text: str, longest: int = LONGEST) -> str:
    """Without line breaks or control characters; cut where it is too long."""
    shown = printable(" ".join(text.split()))
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def literal(text: str, longest: int = LONGEST) -> str:
    """As text that is read as it stands: character references are never taken for structure (CommonMark 6.2)."""
    return MARKUP.sub(_quoted, one_line(text, longest))


def _quoted(found: re.Match[str]) -> str:
    """By its number; what would call somebody stands apart, for only whole words call."""
    reference = f"&#{ord(found[0])};"
    return f"<span>{reference}</span>" if found[0] in CALLS else reference


def code(text: str) -> str:
    """A name, set as code, where neither mention nor link is made of it."""
    return f"<code>{MARKUP.sub(lambda found: f'&#{ord(found[0])};', one_line(text))}</code>"
