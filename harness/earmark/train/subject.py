"""What is trained on what: the recipe and the data, by name."""

from earmark.dataset import Dataset
from earmark.errors import EarmarkError, UnknownName
from earmark.place import Place
from earmark.progress import Progress
from earmark.protocol.recordings import Recordings, prepare
from earmark.registry import find_dataset, installed, split_options
from earmark.trainer import Recipe, TrainerInfo


def recipe_of(info: TrainerInfo, size: str, epochs: int | None) -> Recipe:
    """The recipe of a size, for so many epochs if asked; raises UnknownName, EarmarkError."""
    if size not in info.recipes:
        raise UnknownName(f"size of {info.name}", size, info.recipes)
    if epochs is not None and epochs < 0:
        raise EarmarkError(f"A training lasts 0 epochs or more, not {epochs}.")
    return info.recipes[size] if epochs is None else info.recipes[size].lasting(epochs)


def is_known(name: str) -> bool:
    """Whether a data set or a benchmark is called so."""
    base, _ = split_options(name)
    return base in installed().datasets or base in installed().benchmarks


def read_data(on: str | Recordings, place: Place, *, workers: int | None, seed: int, progress: Progress) -> Dataset:
    """Make or read a data set by its name, that of a benchmark, or the user's recordings; raises an EarmarkError."""
    if isinstance(on, str) and split_options(on)[0] not in installed().benchmarks:
        info, options = find_dataset(on)
        return info.load(place.datasets, workers=workers, progress=progress, **options)
    exam = prepare(on, place, workers=workers, seed=seed, progress=progress)
    if len(exam.datasets) != 1:
        raise EarmarkError(f"{on!r} asks {len(exam.datasets)} data sets; train on one of {', '.join(exam.datasets)}.")
    return next(iter(exam.datasets.values()))
