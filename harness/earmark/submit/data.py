"""Are they the registered data, and is everything answered that was asked of them?"""

from collections.abc import Iterator, Sequence

import numpy as np

from earmark.dataset import DatasetInfo, answers_checksum
from earmark.recount import Answered, Reading
from earmark.registry import installed
from earmark.result import DatasetRecord, TaskResult
from earmark.submit.case import Case, Check, differences

THEME = "data"
MOST_RANGES = 1_000
"""So many ranges of the labels a number may be off: R² is then some minus ten million, and a page can still draw it."""


def data_problems(case: Case) -> Iterator[str]:
    """Every data set has the registered version, checksum and split, and no track was skipped."""
    wanted, held = list(case.benchmark.datasets), [data.name for data in case.result.datasets]
    if wanted != held:
        yield f"It speaks of the data sets {', '.join(held)[:200]}, but the benchmark asks {', '.join(wanted)}."
        return
    if case.result.limit is None:  # else other data were asked, as another check says
        for data in case.result.datasets:
            yield from _wrong_data(data, installed().datasets[data.name])


def _wrong_data(data: DatasetRecord, info: DatasetInfo) -> Iterator[str]:
    if not info.checksum:
        yield (
            f"Nobody registered checksums of data set {info.name!r}, so no result on it can be trusted: its plugin "
            f"needs what `bench data checksums {info.name}` prints."
        )
        return
    if data.version != info.version:
        yield f"Its {info.name} are of version {data.version[:100]!r}; registered is {info.version!r}: run again."
    elif data.checksum != info.checksum:
        yield (
            f"Its {info.name} have the checksum {data.checksum[:8]}…; registered is {info.checksum[:8]}…: audio, "
            "labels or splits are others. Delete the data set, let `bench data make` make it anew, and run again."
        )
    if info.tracks and data.tracks != dict(info.tracks):
        yield f"Its {info.name} have the splits {data.tracks}; registered are {dict(info.tracks)}."
    if data.skipped:
        first = data.skipped[0].track[:60]
        yield f"{len(data.skipped)} tracks of {info.name} were skipped, such as {first!r}: answer all of them."


def answer_problems(case: Case) -> Iterator[str]:
    """Every task is answered about every test track, and what is true of them is as registered."""
    rows, most = len(case.result.predictions_frame()), _most_rows(case)
    if rows > most:
        yield f"The predictions have {rows:,} rows; of all that is asked there can be {most:,}."
        return
    readings = {Reading(task.task, task.probe, "") for task in case.result.tasks}
    for reading in sorted(readings - case.answered.keys()):
        yield f"Task {reading.task!r}: the predictions hold no answers about clean audio."
    known = {"", *case.conditions}
    for reading in sorted(key for key in case.answered if key.condition not in known):
        yield f"Task {reading.task!r}: the predictions speak of {reading.condition[:60]!r}, the result does not."
    for task in case.result.tasks:
        if Reading(task.task, task.probe, "") in case.answered:
            yield from _wrong_answers(case, task)
    for reading, found in case.answered.items():
        yield from _far_numbers(reading, found)


def _most_rows(case: Case) -> int:
    """Every test track answered by every task under every condition, as registered: known before a row is read."""
    tests = sum(case.info(task).tracks.get("test", 0) or task.tracks.get("test", 0) for task in case.result.tasks)
    return tests * (1 + len(case.conditions))


def _wrong_answers(case: Case, task: TaskResult) -> Iterator[str]:
    found, info = case.clean(task), case.info(task)
    if len(found.answers) > 1:
        yield f"Task {task.task!r}: it is answered by {len(found.answers)} seeds; a linear probe has one."
    said = answers_checksum(zip(found.tracks, found.groups, found.labels, strict=True))
    if said != info.answers.get(task.target):
        wanted = info.labelled.get(task.target, {}).get("test")
        yield (
            f"Task {task.task!r}: what the predictions give as true of {len(found.tracks)} test tracks is not what is "
            f"registered of {wanted}: tracks, groups or labels are others, or some are missing."
        )


def _far_numbers(reading: Reading, found: Answered) -> Iterator[str]:
    """A number so far from all labels that its R² would leave no room for others on any scale."""
    if found.target.form != "number":
        return
    labels = np.array(found.labels, dtype=np.float64)
    room, middle = MOST_RANGES * np.ptp(labels), labels.mean()
    far = [answer for said in found.answers for answer in said if not abs(float(answer) - middle) <= room]  # type: ignore[arg-type]
    if far and room:
        yield (
            f"Task {reading.task!r}: {far[0]:g} is answered, more than {MOST_RANGES:,} times the range of the labels "
            "away from them: no probe of sound embeddings says that."
        )


def count_problems(case: Case) -> Iterator[str]:
    """Each task says of how many tracks and groups it is, and which classes could not be scored."""
    for task in case.result.tasks:
        found = case.clean(task)
        registered = case.info(task).labelled.get(task.target)
        groups = len(set(found.groups))
        counted = {"tracks": dict(registered) if registered else task.tracks, "groups": groups}
        counted["unscored_classes"] = _unscored(task, found.labels)
        claimed = {"tracks": task.tracks, "groups": task.groups, "unscored_classes": task.unscored_classes}
        yield from differences(claimed, counted, f"Task {task.task!r}")


def _unscored(task: TaskResult, labels: Sequence[object]) -> tuple[str, ...]:
    """Of several classes those that no test track has."""
    if task.form != "classes":
        return ()
    seen = {name for label in labels if isinstance(label, tuple) for name in label}
    return tuple(name for name in task.classes if name not in seen)


CHECKS = (
    Check(name="data", theme=THEME, proves="checksums and splits are the registered ones", examine=data_problems,
          needs=("benchmark",)),
    Check(name="answers", theme=THEME, proves="every test track is answered, beside the truth",
          examine=answer_problems, needs=("questions", "data")),
    Check(name="counts", theme=THEME, proves="tracks and groups are as many as it says", examine=count_problems,
          needs=("answers",)),
)  # fmt: skip
