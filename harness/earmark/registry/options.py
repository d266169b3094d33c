"""What follows the question mark in a name."""

from collections.abc import Mapping

from earmark.errors import UnknownName


def split_options(name: str) -> tuple[str, dict[str, str]]:
    """Part ``etudes?soundfont=my.sf2&x=1`` into its name and its options."""
    base, _, query = name.partition("?")
    pairs = [part.partition("=") for part in query.split("&") if part]
    return base, {key: value for key, _, value in pairs}


def check_options(kind: str, options: Mapping[str, str], allowed: tuple[str, ...]) -> None:
    """Raise UnknownName for an option that is not allowed."""
    for option in options:
        if option not in allowed:
            raise UnknownName(f"option of this {kind}", option, allowed)
