"""Are they the registered data, and is everything answered that was asked of them?"""

from collections.abc import Iterator, Sequence

from earmark.dataset import DatasetInfo, answers_checksum
from earmark.recount import Reading
from earmark.registry import installed
from earmark.result import DatasetRecord, TaskResult
from earmark.submit.case import Case, Check, differences

THEME = "data"


def data_problems(case: Case) -> Iterator[str]:
    """Every data set has the registered version, checksum and split, and no track was skipped."""
    wanted, held = list(case.benchmark.datasets), [data.name for data in case.result.datasets]
    if wanted != held:
        yield f"It speaks of the data sets {', '.join(held)[:200]}, but the benchmark asks {', '.join(wanted)}."
        return
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
    readings = {Reading(task.task, task.probe, "") for task in case.result.tasks}
    for reading in sorted(readings - case.answered.keys()):
        yield f"Task {reading.task!r}: the predictions hold no answers about clean audio."
    known = {"", *case.conditions}
    for reading in sorted(key for key in case.answered if key.condition not in known):
        yield f"Task {reading.task!r}: the predictions speak of {reading.condition[:60]!r}, the result does not."
    for task in case.result.tasks:
        if Reading(task.task, task.probe, "") in case.answered:
            yield from _wrong_answers(case, task)


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
