"""Which of a model's layers are taken, and how they are read from its answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from earmark.errors import PluginError, UnknownName
from earmark.model import ModelInfo

ALL = "all"


def choose_layers(info: ModelInfo, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """The layers of that name, all of them for ``all``, or the main one; raises UnknownName or PluginError.

    A model that gives one answer has the one layer ``""``.
    """
    if not wanted:
        return (info.main_layer,)
    if not info.layers:
        raise PluginError(f"Model {info.name!r} gives one answer and no layers; name none.")
    if ALL in wanted:
        return tuple(info.layers)
    for name in wanted:
        if name not in info.layers:
            raise UnknownName(f"layer of {info.name}", name, [*info.layers, ALL])
    return tuple(name for name in info.layers if name in wanted)


def split_layers(answer: Any, info: ModelInfo, layers: Sequence[str]) -> dict[str, Any]:
    """The wanted layers of a model's answer, each [batch, frames, dim]; raises PluginError for missing ones."""
    if not info.layers:
        return {"": answer}
    if isinstance(answer, Mapping):
        if missing := [name for name in layers if name not in answer]:
            raise PluginError(f"Model {info.name!r} returned the layers {', '.join(answer)} without {missing[0]!r}.")
        return {name: answer[name] for name in layers}
    names = list(info.layers)
    if len(getattr(answer, "shape", ())) != 4 or len(answer) != len(names):
        found = list(getattr(answer, "shape", ())) or f"a {type(answer).__name__}"
        raise PluginError(
            f"Model {info.name!r} names {len(names)} layers but returned {found}; expected [layers, batch, frames, "
            "dim] or a mapping from their names."
        )
    return {name: answer[names.index(name)] for name in layers}
