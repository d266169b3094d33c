"""What is registered of a data set, so that a result can be held against it without the data."""

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from earmark.dataset import DatasetInfo
from earmark.errors import PluginError

FILE = "checksums.json"
"""Lies beside the module of a plugin: by data set, what `bench data checksums` printed."""
REGISTERED = ("checksum", "generated", "tracks", "answers", "labelled", "chance")


def registered(info: DatasetInfo, module: ModuleType) -> DatasetInfo:
    """The info with what the file beside its plugin says of its version; unchanged where that says nothing.

    What the plugin says itself counts more. Raises PluginError for a file that is none.
    """
    origin = getattr(module, "__file__", None)
    path = Path(origin).with_name(FILE) if origin else None
    if info.checksum or path is None or not path.is_file():
        return info
    found = _read(path).get(info.name, {})
    if found.get("version") != info.version:
        return info
    return replace(info, **{name: found[name] for name in REGISTERED if name in found})


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        sound = all(isinstance(one, dict) for one in found.values())
    except (OSError, ValueError, AttributeError) as error:
        raise PluginError(
            f"{path.name} cannot be read ({error}); write it with `bench data checksums NAME`."
        ) from error
    if not sound:
        raise PluginError(f"{path.name} does not say by data set what is registered; see `bench data checksums NAME`.")
    return dict(found)
