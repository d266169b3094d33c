"""What is found out once a session, however many tests ask: the model, its findings, its result, its memory."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from earmark.check import Finding, check
from earmark.extract import model_fingerprint, pick_device
from earmark.extract.embed import freeze
from earmark.extract.listed import is_listed
from earmark.gate.settings import Settings as Gate
from earmark.model import ModelInfo, OpenedModel
from earmark.probe import PROBES
from earmark.progress import Progress
from earmark.protocol import Recordings, run
from earmark.protocol.environment import describe
from earmark.pytest_plugin.baseline import baseline_path, gate_settings
from earmark.pytest_plugin.extraction import tracks_of
from earmark.pytest_plugin.memory import added_bytes
from earmark.pytest_plugin.settings import Settings
from earmark.registry import find_model, open_model
from earmark.result import Result, read_result
from earmark.robust import robust

FOUND: pytest.StashKey["Facts"] = pytest.StashKey()
T = TypeVar("T")


@dataclass(kw_only=True, eq=False)
class Facts:
    """The model of the settings, and what was found out about it so far."""

    settings: Settings
    _known: dict[Hashable, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, config: pytest.Config, settings: Settings) -> "Facts":
        """Those of this session; settings do not change within one."""
        return config.stash.setdefault(FOUND, cls(settings=settings))

    def once(self, name: Hashable, find: Callable[[], T]) -> T:
        """What `find` finds the first time; what it raises is not kept."""
        if name not in self._known:
            self._known[name] = find()
        found: T = self._known[name]
        return found

    @cached_property
    def info(self) -> ModelInfo:
        """What is known of the model; raises UnknownName or PluginError."""
        return find_model(self.settings.model, self.settings.trust)[0]

    @cached_property
    def device(self) -> str:
        """The device that the settings ask for."""
        return pick_device(self.settings.device)

    @cached_property
    def opener(self) -> Callable[[], OpenedModel]:
        """Opens the model; crosses to other processes."""
        return partial(open_model, self.settings.model, self.device, trust=self.settings.trust)

    @cached_property
    def opened(self) -> OpenedModel:
        """The model, ready to embed in this process."""
        return freeze(self.opener(), self.device)

    @property
    def hears_nothing(self) -> bool:
        """It looks embeddings up by id, so that there is no extraction to time."""
        return is_listed(self.opened) and not self.info.sample_rate

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all that decides the model's answers."""
        return model_fingerprint(self.opened)

    @cached_property
    def environment(self) -> dict[str, str]:
        """Versions and machine."""
        return describe(self.device)

    @cached_property
    def gate(self) -> Gate:
        """How strictly the scores are judged; raises an EarmarkError."""
        return gate_settings(self.settings)

    @cached_property
    def baseline_path(self) -> Path | None:
        """Where the result lies that is gated against; None where none is named. Raises an EarmarkError."""
        return baseline_path(self.settings, self.gate)

    @cached_property
    def baseline(self) -> Result | None:
        """The result that is gated against; None where none is named. Raises an EarmarkError."""
        return None if self.baseline_path is None else read_result(self.baseline_path)

    def findings(self, *, quick: bool) -> tuple[Finding, ...]:
        """What `bench check` finds."""
        asked, trust = self.settings, self.settings.trust
        return self.once(("check", quick), lambda: check(asked.model, device=self.device, trust=trust, quick=quick))

    def memory_bytes(self, audio_s: float) -> int:
        """What opening the model and embedding `audio_s` of audio adds to a process of its own."""
        return self.once(("memory", audio_s), lambda: added_bytes(self.opener, self.device, tracks_of(audio_s)))

    def result(self, on: str | Recordings, progress: Progress) -> Result:
        """The model measured as the baseline was."""
        return self.once(("result", str(on)), lambda: _measured(self, on, progress))


def _measured(facts: Facts, on: str | Recordings, progress: Progress) -> Result:
    how: Any = {
        "device": facts.settings.device,
        "trust": tuple(facts.settings.trust),
        "workers": facts.settings.workers,
        "progress": progress,
    }
    old = facts.baseline
    if old is None:
        return run(facts.settings.model, on, **how)
    how |= as_before(old)
    if old.robustness is not None:
        return robust(facts.settings.model, on, old.robustness.asked, **how)
    return run(facts.settings.model, on, **how)


def as_before(old: Result) -> dict[str, Any]:
    """What a run must be told to ask what an earlier one asked."""
    probes = [probe for probe in PROBES if any(task.probe == probe for task in old.tasks)]
    return {
        "tasks": old.asked,
        "probes": probes or list(PROBES)[:1],
        "layers": old.model.layers,
        "limit": old.limit,
        "seed": old.seed,
        "precision": old.precision,
    }
