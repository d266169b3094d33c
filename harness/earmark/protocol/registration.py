"""What is to be registered of a data set: with it a result can be held against the data without having them."""

from typing import Any

from earmark.dataset import SPLITS, Dataset, answers_checksum
from earmark.errors import AudioError, DatasetError
from earmark.extract.recordings import look_at
from earmark.progress import Progress, silent
from earmark.protocol.reading import gather
from earmark.protocol.records import checksum, is_generated
from earmark.protocol.scoring import Jury
from earmark.task import tasks_for


def registration_of(dataset: Dataset, progress: Progress = silent) -> dict[str, Any]:
    """Version, checksum, numbers of tracks, and by target the checksum of the test answers and what chance scores.

    Reads every recording; raises DatasetError where one cannot be read, or a target has too few labels.
    """
    recordings = look_at(dataset.tracks, progress)
    if broken := [str(found) for found in recordings.values() if isinstance(found, AudioError)]:
        raise DatasetError(f"{dataset.name}: these recordings cannot be read, so nothing can be registered:", broken)
    checksums = {name: found.checksum for name, found in recordings.items() if not isinstance(found, AudioError)}
    return {
        "version": dataset.version,
        "checksum": checksum(dataset, checksums),
        "generated": is_generated(dataset),
        "tracks": {split: sum(t.split == split for t in dataset.tracks) for split in SPLITS},
        **labels_of(dataset),
    }


def labels_of(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """What of it follows from the labels alone, by target."""
    tasks = {task.target: task for task in tasks_for(dataset.name, dataset.targets)}  # of two recipes one is enough
    materials = {name: gather(task, dataset, lambda _: True) for name, task in tasks.items()}
    return {
        "answers": {
            name: answers_checksum((t.id, t.group, t.labels[name]) for t in found.tracks["test"])
            for name, found in materials.items()
        },
        "labelled": {name: {s: len(found.tracks[s]) for s in SPLITS} for name, found in materials.items()},
        "chance": {
            name: {score.metric: score.value for score in Jury.of(found, resamples=1, seed=0).chance}
            for name, found in materials.items()
        },
    }
