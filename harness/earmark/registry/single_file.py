"""A model whose plugin is a single file of the user's."""

import importlib.util
import sys
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType

from earmark.errors import PluginError, UnknownName
from earmark.model import ModelInfo
from earmark.registry.catalogue import load_catalogue


def model_in_file(path: Path, wanted: str = "") -> ModelInfo:
    """The one model in the file, or the `wanted` one; raises PluginError or UnknownName."""
    path = path.expanduser().resolve()
    if not path.is_file():
        raise PluginError(f"There is no model file {path}.")
    catalogue = load_catalogue([_import_file(path, path.read_bytes())])
    if catalogue.broken:
        raise PluginError(catalogue.broken[0])
    models = catalogue.models
    if len(models) == 1 and not wanted:
        return next(iter(models.values()))
    if wanted in models:
        return models[wanted]
    if wanted or not models:
        raise UnknownName(f"model in {path}", wanted or path.stem, models)
    raise PluginError(f"{path} offers several models ({', '.join(models)}); name one: {path}::{next(iter(models))}.")


@lru_cache
def _import_file(path: Path, source: bytes) -> ModuleType:
    """Import a plugin that is a single file; raises PluginError with the reason.

    The module's name says where the file lies and what it holds: an edited file, or another of the same name, is
    another module, so that no embedding is stored under the fingerprint of code that did not make it.
    """
    name = f"earmark_file_{path.stem}_{sha256(str(path).encode() + source).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 - a path that ends in .py always has a loader
    assert spec.loader is not None  # noqa: S101
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise PluginError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return module
