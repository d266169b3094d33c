"""Modules that follow HEAR's interface: imported, and known by their code and their distribution."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from importlib import import_module as imported
from importlib import metadata, util
from pathlib import Path
from types import ModuleType
from typing import Any

from blake3 import blake3

from earmark.errors import PluginError
from earmark.extract.code import code_of
from earmark.model import ModelInfo, OpenedModel
from earmark_plugins.card import VERSION_DIGITS, content_hash

FUNCTIONS = ("load_model", "get_scene_embeddings", "get_timestamp_embeddings")
UNKNOWN_LICENSES = {"", "UNKNOWN"}
OSI = "License :: OSI Approved :: "


def import_module(name: str) -> ModuleType:
    """Import ``a.dotted.name`` or ``path/to/file.py``; raises PluginError when it lacks one of HEAR's functions."""
    path = Path(name).expanduser().resolve()
    module = _from_file(path, _source(path)) if name.endswith(".py") else _installed(name)
    if missing := [function for function in FUNCTIONS if not callable(getattr(module, function, None))]:
        raise PluginError(
            f"The module {module.__name__} has no {missing[0]}(); HEAR's interface is {', '.join(FUNCTIONS)}: "
            "https://hearbenchmark.com/hear-api.html."
        )
    return module


def _source(path: Path) -> bytes:
    if not path.is_file():
        raise PluginError(f"There is no module file {path}.")
    return path.read_bytes()


def _installed(name: str) -> ModuleType:
    try:
        return imported(name)
    except Exception as error:  # the module is a stranger's: importing it may raise anything
        remedy = "Install it, or name its file: hear:path/to/module.py."
        raise PluginError(f"The module {name} cannot be imported: {type(error).__name__}: {error}. {remedy}") from error


@lru_cache
def _from_file(path: Path, source: bytes) -> ModuleType:
    """Import a file; edited, it is another module. It finds the files beside it as a script would."""
    name = f"hear_file_{path.stem}_{sha256(str(path).encode() + source).hexdigest()[:12]}"
    spec = util.spec_from_file_location(name, path)
    assert spec is not None  # noqa: S101 - a path that ends in .py always has a loader
    assert spec.loader is not None  # noqa: S101
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.append(str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise PluginError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(path.parent))
    return module


def version_of(info: ModelInfo, functions: ModuleType, network: Any, weights: Path | None) -> str:
    """The version of the module's distribution, if it has one, and a hash of its code and of the weight file."""
    total = blake3()
    sources: dict[str, bytes] = {}
    for name in FUNCTIONS:
        sources |= code_of(OpenedModel(info=replace(info, load=getattr(functions, name)), model=network))
    for name, source in sorted(sources.items()):
        total.update(blake3(name.encode()).digest()).update(blake3(source).digest())
    if weights is not None:
        files = [weights] if weights.is_file() else sorted(path for path in weights.rglob("*") if path.is_file())
        total.update(content_hash(files).encode())
    code = str(total.hexdigest())[:VERSION_DIGITS]
    told = _distribution(functions)
    return code if told is None else f"{told['Version']}+{code}"


def about(functions: ModuleType) -> dict[str, Any]:
    """Licence and source as the module's distribution states them, by their names in `ModelInfo`."""
    told = _distribution(functions)
    if told is None:
        return {"license": "", "source": f"a module of one's own, {Path(functions.__file__ or '').name}"}
    return {"license": _license(told), "source": next(_homes(told), f"the distribution {told['Name']}")}


def _distribution(functions: ModuleType) -> metadata.PackageMetadata | None:
    """The metadata of the distribution that brings the module; None for a file of one's own."""
    names = _distributions().get(functions.__name__.partition(".")[0])
    return metadata.metadata(names[0]) if names else None


@lru_cache
def _distributions() -> Mapping[str, list[str]]:
    """Every package that is installed and the distributions that bring it, which takes a while to list."""
    return metadata.packages_distributions()


def _license(told: metadata.PackageMetadata) -> str:
    """The licence as the distribution words it: an SPDX expression, a name, or a classifier; empty: it says nothing."""
    classified = [c.removeprefix(OSI) for c in told.get_all("Classifier", []) if c.startswith(OSI)]
    stated = [*told.get_all("License-Expression", []), *told.get_all("License", [])]  # the last may be the whole text
    names = [*(text.strip().partition("\n")[0] for text in stated), *classified]
    return next((name for name in names if name not in UNKNOWN_LICENSES), "")


def _homes(told: metadata.PackageMetadata) -> Iterator[str]:
    """Yield addresses where the distribution is at home."""
    yield from (home for home in told.get_all("Home-page", []) if home != "UNKNOWN")
    yield from (entry.partition(",")[2].strip() for entry in told.get_all("Project-URL", []))
