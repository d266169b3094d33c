"""Find and open models: by name, from a single file, or through an adapter."""

from collections.abc import Callable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

from earmark.errors import EarmarkError, PluginError, UnknownName
from earmark.model import AdapterInfo, ModelInfo, OpenedModel
from earmark.place import Place
from earmark.registry.catalogue import installed
from earmark.registry.options import check_options, split_options
from earmark.registry.single_file import model_in_file

NOTHING: frozenset[str] = frozenset()


def find_model(model: str | ModelInfo, trust: frozenset[str] = NOTHING) -> tuple[ModelInfo, dict[str, str]]:
    """The model of that name and its options.

    A name is one from `bench models`, ``path/to/my_model.py[::name]``, ``adapter:argument``, or a path that an adapter
    accepts; each may be followed by ``?option=value&...``. A ModelInfo is its own answer. Raises UnknownName with the
    nearest name, or PluginError when there is no model behind it.
    """
    if isinstance(model, ModelInfo):
        return model, {}
    base, options = split_options(model)
    adapter, argument = _adapter(base)
    if adapter is not None:
        return _described(adapter, argument, options, trust), options
    path, _, wanted = base.partition("::")
    info = model_in_file(Path(path), wanted) if path.endswith(".py") else _installed_model(base)
    check_options("model", options, info.options)
    return info, options


def _adapter(base: str) -> tuple[AdapterInfo | None, str]:
    """The adapter that the name calls for, and what follows its colon."""
    catalogue = installed()
    if base in catalogue.models:
        return None, base
    prefix, colon, argument = base.partition(":")
    if colon and prefix in catalogue.adapters:
        return catalogue.adapters[prefix], argument
    path = Path(base).expanduser()
    return next((a for a in catalogue.adapters.values() if a.accepts is not None and a.accepts(path)), None), base


def _described(adapter: AdapterInfo, argument: str, options: Mapping[str, str], trust: frozenset[str]) -> ModelInfo:
    if not argument:
        raise PluginError(f"{adapter.name}: names no model; write {adapter.name}:{adapter.argument}.")
    check_options(f"{adapter.name} model", options, adapter.options)
    try:
        return adapter.describe(argument, **options, **_taken(adapter.describe, trust=trust))
    except EarmarkError:
        raise
    except Exception as error:  # the plugin border: whatever stands behind an adapter may raise anything
        raise PluginError(f"{adapter.name}:{argument} cannot be read: {type(error).__name__}: {error}") from error


def _taken(function: Callable[..., Any], **offers: Any) -> dict[str, Any]:
    """Those of our offers that the function names among its parameters."""
    parameters = signature(function).parameters
    return {name: value for name, value in offers.items() if name in parameters}


def _installed_model(name: str) -> ModelInfo:
    models = installed().models
    words = [f"{adapter.name}:{adapter.argument}" for adapter in installed().adapters.values()]
    if name not in models and Path(name).expanduser().exists():
        hint = "say what it is by one of " + ", ".join(words)
        raise PluginError(f"{name} is here, but nothing takes it as it stands (a checkpoint needs its JSON): {hint}.")
    if name not in models:
        raise UnknownName("model", name, [*models, *words])
    return models[name]


def open_model(
    model: str | ModelInfo, device: str = "cpu", *, models: Path | None = None, trust: frozenset[str] = NOTHING
) -> OpenedModel:
    """Find and load a model; raises UnknownName, or PluginError with its name. Crosses to workers as a partial.

    `models` is the folder where `bench models get` keeps what models need; the cache's own when it is None.
    """
    info, options = find_model(model, trust)
    folder = folder_of(info, models)
    own = {name: value for name, value in options.items() if name in info.options}
    try:
        loaded = info.load(**own, **_taken(info.load, device=device, folder=folder, trust=trust))
    except EarmarkError:
        raise
    except Exception as error:
        raise PluginError(f"Model {info.name!r} cannot be loaded: {type(error).__name__}: {error}") from error
    if not (info.sample_rate or hasattr(loaded, "embed_tracks")):
        raise PluginError(f"Model {info.name!r} hears audio, so its sample_rate must be above 0.")
    return OpenedModel(info=info, model=loaded, options=tuple(sorted(public(options).items())))


def folder_of(info: ModelInfo, models: Path | None = None) -> Path:
    """Where `bench models get` puts what the model needs; raises PluginError when it must be obtained first."""
    folder = (models or Place.at().models) / info.name
    if info.fetch is not None and not folder.exists():
        raise PluginError(f"{info.name!r} needs weights that are not on this disk: bench models get {info.name}")
    return folder


def public(options: Mapping[str, str]) -> dict[str, str]:
    """The options as a result may name them: of a path on this machine only the file's name."""
    return {name: Path(value).name if Path(value).exists() else value for name, value in options.items()}
