"""A change of audio that a robust embedding should survive, and what it does to the truth."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np

from earmark.audio import Audio
from earmark.errors import PluginError
from earmark.target import FAMILIES, FORMS, Label, Target

Move = Callable[[Label, float], Label | None]
"""Called with a label and a level; returns the label that is then true, or None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbation:
    """A named, seeded change of audio at a level with a unit, and what it does to a label."""

    name: str
    version: str
    unit: str
    """Of the level: ``dB``, ``semitones``, ``× speed``, ``kbit/s``."""
    levels: tuple[float, ...]
    """The ladder that is climbed unless the user names levels, from mild to severe."""
    limits: tuple[float, float] = (-math.inf, math.inf)
    """The lowest and the highest level that there can be."""
    only: tuple[float, ...] = ()
    """The levels that there are, where numbers between them are none, such as a codec's bit rates."""
    names: Mapping[str, float] = field(default_factory=dict)
    """Levels by name, where they are no quantities, such as presets of a device: there are no others then."""
    neutral: float | None = None
    """The level that changes nothing, where there is one: 0 semitones, 1 × speed."""
    apply: Callable[[Audio, float, np.random.Generator], Audio]
    """Called with the audio, a level and the only source of chance; returns the changed audio, at any rate.

    The audio is the mono mix at the recording's own rate; `Audio.channels` holds what was mixed. What comes back may
    leave [-1, 1]: it is neither clipped nor scaled.
    """
    moves: Mapping[str, Move] = field(default_factory=dict)
    """By form of answer (``tempo``, ``key``, ``timeline``) or else by family; what is absent is left as it was."""
    license: str = ""
    source: str = ""
    """Where it comes from: a paper, a repository, a textbook."""
    summary: str = ""

    def __post_init__(self) -> None:
        for what, text in (("name", self.name), ("version", self.version), ("unit", self.unit)):
            if not (isinstance(text, str) and text):
                raise PluginError(f"A perturbation needs name, version and unit as text; its {what} is {text!r}.")
        if not self.levels or not all(math.isfinite(level) for level in self.levels):
            raise PluginError(f"Perturbation {self.name!r} has levels {self.levels}; name at least one finite number.")
        if len(set(self.levels)) < len(self.levels):
            raise PluginError(f"Perturbation {self.name!r} has levels {self.levels}; each may stand once.")
        for level in self.levels:
            if wrong := self.refuses(level):
                raise PluginError(wrong)
        for kind in self.moves:
            if kind not in (*FORMS, *FAMILIES):
                known = ", ".join(dict.fromkeys((*FORMS, *FAMILIES)))
                raise PluginError(f"Perturbation {self.name!r} moves {kind!r}, which is none of {known}.")

    def refuses(self, level: float) -> str:
        """Say why there is no such level, or nothing."""
        if self.names and level not in self.names.values():
            return f"Perturbation {self.name!r} has no level {level:g}; its levels are {', '.join(self.names)}."
        if self.only and level not in self.only:
            known = ", ".join(f"{each:g}" for each in self.only)
            return f"Perturbation {self.name!r} has no level {level:g}; there are {known} {self.unit}."
        low, high = self.limits
        if not low <= level <= high or not math.isfinite(level):
            return f"Perturbation {self.name!r} has no level {level:g}; they go from {low:g} to {high:g} {self.unit}."
        return ""

    def spell(self, level: float) -> str:
        """A level as the command line takes it: its name, or its number."""
        by_level = {value: name for name, value in self.names.items()}
        return by_level.get(level) or f"{level:.6g}"

    def say(self, level: float) -> str:
        """A level as a sentence has it: its name, or its number with the unit."""
        return self.spell(level) if self.names else f"{self.spell(level)} {self.unit}"

    def perturb(self, audio: Audio, level: float, *, track: str, seed: int = 0) -> Audio:
        """Change the audio of the track with that id; the same track and seed give the same bits.

        Chance does not depend on the level: along the ladder a track meets the same noise, only louder.
        Raises PluginError when `apply` fails or returns what is no audio.
        """
        own = replace(audio, samples=audio.samples.copy())  # the plugin may write to it
        try:
            changed = self.apply(own, level, self.chance(track, seed))
        except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
            raise PluginError(
                f"Perturbation {self.name!r} failed at {self.say(level)} on {track}: {type(error).__name__}: {error}"
            ) from error
        if wrong := _fault(changed):
            raise PluginError(f"Perturbation {self.name!r} at {self.say(level)} returned {wrong} for {track}.")
        return changed

    def chance(self, track: str, seed: int = 0) -> np.random.Generator:
        """The random generator of one track, the same in every process."""
        about = "\0".join((self.name, self.version, track, str(seed)))
        return np.random.default_rng(int.from_bytes(sha256(about.encode()).digest()))

    def moved(self, target: Target, label: Label, level: float) -> Label | None:
        """The label that is true of the changed audio; None: not known, so the track is not asked for it.

        A move of the tempo or the key speaks of beats per minute and of the 24 keys. Of a target of that family in
        another form, such as slow and fast, nobody can say what is then true.
        """
        if target.form in self.moves:
            return self.moves[target.form](label, level)
        if target.family not in self.moves:
            return label
        return None if target.family in FORMS else self.moves[target.family](label, level)


def _fault(changed: object) -> str:
    """Say what keeps a plugin's answer from being audio, or nothing."""
    if not isinstance(changed, Audio):
        return f"a {type(changed).__name__} instead of Audio"
    samples = changed.samples
    if not isinstance(samples, np.ndarray) or samples.dtype != np.float32 or samples.ndim != 1:
        found = f"{samples.dtype} {list(samples.shape)}" if isinstance(samples, np.ndarray) else type(samples).__name__
        return f"samples that are {found} instead of float32 [samples]"
    if not len(samples) or not changed.rate > 0:
        return f"{len(samples)} samples at {changed.rate} Hz"
    return "" if np.isfinite(samples).all() else "NaN or infinite samples"
