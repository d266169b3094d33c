"""What a review of a plugin found."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from earmark.result.score import Record


class File(Record):
    """A file that the wheel installs."""

    path: str
    bytes: int


class EntryPoint(Record):
    """A door by which other programs find something of the plugin."""

    group: str
    name: str
    value: str


class Dependency(Record):
    """A package that is installed with the plugin."""

    asked: str = Field(description="As the wheel says it.")
    known: bool = Field(description="On the short list of what models of music commonly need.")
    here: bool = Field(description="In the environment that reviewed.")


class Glance(Record):
    """A place in the code that is worth a look: a hint, no verdict."""

    path: str
    line: int
    what: str
    why: str


class Step(Record):
    """What one command of the review took."""

    what: str
    ended: str = Field(description="well, or how it went wrong.")
    wall_s: float
    peak_bytes: int | None = Field(description="Of all its processes; null where that could not be told.")
    network: bool = Field(description="Whether it had a network.")
    said: str = Field(default="", description="The last that it said, where it went wrong.")


class CheckFinding(Record):
    """A line of `bench check`."""

    check: str
    theme: str
    outcome: Literal["passed", "error", "warning", "note", "skipped"]
    sentence: str
    measured: str
    remedy: str


class ReviewedModel(Record):
    """A model that the plugin offers, and what its check found."""

    name: str
    version: str
    sample_rate: int
    dim: int
    window_s: float | None
    license: str
    source: str
    training_data: tuple[str, ...]
    overlap: tuple[str, ...] = Field(description="Data sets of registered benchmarks that it was trained on.")
    summary: str
    findings: tuple[CheckFinding, ...] = ()
    problem: str = Field(default="", description="Why there is no whole list of findings.")
    keeps: bool = Field(description="Every check was tried, and none found an error.")


class Papers(Record):
    """What stands in a wheel's own files."""

    name: str
    version: str
    summary: str = ""
    license: str = ""
    source: str = ""
    requires_python: str = ""
    dependencies: tuple[Dependency, ...] = ()
    entry_points: tuple[EntryPoint, ...] = ()
    files: tuple[File, ...] = ()


class PluginReport(Papers):
    """What a reviewer reads of a submitted plugin."""

    schema_version: Literal["1"] = "1"
    kind: str = Field(description="What was handed in: source folder, sdist or wheel.")
    keeps: bool
    verdict: str
    glances: tuple[Glance, ...] = ()
    models: tuple[ReviewedModel, ...] = ()
    others: dict[str, tuple[str, ...]] = Field(default={}, description="What else it offers, by kind.")
    problems: tuple[str, ...] = Field(default=(), description="Why it does not keep its contract.")
    steps: tuple[Step, ...] = ()
    network_cut: bool = Field(description="Its code ran without a network.")
    fresh: bool = Field(description="All dependencies were installed for it; else it saw those of this environment.")
    earmark: str
    python: str
    out: Path = Field(exclude=True, description="Where the report lies; the JSON lies beside it.")

    def __str__(self) -> str:
        """What the command prints."""
        from earmark.submit.plugin.report import told  # noqa: PLC0415 - it reads this record

        return told(self)
