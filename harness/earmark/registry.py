"""Find and load plugins by name."""

import importlib.util
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from earmark import hookspecs
from earmark.dataset import DatasetInfo, ReaderInfo
from earmark.errors import DatasetError, PluginError, UnknownName
from earmark.model import ModelInfo, OpenedModel
from earmark.task import Benchmark

Named = TypeVar("Named", ModelInfo, DatasetInfo, ReaderInfo, Benchmark)


class PluginWarning(UserWarning):
    """A plugin could not be loaded; everything else works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that the installed plugins bring, by name."""

    models: Mapping[str, ModelInfo]
    datasets: Mapping[str, DatasetInfo]
    readers: Mapping[str, ReaderInfo]
    benchmarks: Mapping[str, Benchmark]
    broken: tuple[str, ...] = field(default=())
    """A sentence for each plugin that could not be loaded."""


def load_catalogue(plugins: Iterable[EntryPoint | ModuleType]) -> Catalogue:
    """Register each plugin by itself; one that fails is named in `broken` and blocks only itself.

    Raises PluginError when two plugins offer one name.
    """
    offers: dict[str, list[tuple[str, Any]]] = {hook: [] for hook in HOOKS}
    broken: list[str] = []
    for plugin in plugins:
        try:
            for hook, found in _ask(plugin).items():
                offers[hook] += [(plugin_name(plugin), item) for item in found]
        except Exception as error:
            broken.append(f"Plugin {plugin_name(plugin)!r} is left out: {type(error).__name__}: {error}")
    return Catalogue(**{HOOKS[hook][0]: _by_name(found) for hook, found in offers.items()}, broken=tuple(broken))


HOOKS: Mapping[str, tuple[str, type]] = {
    "provide_models": ("models", ModelInfo),
    "provide_datasets": ("datasets", DatasetInfo),
    "provide_readers": ("readers", ReaderInfo),
    "provide_benchmarks": ("benchmarks", Benchmark),
}
"""Each hook, the shelf of the catalogue that it fills, and what it returns."""


def plugin_name(plugin: EntryPoint | ModuleType) -> str:
    """What a person calls the plugin: its entry point, with its distribution, or its module."""
    if isinstance(plugin, ModuleType):
        return plugin.__name__
    return f"{plugin.name} ({plugin.dist.name})" if plugin.dist else plugin.name


def _ask(plugin: EntryPoint | ModuleType) -> dict[str, list[Any]]:
    """Call every hook of one plugin and check the kind of what it returns."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    module = plugin if isinstance(plugin, ModuleType) else plugin.load()
    manager.register(module)
    manager.check_pending()  # a misspelt hook is an error, not silence
    found = {hook: [x for answer in getattr(manager.hook, hook)() for x in answer] for hook in HOOKS}
    for hook, items in found.items():
        for item in items:
            if not isinstance(item, HOOKS[hook][1]):
                raise PluginError(f"{hook} returned {item!r}, which is no {HOOKS[hook][1].__name__}.")
    if not any(found.values()):
        raise PluginError("it implements no hook; mark a function provide_models with earmark.hookimpl.")
    return found


def _by_name(offers: list[tuple[str, Named]]) -> dict[str, Named]:
    owners: dict[str, str] = {}
    for plugin, item in offers:
        if item.name in owners:
            raise PluginError(
                f"Two plugins offer {item.name!r}: {owners[item.name]} and {plugin}; uninstall or rename one."
            )
        owners[item.name] = plugin
    return {item.name: item for _, item in sorted(offers, key=lambda offer: offer[1].name)}


@lru_cache(maxsize=1)
def installed() -> Catalogue:
    """The catalogue of all installed distributions; warns once of each plugin that is broken."""
    catalogue = load_catalogue(entry_points(group=hookspecs.PROJECT))
    for sentence in catalogue.broken:
        warnings.warn(sentence, PluginWarning, stacklevel=2)
    return catalogue


def split_options(name: str) -> tuple[str, dict[str, str]]:
    """Part ``etudes?soundfont=my.sf2&x=1`` into its name and its options."""
    base, _, query = name.partition("?")
    pairs = [part.partition("=") for part in query.split("&") if part]
    return base, {key: value for key, _, value in pairs}


def _check_options(kind: str, options: Mapping[str, str], allowed: tuple[str, ...]) -> None:
    for option in options:
        if option not in allowed:
            raise UnknownName(f"option of this {kind}", option, allowed)


def find_model(model: str | ModelInfo) -> tuple[ModelInfo, dict[str, str]]:
    """The model of that name, or the one in the file ``path/to/my_model.py[::name]``, and its options.

    A ModelInfo is its own answer. Raises UnknownName with the nearest name, or PluginError when the file holds
    no model.
    """
    if isinstance(model, ModelInfo):
        return model, {}
    base, options = split_options(model)
    path, _, wanted = base.partition("::")
    info = _model_in_file(Path(path), wanted) if path.endswith(".py") else _installed_model(base)
    _check_options("model", options, info.options)
    return info, options


def _installed_model(name: str) -> ModelInfo:
    models = installed().models
    if name not in models:
        raise UnknownName("model", name, models)
    return models[name]


def _model_in_file(path: Path, wanted: str) -> ModelInfo:
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


def open_model(model: str | ModelInfo, device: str = "cpu") -> OpenedModel:
    """Find and load a model; raises UnknownName, or PluginError with its name. Crosses to workers as a partial."""
    info, options = find_model(model)
    takes_device = "device" in signature(info.load).parameters
    try:
        loaded = info.load(**options, **({"device": device} if takes_device else {}))
    except Exception as error:
        raise PluginError(f"Model {info.name!r} cannot be loaded: {type(error).__name__}: {error}") from error
    return OpenedModel(info=info, model=loaded, options=tuple(sorted(options.items())))


def find_dataset(name: str) -> tuple[DatasetInfo, dict[str, str]]:
    """The data set of that name and its options; raises UnknownName."""
    base, options = split_options(name)
    datasets = installed().datasets
    if base not in datasets:
        raise UnknownName("data set", base, datasets)
    _check_options("data set", options, datasets[base].options)
    return datasets[base], options


def find_benchmark(name: str) -> tuple[Benchmark, dict[str, str]]:
    """The benchmark of that name and the options for its data sets; raises UnknownName."""
    base, options = split_options(name)
    benchmarks = installed().benchmarks
    if base not in benchmarks:
        raise UnknownName("benchmark", base, benchmarks)
    return benchmarks[base], options


def find_reader(path: Path) -> ReaderInfo:
    """The reader that opens this table or folder; raises DatasetError naming the formats there are."""
    readers = installed().readers
    accepting: Callable[[ReaderInfo], bool] = lambda reader: reader.accepts(path)  # noqa: E731
    for reader in filter(accepting, readers.values()):
        return reader
    if not path.exists():
        raise DatasetError(f"There is no table or folder {path}.")
    formats = ", ".join(f for r in readers.values() for f in r.formats)
    raise DatasetError(f"{path} is of no kind that can be read; there are: {formats}.")
