"""Everything that the installed plugins bring, by name."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from earmark import hookspecs
from earmark.dataset import DatasetInfo, ReaderInfo
from earmark.errors import PluginError, UnknownName
from earmark.model import AdapterInfo, ModelInfo
from earmark.perturbation import Perturbation, Preset
from earmark.registry.checksums import registered
from earmark.task import Benchmark
from earmark.trainer import TrainerInfo
from earmark.translator import TranslatorInfo

Named = TypeVar(
    "Named",
    ModelInfo,
    AdapterInfo,
    TrainerInfo,
    DatasetInfo,
    ReaderInfo,
    Perturbation,
    Preset,
    TranslatorInfo,
    Benchmark,
)


class PluginWarning(UserWarning):
    """A plugin could not be loaded; everything else works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that the installed plugins bring, by name."""

    models: Mapping[str, ModelInfo]
    adapters: Mapping[str, AdapterInfo]
    trainers: Mapping[str, TrainerInfo]
    datasets: Mapping[str, DatasetInfo]
    readers: Mapping[str, ReaderInfo]
    perturbations: Mapping[str, Perturbation]
    presets: Mapping[str, Preset]
    translators: Mapping[str, TranslatorInfo]
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
    "provide_adapters": ("adapters", AdapterInfo),
    "provide_trainers": ("trainers", TrainerInfo),
    "provide_datasets": ("datasets", DatasetInfo),
    "provide_readers": ("readers", ReaderInfo),
    "provide_perturbations": ("perturbations", Perturbation),
    "provide_presets": ("presets", Preset),
    "provide_translators": ("translators", TranslatorInfo),
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
    found["provide_datasets"] = [registered(info, module) for info in found["provide_datasets"]]
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


def on_shelf(kind: str, name: str, shelf: Mapping[str, Named]) -> Named:
    """What a shelf of the catalogue holds under that name; raises UnknownName, which says the kind."""
    if name not in shelf:
        raise UnknownName(kind, name, shelf)
    return shelf[name]
