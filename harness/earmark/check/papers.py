"""Does the model say what others need in order to use and to believe it?"""

from earmark.check.finding import NOTE, WARNING, Check, Found, failed, passed
from earmark.check.subject import Subject
from earmark.extract.parameters import count_parameters

THEME = "papers"


def has_license(subject: Subject) -> Found:
    """The info names a licence."""
    return passed(subject.info.license) if subject.info.license else failed("none")


def has_source(subject: Subject) -> Found:
    """The info says where the model comes from."""
    return passed(subject.info.source) if subject.info.source else failed("none")


def has_training_data(subject: Subject) -> Found:
    """The info names data sets, unless there is nothing that could have been trained."""
    if subject.info.training_data:
        return passed(", ".join(subject.info.training_data))
    parameters = count_parameters(subject.opened.model)
    return failed(f"none named for {parameters:,} parameters") if parameters else passed("none, and no parameters")


CHECKS = (
    Check(
        name="licence",
        theme=THEME,
        proves="its licence is stated",
        remedy="Set ModelInfo(license=...) to an SPDX identifier such as 'MIT' or 'CC-BY-NC-4.0'.",
        examine=has_license,
        severity=WARNING,
    ),
    Check(
        name="source",
        theme=THEME,
        proves="its source is stated",
        remedy="Set ModelInfo(source=...) to a paper, a repository or a textbook.",
        examine=has_source,
        severity=WARNING,
    ),
    Check(
        name="training data",
        theme=THEME,
        proves="its training data are named",
        remedy="Set ModelInfo(training_data=(...,)): a run on one of them is marked. Nothing to do if it is untrained.",
        examine=has_training_data,
        severity=NOTE,
    ),
)
