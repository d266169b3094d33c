"""What the results of a model tell beyond its row on the board."""

from collections.abc import Iterator

from earmark.leaderboard.entries import Entries, Entry
from earmark.leaderboard.record import Key
from earmark.result import Result, Score, TaskResult
from earmark.result.table import footnotes
from earmark.site.classes import class_scores
from earmark.site.section import ClassScore, Details


def details_of(entries: Entries) -> dict[Key, Details]:
    """What there is to say of every model that stands on a board."""
    return {entry.key: _details(entry) for entry in entries.entries}


def _details(entry: Entry) -> Details:
    result = entry.filed.result
    return Details(
        facts=dict(_facts(result)),
        notes=tuple(footnotes(result)),
        scores={name: tuple(_further(task)) for name, task in entry.tasks.items()},
        classes=_classes(entry),
        robustness=entry.robust.result.robustness if entry.robust else None,
    )


def _facts(result: Result) -> Iterator[tuple[str, str]]:
    model = result.model
    yield "Sample rate", f"{model.sample_rate} Hz" if model.sample_rate else "hears nothing"
    yield "Hears", "whole tracks" if model.window_s is None else f"windows of {model.window_s:g} s"
    if model.layers:
        yield "Layers", ", ".join(model.layers)
    yield "Fingerprint", model.fingerprint[:12]
    yield "Measured with", f"earmark {result.earmark}"


def _further(task: TaskResult) -> Iterator[tuple[Score, float | None]]:
    chance = {score.metric: score.value for score in task.chance}
    for score in task.scores[1:]:
        yield score, chance.get(score.metric)


def _classes(entry: Entry) -> dict[str, tuple[ClassScore, ...]]:
    found = {name: class_scores(answers) for name, answers in entry.answers.items()}
    return {task: scores for task, scores in found.items() if scores}
