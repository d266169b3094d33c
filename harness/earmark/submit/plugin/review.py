"""Build, install and check a submitted plugin, and write what a reviewer reads.

What this protects from: a plugin that breaks its contract, never ends, eats memory or disk, prints without end, starts
processes, calls home (where the network can be cut), finds tokens in the environment, or comes in an archive that
unpacks outside its folder. What it does not protect from: an attacker. The plugin's code runs as the user who reviews,
and may read and write what that user can; it may also forge what is reported of it, for it runs in the process that
checks it. Read the code first, and review strangers' plugins as a user, in a container or on a machine, that has
nothing to lose.
"""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import earmark
from earmark.errors import SubmissionError
from earmark.place import Place
from earmark.progress import Progress, silent
from earmark.submit.plugin import offered
from earmark.submit.plugin.archive import unpack
from earmark.submit.plugin.cage import Cage, Limits, Ran, network_can_be_cut
from earmark.submit.plugin.checking import check_model, is_plain
from earmark.submit.plugin.environment import PYTHON, Environment, from_address, is_missing
from earmark.submit.plugin.glance import MOST, glances
from earmark.submit.plugin.papers import NAME, read_papers
from earmark.submit.plugin.record import Glance, Papers, PluginReport, ReviewedModel, Step
from earmark.submit.plugin.report import write_report
from earmark.submit.plugin.source import Source, open_source

SAID = 2000
"""So many of the last characters are kept of what a command said that went wrong."""
FRESH_BYTES = 20_000_000_000
"""Of all dependencies installed anew: torch with the libraries of a GPU is most."""
MOST_MODELS = 20
"""So many models of a plugin are checked."""


def review(
    dist: Path,
    *,
    out: Path | None = None,
    fresh: bool = False,
    limits: Limits | None = None,
    cache: Path | str | None = None,
    progress: Progress = silent,
) -> PluginReport:
    """Build a distribution (source folder, wheel or sdist), check its models, and write the report beside it.

    Everything of it runs in processes of their own, in a folder that is gone afterwards, within `limits` for each.
    `fresh` installs all dependencies anew instead of showing it this environment's. Weights that `bench models get`
    put into `cache` are copied for it. `str(report)` is what a terminal shows; `report.keeps` whether it was built and
    every model keeps its contract. Raises SubmissionError for what is no distribution, or not safe to unpack.
    """
    if out is not None and out.suffix != ".md":
        raise SubmissionError(f"--out names a Markdown file that ends in .md, not {out}; the JSON goes beside it.")
    with tempfile.TemporaryDirectory(prefix="earmark-review-", ignore_cleanup_errors=True) as folder:
        cage = Cage(folder=Path(folder), limits=_room(limits or Limits(), fresh=fresh))
        environment = Environment(cage=cage, fresh=fresh)
        reviewing = _Reviewing(environment=environment, source=open_source(dist, cage.folder), progress=progress)
        reviewing.go(Place.at(cache).models)
        report = reviewing.report(out, dist.absolute().parent)
    write_report(report)
    return report


def _room(limits: Limits, *, fresh: bool) -> Limits:
    """The limits, with room for what is installed anew."""
    return replace(limits, disk_bytes=limits.disk_bytes + FRESH_BYTES) if fresh else limits


@dataclass(slots=True, kw_only=True)
class _Reviewing:
    """What is known so far."""

    environment: Environment
    source: Source
    progress: Progress
    papers: Papers | None = None
    seen: list[Glance] = field(default_factory=list)
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    models: list[ReviewedModel] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def go(self, weights: Path) -> None:
        """Go as far as it goes; what stops it is a problem of the report."""
        if self.source.tree is not None:
            self.seen = glances(self.source.tree)
        self.environment.make()
        wheel = self.source.wheel or self._built()
        if wheel is not None and self._read(wheel) and self._installed(wheel) and self._asked():
            self._check(weights)

    def _step(self, what: str, ran: Ran, *, network: bool = False) -> bool:
        """Note what a command took, and a problem where it went wrong."""
        ended = self._note(what, ran, network=network)
        if not ran.well:
            self.problems.append(f"{what[:1].upper()}{what[1:]} went wrong: {ended}.")
        return ran.well

    def _note(self, what: str, ran: Ran, *, network: bool = False) -> str:
        """Note what a command took, and say how it ended."""
        ended = ran.stopped or ("well" if ran.well else f"it ended with exit status {ran.code}")
        said = "" if ran.well else (ran.err.strip() or ran.out.strip())[-SAID:]
        self.steps.append(
            Step(what=what, ended=ended, wall_s=round(ran.wall_s, 1), peak_bytes=ran.peak_bytes, said=said,
                 network=network or not network_can_be_cut())
        )  # fmt: skip
        return ended

    def _built(self) -> Path | None:
        """The wheel of the sources, or None where there is a problem."""
        requires = self.source.build_requires()
        if not self._can_have(requires, "Its build needs"):
            return None
        self.progress("review", 0, 1, "models")
        if self.environment.fresh and not self._step(
            "getting what its build needs", self.environment.prepare(requires), network=True
        ):
            return None
        if not self._step("building it", self.environment.build(self.source.tree or Path())):
            return None
        built = list((self.environment.cage.folder / "wheel").glob("*.whl"))
        if len(built) != 1:
            self.problems.append(f"Its build made {len(built)} wheels, not one.")
        return built[0] if len(built) == 1 else None

    def _read(self, wheel: Path) -> bool:
        """Look at the wheel, which its own build made, or a stranger, as little trusted as any archive."""
        unpacked = self.environment.cage.folder / "unpacked"
        unpack(wheel, unpacked)
        self.papers = read_papers(unpacked)
        ours = {_content(self.source.tree / g.path) for g in self.seen} if self.source.tree else set()
        new = [g for g in glances(unpacked) if _content(unpacked / g.path) not in ours]
        self.seen = [*self.seen, *(g.model_copy(update={"path": f"wheel: {g.path}"}) for g in new)][:MOST]
        return self._can_have([one.asked for one in self.papers.dependencies], "It depends on")

    def _can_have(self, requirements: Sequence[str], how: str) -> bool:
        """Whether this environment, or a fresh one, can have what is required; a problem where it cannot."""
        refused = from_address if self.environment.fresh else is_missing
        if missing := [one for one in requirements if refused(one)]:
            where = "from an address, not an index" if self.environment.fresh else "not in this environment"
            remedy = "" if self.environment.fresh else ": install that, or review it fresh"
            self.problems.append(f"{how} {', '.join(missing)}, {where}{remedy}.")
        return not missing

    def _installed(self, wheel: Path) -> bool:
        return self._step("installing it", self.environment.install(wheel), network=self.environment.fresh)

    def _asked(self) -> bool:
        """Learn what it offers; the same that `bench models` would list."""
        assert self.papers is not None  # noqa: S101 - for the type checker: it was read
        ran = self.environment.cage.run([self.environment.python, "-P", offered.__file__, self.papers.name])
        if not self._step("loading it", ran):
            return False
        if not ran.out:
            self.problems.append("It ends the process that loads it.")
            return False
        try:
            self._read_offer(json.loads(ran.out))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:  # a stranger's words
            self.problems.append(f"What it offers cannot be read: {_first_line(error)}.")
            return False
        return True

    def _read_offer(self, offer: dict[str, Any]) -> None:
        """Take in what it offers; raises whatever words of another form raise."""
        models = list(offer["models"])
        self.others = {str(kind): tuple(map(str, names)) for kind, names in offer["others"].items()}
        self.models = [_described(model) for model in models[:MOST_MODELS]]
        self.problems += [str(sentence)[:SAID] for sentence in offer["broken"]]
        if len(models) > MOST_MODELS:
            self.problems.append(f"It offers {len(models)} models; only the first {MOST_MODELS} were looked at.")
        if not (models or self.others or offer["broken"]):
            self.problems.append("It registers nothing: its pyproject.toml needs [project.entry-points.earmark].")

    def _check(self, weights: Path) -> None:
        """Run `bench check` on every model that it offers."""
        for done, model in enumerate(self.models):
            self.progress("review", done, len(self.models), "models")
            if is_plain(model.name) and (weights / model.name).is_dir():  # its code must not touch what others use
                home = self.environment.cage.folder / "cache" / "models" / model.name
                shutil.copytree(weights / model.name, home, dirs_exist_ok=True)
            found, ran = check_model(model, self.environment)
            if ran is not None:
                self._note(f"checking {model.name}", replace(ran, code=0 if found.findings else ran.code))
            self.problems += [f"{model.name}: {found.problem}"] if found.problem else []
            self.models[done] = found
        self.progress("review", 1, 1, "models")

    def report(self, out: Path | None, beside: Path) -> PluginReport:
        """Everything as a record."""
        papers = self.papers or self._said()
        broken = [model.name for model in self.models if not model.keeps]
        who = f"{papers.name} {papers.version}"
        return PluginReport(
            **dict(papers),
            kind=self.source.kind,
            keeps=not broken and not self.problems,
            verdict=_verdict(who, self.models, broken, self.problems),
            glances=tuple(self.seen),
            models=tuple(self.models),
            others=self.others,
            problems=tuple(self.problems),
            steps=tuple(self.steps),
            network_cut=network_can_be_cut(),
            fresh=self.environment.fresh,
            earmark=earmark.__version__,
            python=PYTHON,
            out=out or beside / f"{papers.name}-{papers.version}-review.md",
        )

    def _said(self) -> Papers:
        """What the sources say of name and version where there is no wheel; safe for a path."""
        project = self.source.project().get("project", {})
        said = [str(project.get(fact, "")) if isinstance(project, dict) else "" for fact in ("name", "version")]
        name, version = (text if NAME.fullmatch(text) else "unknown" for text in said)
        return Papers(name=name, version=version)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _described(model: dict[str, Any]) -> ReviewedModel:
    """A model as the plugin described it; raises ValueError for what is no description."""
    from earmark.registry import installed  # noqa: PLC0415 - loads all plugins

    tested = {name for benchmark in installed().benchmarks.values() for name in benchmark.datasets}
    overlap = sorted(tested & set(map(str, model["training_data"])))
    try:
        return ReviewedModel(**model, overlap=tuple(overlap), keeps=False, problem="It was not checked.")
    except ValidationError as error:
        raise ValueError(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:SAID]


def _verdict(who: str, models: Sequence[ReviewedModel], broken: Sequence[str], problems: Sequence[str]) -> str:
    if broken:
        return f"{who} does not keep its contract: {len(broken)} of {len(models)} models do not, {', '.join(broken)}."
    if problems:
        said = "does not keep its contract" if models else "could not be reviewed"
        return f"{who} {said}: {problems[0]}"
    if not models:
        return f"{who} offers no model: it loads, and nothing else was checked."
    return f"{who} keeps its contract: {', '.join(model.name for model in models)}."
