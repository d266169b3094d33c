"""A checkpoint on disk: weights as safetensors, and beside them JSON that says what they are.

``NAME.safetensors``  the best weights so far, ready to be used as a model
``NAME.json``         architecture, recipe, targets, data, curve, and the blake3 of the weights that it speaks of
``NAME.training``     while the training is not finished: all that `--resume` needs, in one file (see `state`)
``NAME.png``          the curve, once it is finished
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from blake3 import blake3

from earmark.errors import PluginError
from earmark.train.curve import Epoch
from earmark.train.whole import write_whole
from earmark.trainer import Phase, Recipe

FORMAT = "earmark-checkpoint-1"
WEIGHTS = ".safetensors"
VERSION_DIGITS = 12
"""So many digits of the weights' hash are the version of the model that they make."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one checkpoint."""

    weights: Path

    @classmethod
    def named(cls, out: Path | str) -> "Files":
        """The files of a checkpoint given as ``NAME`` or ``NAME.safetensors``."""
        path = Path(out).expanduser()
        return cls(path if path.suffix == WEIGHTS else path.with_name(path.name + WEIGHTS))

    @property
    def about(self) -> Path:
        """What the weights are."""
        return self.weights.with_suffix(".json")

    @property
    def training(self) -> Path:
        """Where an unfinished training stands."""
        return self.weights.with_suffix(".training")

    @property
    def picture(self) -> Path:
        """The curve."""
        return self.weights.with_suffix(".png")

    def existing(self) -> list[Path]:
        """Those that would be overwritten."""
        return [path for path in (self.weights, self.about, self.training) if path.exists()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What a network was trained on."""

    name: str
    version: str
    license: str
    fingerprint: str
    """blake3 over the ids, splits, labels and audio of its training and validation clips, in order."""
    train: int
    """Clips."""
    valid: int
    skipped: tuple[tuple[str, str], ...] = ()
    """Track id and reason of every recording that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that decides how a training goes: to resume it, all of it must be the same."""

    trainer: str
    trainer_version: str
    size: str
    recipe: Recipe
    targets: tuple[Mapping[str, Any], ...]
    """Name, form and classes of each target, in the order of the logits."""
    outputs: int
    """Logits together."""
    data: Data
    seed: int

    def differences(self, other: "Plan") -> list[str]:
        """Say where another plan differs, in words."""
        ours, theirs = _plain(self), _plain(other)
        return [_difference(name, ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]]


def _plain(plan: Plan) -> dict[str, Any]:
    """Return the parts of a plan as JSON has them, with targets by name."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(plan)))
    return {**plain, "targets": {target["name"]: target["classes"] or target["form"] for target in plain["targets"]}}


def _difference(name: str, ours: Any, theirs: Any) -> str:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        parts = [key for key in {**ours, **theirs} if ours.get(key) != theirs.get(key)]
        return "; ".join(_difference(f"{name} {key}", ours.get(key), theirs.get(key)) for key in parts)
    return f"{name}: {ours}, not {theirs}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What is known of a checkpoint without opening its weights."""

    earmark: str
    """The version that wrote it."""
    plan: Plan
    parameters: int
    threads: int
    """That computed it: the last digits depend on their number."""
    device: str
    torch: str
    curve: tuple[Epoch, ...] = ()
    best_epoch: int = 0
    """Whose weights these are; 0: the untrained ones."""
    finished: bool = False
    seconds: float = 0.0
    """That the training took, over all its sittings."""
    weights: str = ""
    """blake3 of the file of weights."""
    notes: tuple[str, ...] = field(default=())
    """What a user must know, such as targets that were left out."""

    @property
    def name(self) -> str:
        """What the model is called: the trainer and its size."""
        return f"{self.plan.trainer}-{self.plan.size}"

    @property
    def version(self) -> str:
        """The first digits of the weights' hash."""
        return self.weights[:VERSION_DIGITS]

    @property
    def best(self) -> Epoch | None:
        """The epoch with the lowest validation loss; None before the first."""
        return self.curve[self.best_epoch - 1] if self.best_epoch else None


def write_checkpoint(files: Files, checkpoint: Checkpoint, weights: bytes | None = None) -> Checkpoint:
    """Write the description and, if given, the weights that it then speaks of; raises EarmarkError."""
    if weights is None:
        write_whole({files.about: to_json(checkpoint)})
        return checkpoint
    named = replace(checkpoint, weights=str(blake3(weights).hexdigest()))
    write_whole({files.weights: weights, files.about: to_json(named)})
    return named


def read_checkpoint(path: Path | str) -> Checkpoint:
    """Read what stands beside the weights; raises PluginError where it is missing, damaged or of other weights."""
    files = Files.named(path)
    try:
        checkpoint = from_json(files.about.read_bytes())
        found = str(blake3(files.weights.read_bytes()).hexdigest())
    except OSError as error:
        raise PluginError(
            f"{files.weights} is no checkpoint: {error.filename} cannot be read ({error.strerror})."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PluginError(f"{files.about} does not describe a checkpoint of `bench train` ({error}).") from error
    if found != checkpoint.weights:
        raise PluginError(
            f"{files.about} speaks of the weights {checkpoint.version}…, but {files.weights.name} holds "
            f"{found[:VERSION_DIGITS]}…; if a training was killed while it wrote, `bench train ... --resume` mends it."
        )
    return checkpoint


def is_checkpoint(path: Path) -> bool:
    """Whether a path names weights that `bench train` wrote."""
    if path.suffix != WEIGHTS or not path.is_file():
        return False
    try:
        return bool(json.loads(Files(path).about.read_bytes())["format"] == FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def to_json(checkpoint: Checkpoint) -> bytes:
    """Spell a checkpoint's description."""
    return json.dumps({"format": FORMAT, **asdict(checkpoint)}, indent=1, ensure_ascii=False).encode()


def from_json(text: bytes | str) -> Checkpoint:
    """Read what `to_json` wrote; raises ValueError, KeyError or TypeError."""
    found = json.loads(text)
    if found.pop("format") != FORMAT:
        raise ValueError(f"its format is not {FORMAT}")
    plan, recipe = found["plan"], found["plan"]["recipe"]
    phases = tuple(Phase(**phase) for phase in recipe["phases"])
    data = Data(**{**plan["data"], "skipped": tuple((a, b) for a, b in plan["data"]["skipped"])})
    plan = Plan(
        **{**plan, "recipe": Recipe(**{**recipe, "phases": phases}), "data": data, "targets": tuple(plan["targets"])}
    )
    curve = tuple(Epoch(**epoch) for epoch in found["curve"])
    return Checkpoint(**{**found, "plan": plan, "curve": curve, "notes": tuple(found["notes"])})
