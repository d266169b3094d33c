"""The report of a review as Markdown, in which nothing that a stranger wrote can be more than text."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from earmark.errors import SubmissionError
from earmark.place import human_size
from earmark.submit.plugin.record import CheckFinding, PluginReport, ReviewedModel, Step

LONGEST = 300
"""Characters of a stranger's text."""
MOST_FILES = 200
LIMITS = (
    "This review is no sandbox: the plugin's code ran as the user who reviewed, and could have read and written what "
    "that user can, or forged what is said of it here. Read the code."
)


def code(text: object) -> str:
    """A stranger's text as a span of code: no markup, no link, no mention, one line."""
    line = _plain(str(text))
    cut = (line if len(line) <= LONGEST else f"{line[:LONGEST]}…").replace("|", "¦")  # a cell of a table ends at |
    if not cut:
        return "–"
    fence = "`" * (max((len(run) for run in re.findall("`+", cut)), default=0) + 1)
    space = " " if cut.startswith("`") or cut.endswith("`") else ""
    return f"{fence}{space}{cut}{space}{fence}"


def told(report: PluginReport) -> str:
    """What a terminal shows: each problem and each error, and last the verdict and where the report is."""
    lines = [f"  {_plain(problem)}" for problem in report.problems]
    for model in report.models:
        errors = [finding for finding in model.findings if finding.outcome == "error"]
        lines += [f"  {_plain(f'{model.name}: {e.check}: {e.measured}')}" for e in errors]
    network = "" if report.network_cut else "The network could not be cut on this machine: its code may have used it.\n"
    listed = "\n".join(lines)
    return f"{listed}\n{network}{_plain(report.verdict)}\nReport: {report.out}".lstrip("\n")


def _plain(text: str) -> str:
    """One line without control characters: a terminal obeys some."""
    return _without_controls(" ".join(text.split()))


def _without_controls(line: str) -> str:
    """The line with a sign in the place of each control character."""
    return "".join(char if char.isprintable() else "\ufffd" for char in line)


def write_report(report: PluginReport) -> None:
    """Write Markdown and JSON; each file whole or not at all. Raises SubmissionError where they cannot be written."""
    contents = {report.out: to_markdown(report), report.out.with_suffix(".json"): report.model_dump_json(indent=2)}
    for path, text in contents.items():
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(f"{text.strip()}\n", encoding="utf-8")
            partial.replace(path)
        except OSError as error:
            raise SubmissionError(f"{path}: cannot be written ({error.strerror}).") from error


def to_markdown(report: PluginReport) -> str:
    """The whole report."""
    parts = [
        f"# Review of {code(report.name)} {code(report.version)}",
        f"**{'Keeps' if report.keeps else 'Does not keep'} its contract.** {LIMITS}",
        "\n".join(f"- {code(problem)}" for problem in report.problems),
        *_papers(report),
        *(part for model in report.models for part in _model(model)),
        *_others(report),
        *_glances(report),
        *_files(report),
        *_took(report),
    ]
    return "\n\n".join(part for part in parts if part)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _papers(report: PluginReport) -> Iterator[str]:
    """What it says of itself, and what it brings with it."""
    yield "## What it says of itself"
    facts = {
        "handed in as": report.kind, "summary": report.summary, "licence": report.license or "none stated",
        "source": report.source or "none stated", "Python": report.requires_python or "any",
    }  # fmt: skip
    yield "\n".join(f"- {name}: {code(fact)}" for name, fact in facts.items())
    if report.entry_points:
        yield "### Entry points"
        rows = [[code(e.group), code(e.name), code(e.value), _door(e.group)] for e in report.entry_points]
        yield _table(["group", "name", "value", ""], rows)
    yield "### Dependencies"
    rows = [[code(d.asked), "" if d.known else "**not on the short list**"] for d in report.dependencies]
    yield _table(["asked for", ""], rows) if rows else "None."


def _door(group: str) -> str:
    """Doors that others than earmark use."""
    return "" if group == "earmark" else "**not earmark's: used by other programs**"


def _model(model: ReviewedModel) -> Iterator[str]:
    yield f"## Model {code(model.name)} {code(model.version)}"
    window = "whole tracks" if model.window_s is None else f"{model.window_s:g} s"
    trained = ", ".join(map(code, model.training_data)) or "none named"
    overlap = f" **of which benchmarks ask: {', '.join(model.overlap)}**" if model.overlap else ""
    yield "\n".join(
        [
            f"- sample rate {model.sample_rate} Hz, windows: {window}, dimension {model.dim}",
            f"- licence: {code(model.license or 'none stated')}, source: {code(model.source or 'none stated')}",
            f"- training data: {trained}{overlap}",
            f"- {code(model.summary)}",
        ]
    )
    if model.problem:
        yield f"**{code(model.problem)}**"
    counts = Counter(finding.outcome for finding in model.findings)
    if counts:
        yield f"`bench check`: {', '.join(f'{number} {outcome}' for outcome, number in counts.items())}."
        rows = [row for finding in model.findings for row in _finding(finding)]
        yield _table(["theme", "check", "outcome", "measured", "remedy"], rows)


def _finding(finding: CheckFinding) -> Iterator[list[str]]:
    outcome = f"**{finding.outcome}**" if finding.outcome in ("error", "warning") else finding.outcome
    yield [code(finding.theme), code(finding.check), outcome, code(finding.measured), code(finding.remedy)]


def _others(report: PluginReport) -> Iterator[str]:
    if report.others:
        yield "## What else it offers, unchecked"
        yield "\n".join(f"- {code(kind)}: {', '.join(map(code, names))}" for kind, names in report.others.items())


def _glances(report: PluginReport) -> Iterator[str]:
    yield "## Places worth a look"
    yield "Found without running the code: hints and no verdict, and none of them is a proof of harmlessness."
    rows = [[code(f"{g.path}:{g.line}"), code(g.what), code(g.why)] for g in report.glances]
    yield _table(["where", "what", "why"], rows) if rows else "None."


def _files(report: PluginReport) -> Iterator[str]:
    total = sum(file.bytes for file in report.files)
    yield f"## What it installs: {len(report.files)} files, {human_size(total)}"
    largest = sorted(report.files, key=lambda file: (-file.bytes, file.path))[:MOST_FILES]
    if largest:
        yield _table(["file", "bytes"], [[code(file.path), f"{file.bytes:,}"] for file in largest])
    if len(report.files) > len(largest):
        yield f"The largest {len(largest)}; the JSON beside this report names all."


def _took(report: PluginReport) -> Iterator[str]:
    yield "## How it was tried"
    cut = "its code ran without a network" if report.network_cut else "**the network could not be cut here**"
    saw = "all dependencies installed for it" if report.fresh else "with the packages of the reviewing environment"
    yield f"earmark {report.earmark}, Python {report.python}, {saw}; {cut}."
    if report.steps:
        yield _table(["step", "ended", "seconds", "peak memory", "network"], [_step(step) for step in report.steps])
    for step in report.steps:
        if step.said:
            yield f"The last that was said while {code(step.what)}:\n\n{_block(step.said)}"


def _step(step: Step) -> list[str]:
    memory = "not known" if step.peak_bytes is None else human_size(step.peak_bytes)
    return [code(step.what), code(step.ended), f"{step.wall_s:.1f}", memory, "open" if step.network else "cut"]


def _block(text: str) -> str:
    """A stranger's lines as a block of code that they cannot end: each is indented."""
    return "\n".join(f"    {_without_controls(line)}" for line in text.splitlines())
