"""Checkpoints of Hugging Face transformers: found, read with what the user trusts, and whole or refused."""

import json
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import PluginError
from earmark.weights import load_weights
from earmark_plugins.adapters.hf.audio_encoders import FAMILIES, Family
from earmark_plugins.card import VERSION_DIGITS, content_hash

if TYPE_CHECKING:
    from torch import Tensor

HUB = "https://huggingface.co/"
CONFIG = "config.json"
COMMIT = re.compile(r"[0-9a-f]{40}")
DECIDING = {".json", ".safetensors", ".bin", ".pt", ".py"}
"""Endings of the files in a folder that decide what the model answers."""
SAFE_WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
PICKLE = "pytorch_model.bin"
EMPTY_BAND = "At least one mel filter has all zero values"
"""What transformers says of the lowest bands of AST, which are that narrow as published."""
TRAINING_ONLY = ("masked_spec_embed",)
"""Weights that a checkpoint may lack, because only training uses them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where a model lies, and what of it may run."""

    name: str
    place: str
    """A folder, or a name on the hub."""
    revision: str | None
    """The commit, of a name on the hub."""
    remote_code: bool

    def opening(self) -> dict[str, Any]:
        """What every ``from_pretrained`` is told."""
        return {"revision": self.revision or "main", "trust_remote_code": self.remote_code}


def find_checkpoint(argument: str, revision: str, *, remote_code: bool) -> Checkpoint:
    """Find the folder, or the commit that a name on the hub stands for now, and refuse code that nobody trusts."""
    folder = Path(argument).expanduser()
    if folder.is_dir() and revision:
        raise PluginError(f"?revision={revision} is a commit of a model on the hub; {argument} is a folder.")
    config = _in_folder(folder) if folder.is_dir() else _on_hub(argument, revision)
    _refuse_code(argument, _settings(config), remote_code=remote_code)
    if folder.is_dir():
        whole = folder.resolve()
        return Checkpoint(name=whole.name, place=str(whole), revision=None, remote_code=remote_code)
    return Checkpoint(name=argument, place=argument, revision=_commit(config), remote_code=remote_code)


def _in_folder(folder: Path) -> Path:
    if not (folder / CONFIG).is_file():
        raise PluginError(f"{folder} has no {CONFIG}; save the model there with save_pretrained().")
    return folder / CONFIG


def _on_hub(name: str, revision: str) -> Path:
    """Obtain the configuration of a model on the hub, or find it among the files obtained before."""
    utilities = _transformers("utils")
    try:
        with _quietly():
            return Path(utilities.cached_file(name, CONFIG, revision=revision or "main"))
    except (OSError, ValueError) as error:
        raise PluginError(
            f"There is no folder {name}, and Hugging Face gives no model of that name ({_first_line(error)}). "
            "Check the name, the revision and the connection, or give a folder with the model."
        ) from error


def _commit(config: Path) -> str:
    """The commit that a file of the hub's cache belongs to: the cache keeps each in a folder of that name."""
    if not COMMIT.fullmatch(config.parent.name):
        raise PluginError(f"The commit of {config} cannot be told; add ?revision= with the hash that the hub shows.")
    return config.parent.name


def _settings(config: Path) -> dict[str, Any]:
    """Read the configuration as it is written; runs none of its code."""
    try:
        settings: dict[str, Any] = json.loads(config.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PluginError(f"{config} cannot be read ({_first_line(error)}); obtain the model again.") from error
    return settings


def _refuse_code(name: str, settings: Mapping[str, Any], *, remote_code: bool) -> None:
    if settings.get("model_type") not in FAMILIES and "auto_map" in settings and not remote_code:
        raise PluginError(
            f"{name} brings its own code ({settings['auto_map'].get('AutoModel', 'auto_map')}), which would run here. "
            "Read it; if you trust it, add --trust-remote-code."
        )


def read_config(checkpoint: Checkpoint) -> Any:
    """Return the configuration as transformers builds it; raises PluginError."""
    with _told(checkpoint, "configuration"):
        return _transformers().AutoConfig.from_pretrained(checkpoint.place, **checkpoint.opening())


def read_extractor(checkpoint: Checkpoint) -> Any:
    """Return the feature extractor, which turns audio into what the network takes; raises PluginError."""
    with _told(checkpoint, "feature extractor (preprocessor_config.json)"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", EMPTY_BAND, UserWarning)
        return _transformers().AutoFeatureExtractor.from_pretrained(checkpoint.place, **checkpoint.opening())


def load_encoder(checkpoint: Checkpoint, family: Family, *, trusted: bool) -> Any:
    """Load the encoder in float32, whatever its weights are kept in; refuse weights that are missing or a pickle."""
    import torch  # noqa: PLC0415 - listing models imports no torch

    with _told(checkpoint, "weights"), torch.random.fork_rng(devices=[]):
        pickled = _pickled(checkpoint) if trusted else None
        kind, given = getattr(_transformers(), family.network), checkpoint.opening()
        place: str | None = checkpoint.place
        if pickled:
            kind, config = _class_and_config(checkpoint, family)
            place, given = None, {"config": config, "state_dict": pickled}
        network, found = kind.from_pretrained(place, output_loading_info=True, dtype=torch.float32, **given)
    encoder = family.encoder(network).eval()
    _complete(encoder, network, found["missing_keys"], checkpoint)
    _settle(encoder)
    return encoder


def _pickled(checkpoint: Checkpoint) -> "dict[str, Tensor] | None":
    """The weights of a trusted pickle; None where there are safer ones, which transformers finds.

    We read it, because transformers 5 drops its own ``weights_only=False`` on the way.
    """
    if any(_file(checkpoint, name) for name in SAFE_WEIGHTS):
        return None
    path = _file(checkpoint, PICKLE)
    return load_weights(path, trust={"weights"}) if path else None


def _class_and_config(checkpoint: Checkpoint, family: Family) -> tuple[Any, Any]:
    """The class of the network and its own part of the configuration, without any weights."""
    import torch  # noqa: PLC0415 - listing models imports no torch

    loader, config = getattr(_transformers(), family.network), read_config(checkpoint)
    if not hasattr(loader, "from_config"):  # a class of its own, such as CLAP's audio tower
        return loader, getattr(config, "audio_config", config)
    with torch.device("meta"):
        return type(loader.from_config(config, trust_remote_code=checkpoint.remote_code)), config


def _file(checkpoint: Checkpoint, name: str) -> Path | None:
    """A file of the checkpoint; None: it has none of that name."""
    with suppress(OSError):
        return Path(_transformers("utils").cached_file(checkpoint.place, name, revision=checkpoint.revision or "main"))
    return None


def _complete(encoder: Any, network: Any, missing: Any, checkpoint: Checkpoint) -> None:
    """Refuse an encoder with weights that no file gave: transformers draws them at random."""
    import torch  # noqa: PLC0415 - listing models imports no torch

    heard = {id(tensor) for tensor in (*encoder.parameters(), *encoder.buffers())}
    named = dict(network.named_parameters()) | dict(network.named_buffers())
    drawn = {name: tensor for name, tensor in named.items() if name in missing and id(tensor) in heard}
    if wrong := [name for name in drawn if not name.endswith(TRAINING_ONLY)]:
        raise PluginError(
            f"{checkpoint.name} lacks {len(wrong)} weights of {type(encoder).__name__}, such as {wrong[0]}: they would "
            "be random. Obtain the whole checkpoint, or one saved from this kind of model."
        )
    with torch.no_grad():
        for tensor in drawn.values():
            tensor.zero_()


def _settle(encoder: Any) -> None:
    """Let nothing in the encoder name this machine or change when it is first called: its state is its fingerprint."""
    for part in encoder.modules():
        if hasattr(part, "name_or_path"):
            part.name_or_path = ""
    with suppress(ModuleNotFoundError):  # before transformers 5 there were no such hooks
        import_module("transformers.utils.output_capturing").maybe_install_capturing_hooks(encoder)


def _transformers(part: str = "") -> Any:
    """The package, or a module in it; imported late, because it is heavy and an extra."""
    try:
        return import_module(f"transformers.{part}" if part else "transformers")
    except ModuleNotFoundError as error:
        raise PluginError(f"hf: needs the package transformers ({error}); pip install 'earmark[hf]'.") from error


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep transformers' progress bars and reports off the screen: what matters in them is checked here."""
    reports = _transformers("utils.logging")
    level, bars = reports.get_verbosity(), reports.is_progress_bar_enabled()
    reports.set_verbosity(logging.CRITICAL)
    reports.disable_progress_bar()
    try:
        yield
    finally:
        reports.set_verbosity(level)
        if bars:
            reports.enable_progress_bar()


@contextmanager
def _told(checkpoint: Checkpoint, what: str) -> Iterator[None]:
    """Turn whatever transformers raises while it reads a part of the checkpoint into a sentence."""
    from pickle import UnpicklingError  # noqa: PLC0415 - only to name an error

    try:
        with _quietly():
            yield
    except UnpicklingError as error:
        raise PluginError(
            f"The weights of {checkpoint.name} are a pickle that holds more than weights: to read it, code would have "
            "to run. Ask for safetensors; or, if you trust whoever made it, add --trust-weights."
        ) from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise PluginError(f"The {what} of {checkpoint.name} cannot be read: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def version_of(checkpoint: Checkpoint) -> str:
    """The commit on the hub, or the hash of all files in the folder that decide what the model answers."""
    folder = Path(checkpoint.place)
    if not folder.is_dir():
        return checkpoint.revision or "main"
    files = sorted(path for path in folder.rglob("*") if path.suffix in DECIDING and path.is_file())
    return content_hash(files)[:VERSION_DIGITS]


def _model_card(checkpoint: Checkpoint) -> dict[str, Any]:
    """The head of the model's card; {} where there is none, which is no reason not to measure the model."""
    from huggingface_hub import hf_hub_download  # noqa: PLC0415 - heavy
    from huggingface_hub.repocard import metadata_load  # noqa: PLC0415

    folder = Path(checkpoint.place)
    try:
        path = folder / "README.md" if folder.is_dir() else None
        return metadata_load(path or hf_hub_download(checkpoint.place, "README.md", revision=checkpoint.revision)) or {}
    except Exception:  # no card, no connection, or a card that somebody mistyped
        return {}


def provenance(checkpoint: Checkpoint, config: Any) -> dict[str, Any]:
    """Licence, source and training data as the model's card states them, by their names in `ModelInfo`."""
    card = _model_card(checkpoint)
    license_ = ", ".join(_texts(card.get("license")))
    return {
        "license": str(card.get("license_name") or license_) if license_ == "other" else license_,
        "source": _source(checkpoint, card, config),
        "training_data": tuple(_texts(card.get("datasets"))),
    }


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []


def _source(checkpoint: Checkpoint, card: Mapping[str, Any], config: Any) -> str:
    if not Path(checkpoint.place).is_dir():
        return f"{HUB}{checkpoint.place}"
    base = [f"{HUB}{name}" for name in _texts(card.get("base_model"))]
    return ", ".join(["a folder of transformers' " + config.model_type, *(f"made from {name}" for name in base)])
