"""The options of the plugin: each on the command line and in the ini file, where the command line wins."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

RESULTS = ".earmark"
"""Where results go, below the folder that pytest was started in: its root moves with the paths that are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option under both of its names: ``--earmark-model`` and ``earmark_model``."""

    name: str
    help: str
    metavar: str
    several: bool = False
    """Given several times, or as lines of the ini file."""
    kind: Literal["word", "path"] = "word"

    @property
    def flag(self) -> str:
        """On the command line."""
        return f"--earmark-{self.name}"

    @property
    def key(self) -> str:
        """In the ini file."""
        return f"earmark_{self.name.replace('-', '_')}"

    def offer(self, parser: pytest.Parser, group: pytest.OptionGroup) -> None:
        """Add both names to pytest's."""
        action = "append" if self.several else "store"
        group.addoption(self.flag, dest=self.key, metavar=self.metavar, help=self.help, action=action, default=None)
        kind: Literal["linelist", "string"] = "linelist" if self.several else "string"
        parser.addini(self.key, self.help, type=kind, default=[] if self.several else "")

    def words(self, config: pytest.Config) -> list[str]:
        """What was said: on the command line, or else in the ini file, where a path counts from that file's folder."""
        given = config.getoption(self.key)
        if given is not None:
            return [str(word) for word in (given if self.several else [given])]
        said = config.getini(self.key)
        found = [str(word) for word in (said if self.several else [said]) if word]
        return [_from(_home(config), word) for word in found] if self.kind == "path" else found


def _home(config: pytest.Config) -> Path:
    """The folder of the ini file, or else the one that pytest was started in."""
    return config.inipath.parent if config.inipath else config.invocation_params.dir


def _from(folder: Path, word: str) -> str:
    """The word with its path counted from the folder, where there is one: ``my_model.py::name?option=1``."""
    path, rest = re.fullmatch(r"(.*?)((?:::|\?).*)?", word, re.DOTALL).groups(default="")  # type: ignore[union-attr]
    return f"{folder / path}{rest}" if (folder / path).exists() else word


OPTIONS = (
    Option(
        name="model",
        metavar="MODEL",
        kind="path",
        help="The model that is released: my_model.py, a name from `bench models`, or adapter:what.",
    ),
    Option(
        name="baseline",
        metavar="RESULT",
        kind="path",
        help="What it is gated against: a .json of `bench run` or `bench robust`, or leaderboard:MODEL@VERSION.",
    ),
    Option(
        name="benchmark",
        metavar="NAME",
        help="What it is measured on. Default: the baseline's benchmark.",
    ),
    Option(
        name="data",
        metavar="PATH",
        kind="path",
        help="The recordings, where the baseline was measured on your own: CSV, Parquet or a datasets folder.",
    ),
    Option(
        name="allow",
        metavar="TASK=CHANGE",
        several=True,
        help='A loss that passes, such as "tempo=-0.01"; repeatable. It goes before [tool.earmark.gate].',
    ),
    Option(
        name="speed-fail",
        metavar="EXPR",
        several=True,
        help="Fail when slower than the run that --benchmark-compare names: min:10%%, or mean:0.5 for seconds.",
    ),
    Option(
        name="memory-fail",
        metavar="EXPR",
        help="Fail when extraction adds more memory than in the run that --benchmark-compare names: 10%%, or 200MB.",
    ),
    Option(
        name="results",
        metavar="FOLDER",
        kind="path",
        help=f"Where results are written. Default: {RESULTS}",
    ),
    Option(name="device", metavar="DEVICE", help="cpu, cuda, cuda:1, mps or auto. Default: auto."),
    Option(name="workers", metavar="N", help="Worker processes of the score run. Default: all cores."),
    Option(
        name="trust",
        metavar="WORD",
        several=True,
        help="What the model is granted: weights (pickles, which may run code) or remote-code; repeatable.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user asked for; empty where nothing was said."""

    model: str
    baseline: str
    benchmark: str
    data: Path | None
    allow: tuple[str, ...]
    speed_fail: tuple[str, ...]
    memory_fail: str
    results: Path
    device: str
    workers: int | None
    trust: frozenset[str]
    project: Path
    """The folder whose pyproject.toml may hold [tool.earmark.gate]."""
    loud: bool
    """Output is not captured, so that progress can be shown."""

    @classmethod
    def of(cls, config: pytest.Config) -> "Settings":
        """Read them; raises pytest.UsageError."""
        said = {option.key: option.words(config) for option in OPTIONS}
        one: Mapping[str, str] = {key: words[0] if words else "" for key, words in said.items()}
        return cls(
            model=one["earmark_model"],
            baseline=one["earmark_baseline"],
            benchmark=one["earmark_benchmark"],
            data=_path(one["earmark_data"]),
            allow=tuple(said["earmark_allow"]),
            speed_fail=tuple(said["earmark_speed_fail"]),
            memory_fail=one["earmark_memory_fail"],
            results=_path(one["earmark_results"]) or config.invocation_params.dir / RESULTS,
            device=one["earmark_device"] or "auto",
            workers=_number(one["earmark_workers"]),
            trust=frozenset(said["earmark_trust"]),
            project=_home(config),
            loud=config.getoption("capture") == "no",
        )


def _path(word: str) -> Path | None:
    return Path(word).expanduser() if word else None


def _number(word: str) -> int | None:
    if word and (not word.isdigit() or int(word) < 1):
        raise pytest.UsageError(f"--earmark-workers is a number of processes, at least 1, not {word!r}.")
    return int(word) if word else None


def benchmark_session(config: pytest.Config) -> Any:
    """What pytest-benchmark keeps of this run; None where it is not active."""
    return config.pluginmanager.get_plugin("pytest-benchmark")
