"""The card of a model: a TOML file that states what a file of weights, vectors or commands does not say of itself."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from blake3 import blake3

from earmark.errors import PluginError

VERSION_DIGITS = 12  # of a hash that stands for a version
HASHED_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a card."""

    wants: str
    """What belongs there, in words: ``a whole number above 0``."""
    holds: Callable[[Any], bool]
    """Whether a value is of that kind."""
    example: str
    """A value as TOML, for a card to paste."""
    required: bool = False


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf")


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(_text(item) for item in value)


def _dims(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(_whole(dim) for dim in value.values())


def _pairs(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def whole(example: str, *, required: bool = False) -> Key:
    """A key for a whole number above 0."""
    return Key(wants="a whole number above 0", holds=_whole, example=example, required=required)


def positive(example: str) -> Key:
    """A key for a number above 0, such as seconds."""
    return Key(wants="a number above 0", holds=_positive, example=example)


def text(example: str) -> Key:
    """A key for a text that is not empty."""
    return Key(wants="a text", holds=_text, example=f'"{example}"')


def texts(example: str, *, required: bool = False) -> Key:
    """A key for a list of texts."""
    return Key(wants="a list of texts", holds=_texts, example=example, required=required)


def switch(example: str) -> Key:
    """A key for true or false."""
    return Key(wants="true or false", holds=lambda value: isinstance(value, bool), example=example)


def dims(example: str) -> Key:
    """A key for a table of dimensions by name."""
    return Key(wants="a table of dimensions by name", holds=_dims, example=example)


def pairs(example: str) -> Key:
    """A key for a table of texts by name."""
    return Key(wants="a table of texts by name", holds=_pairs, example=example)


ABOUT: Mapping[str, Key] = {
    "name": text("my-model"),
    "version": text("1"),
    "license": text("CC-BY-4.0"),
    "source": text("https://arxiv.org/abs/..."),
    "training_data": texts('["fma-large"]'),
    "summary": text("What it is, in one sentence."),
    "gain": Key(
        wants='"heard" or "invariant"', holds=lambda value: value in ("heard", "invariant"), example='"invariant"'
    ),
}
"""What every card may tell; the names are those of `ModelInfo`."""


def read_card(path: Path, keys: Mapping[str, Key], *, needed: bool = True) -> dict[str, Any]:
    """Return what the card says; `{}` where there is none and none is `needed`.

    Raises PluginError that lists all problems at once, and for a missing card prints one to paste.
    """
    if not path.is_file():
        if not needed:
            return {}
        raise PluginError(f"There is no {path}, which says how the model takes audio. Write one:\n\n{template(keys)}")
    try:
        card = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise PluginError(f"{path} is no TOML that can be read: {error}.") from error
    check_card(str(path), card, keys)
    return card


def check_card(name: str, card: Mapping[str, Any], keys: Mapping[str, Key]) -> None:
    """Raise PluginError that lists everything that is wrong with what a card says."""
    complain(name, [*_unknown(card, keys), *_wrong(card, keys), *_missing(card, keys), *_conflicts(card)])


def complain(name: str, problems: Iterable[str]) -> None:
    """Raise PluginError with all problems of a file, if there are any."""
    if found := list(problems):
        raise PluginError("\n".join([f"{name} needs mending:", *(f"  {problem}" for problem in found)]))


def _unknown(card: Mapping[str, Any], keys: Mapping[str, Key]) -> Iterable[str]:
    for key in card:
        if key not in keys:
            near = get_close_matches(key, keys, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            yield f"{key}: no such key.{hint} There are: {', '.join(sorted(keys))}."


def _wrong(card: Mapping[str, Any], keys: Mapping[str, Key]) -> Iterable[str]:
    for key, value in card.items():
        if key in keys and not keys[key].holds(value):
            yield f"{key} = {value!r}: expected {keys[key].wants}, such as {key} = {keys[key].example}"


def _missing(card: Mapping[str, Any], keys: Mapping[str, Key]) -> Iterable[str]:
    for name, key in keys.items():
        if key.required and name not in card:
            yield f"{name} is missing: {key.wants}, such as {name} = {key.example}"


def _conflicts(card: Mapping[str, Any]) -> Iterable[str]:
    if "hop_s" in card and "window_s" not in card:
        yield "hop_s without window_s: a whole track has no next window"
    layer: Any = card.get("layer")
    layers: Any = card.get("layers")
    if layer is not None and layers is None:
        yield f"layer = {layer!r} without layers: name them all, layers = {{ first = 64, second = 128 }}"
    if not _dims(layers):
        return
    main = list(layers)[-1] if layer is None else layer
    if main not in layers:
        yield f"layer = {layer!r}: layers has only {', '.join(layers)}"
    elif layers[main] != card.get("dim"):
        yield f"dim = {card.get('dim')} is not the {layers[main]} of layer {main!r}, which is the one taken"


def template(keys: Mapping[str, Key]) -> str:
    """A card to paste: the required keys, and the others behind a hash."""
    ordered = sorted(keys.items(), key=lambda item: not item[1].required)
    return "\n".join(f"{'' if key.required else '# '}{name} = {key.example}" for name, key in ordered)


def told(card: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the named keys that the card has, in the form that `ModelInfo` takes."""
    found = {name: card[name] for name in names if name in card}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def content_hash(files: Iterable[Path]) -> str:
    """The blake3 of files' contents in the given order: 64 hex digits."""
    total = blake3()
    for path in files:
        one = blake3()
        with path.open("rb") as file:
            while block := file.read(HASHED_AT_ONCE):
                one.update(block)
        total.update(one.digest())  # a byte that moves from one file to the next matters
    return str(total.hexdigest())
