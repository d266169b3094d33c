"""A stranger's words on a terminal: names, sources and answers in a result come from whoever wrote it."""


def printable(text: str) -> str:
    """One line without control characters, which could move a terminal's cursor or turn the direction of writing."""
    return "".join(c if c.isprintable() else " " if c.isspace() else f"\\x{ord(c):02x}" for c in text)


def printable_lines(text: str) -> str:
    """The same of each line."""
    return "\n".join(map(printable, text.split("\n")))
