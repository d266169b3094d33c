"""Does the submission say what others need in order to find the model, to use it and to believe it?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from earmark.registry import installed
from earmark.result import Result
from earmark.submit.case import Case, Check
from earmark.submit.words import LONGEST_NAME, seen, unfit_name

THEME = "papers"
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
MOST_NAMES = 50
"""Options of a model, or data sets that it was trained on."""
RESERVED = ("chance",)
"""Names on a board that are no model's."""
VERSION = re.compile(r"\d+(\.\d+){0,4}[\w.+-]{0,60}", re.ASCII)
"""Of earmark, as packages spell them."""
LONGEST_LINE = 300
"""Characters of what stands in one cell of a table or one line of a page."""
MOST_NOTES = 50
A_DAY = timedelta(days=1)
"""Clocks go wrong, and time zones are mistaken."""


def name_problems(case: Case) -> Iterator[str]:
    """The model's name, version and options are names that can stand in paths, tables and pages."""
    model = case.result.model
    options = [("option", text) for name, value in model.options.items() for text in (name, value)]
    for what, text in (("name", model.name), ("version", model.version), *options[:MOST_NAMES]):
        if wrong := unfit_name(text):
            yield f"The model's {what} {text[:LONGEST_NAME]!r} {wrong}. Rename it in its ModelInfo and run it again."
    known = installed().models
    if alike := [] if model.name in known else [n for n in (*known, *RESERVED) if seen(n) == seen(model.name)]:
        yield f"The model's name {model.name[:LONGEST_NAME]!r} looks like {alike[0]!r}, which is taken: rename it."
    if len(options) > MOST_NAMES:
        yield f"The model has {len(model.options)} options; there may be {MOST_NAMES // 2}."


def paper_problems(case: Case) -> Iterator[str]:
    """Licence and source are stated."""
    model = case.result.model
    if not model.license.strip():
        yield "No licence is stated: set ModelInfo(license=...) to an SPDX identifier such as 'MIT', and run again."
    if not model.source.strip():
        yield "No source is stated: set ModelInfo(source=...) to a paper, a repository or a textbook, and run again."
    if not FINGERPRINT.fullmatch(model.fingerprint):
        yield f"The fingerprint {model.fingerprint[:80]!r} is not what `bench` writes: 64 hex digits."


def training_problems(case: Case) -> Iterator[str]:
    """Training data are declared: names, or the word none."""
    model = case.result.model
    for name in model.training_data[:MOST_NAMES]:
        if wrong := unfit_name(name):
            yield f"The training data {name[:LONGEST_NAME]!r} {wrong}. Name the data set as others do."
    if len(model.training_data) > MOST_NAMES:
        yield f"{len(model.training_data)} training data are named; there may be {MOST_NAMES}."
    if not model.training_data and model.parameters and not _is_reviewed(case):
        yield (
            f"No training data are declared for {model.parameters:,} parameters: set ModelInfo(training_data=(...,)), "
            "or ('none',) for weights that were never trained. To declare one that is asked here costs no rank."
        )


def _is_reviewed(case: Case) -> bool:
    """Whether it is a model that is installed here, whose plugin says that it was trained on nothing."""
    known = installed().models.get(case.result.model.name)
    return known is not None and known.version == case.result.model.version and not known.training_data


def record_problems(case: Case) -> Iterator[str]:
    """When, by what and with which remarks it was made."""
    result = case.result
    try:
        created = datetime.fromisoformat(result.created)
        is_future = (created if created.tzinfo else created.replace(tzinfo=UTC)) > datetime.now(UTC) + A_DAY
        if is_future:
            yield f"It was created on {result.created}, which is yet to come: mend the clock and run again."
    except (ValueError, OverflowError):
        yield f"It was created at {result.created[:40]!r}, which is no date."
    if not VERSION.fullmatch(result.earmark):
        yield f"It was made with earmark {result.earmark[:40]!r}, which is no version."
    for what, text in _lines(result):
        if len(text) > LONGEST_LINE:
            yield f"Its {what} has {len(text):,} characters, {text[:40]!r}…; there may be {LONGEST_LINE}."
    notes = [*result.notes, *(note for data in result.datasets for note in data.notes)]
    if len(notes) > MOST_NOTES:
        yield f"It has {len(notes)} notes; there may be {MOST_NOTES}."
    for what, words in (("environment", result.environment), ("phases", result.cost.phases_s)):
        if len(words) > MOST_NAMES:
            yield f"Its {what} has {len(words)} entries; there may be {MOST_NAMES}."


def _lines(result: Result) -> Iterator[tuple[str, str]]:
    """What a page or a table shows in a line of its own, and the name of it."""
    yield "licence", result.model.license
    yield "source", result.model.source
    words = (*result.environment.items(), *((name, "") for name in result.cost.phases_s))
    yield from (("environment or phase", text) for pair in words for text in pair)
    yield from (("layer", task.layer) for task in result.tasks)


CHECKS = (
    Check(name="names", theme=THEME, proves="its names are safe for paths and pages", examine=name_problems),
    Check(name="licence and source", theme=THEME, proves="they are stated", examine=paper_problems),
    Check(name="training data", theme=THEME, proves="they are declared", examine=training_problems),
    Check(name="record", theme=THEME, proves="date and remarks are in order", examine=record_problems),
)
