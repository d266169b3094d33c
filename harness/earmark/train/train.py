"""The whole of a training: from a trainer's name and some data to a checkpoint that loads as a model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from joblib import cpu_count

from earmark.dataset import Dataset
from earmark.errors import EarmarkError
from earmark.extract.embed import exact_arithmetic
from earmark.place import Place
from earmark.progress import Progress, silent
from earmark.protocol.recordings import Recordings
from earmark.registry import find_trainer
from earmark.result.picture import check_ending
from earmark.target import Target
from earmark.train.begin import earlier, first_state, means_of, resumed_state
from earmark.train.checkpoint import Checkpoint, Data, Files, Plan
from earmark.train.curve import draw_curve
from earmark.train.heads import Head, heads_of, left_out
from earmark.train.lessons import Lessons, prepare_lessons
from earmark.train.loop import Course, Standing, ignore, publish, run_course
from earmark.train.state import State, save_state
from earmark.train.subject import read_data, recipe_of
from earmark.train.waves import Waves
from earmark.train.whole import sweep
from earmark.trainer import TrainerInfo


def train(  # noqa: PLR0913 - what is trained on what, then how; all but two by keyword
    trainer: str | TrainerInfo,
    on: str | Recordings = "etudes",
    *,
    out: Path | str,
    size: str = "tiny",
    targets: Sequence[str] = (),
    epochs: int | None = None,
    resume: bool = False,
    seed: int = 0,
    device: str = "auto",
    workers: int | None = None,
    cache: Path | str | None = None,
    plot: Path | None = None,
    progress: Progress = silent,
    report: Callable[[Standing], None] = ignore,
) -> Checkpoint:
    """Train a network on the labels of a data set and write it to `out`, ready for `bench run --model`.

    `targets` names what it learns: any targets of classes, all of them when empty. `epochs` shrinks or stretches the
    size's recipe; 0 writes the untrained network. Stopped at any moment, the same call with `resume` ends in the
    same weights to the last bit; where nothing was begun, it begins. Raises an EarmarkError for whatever a user can
    mend; the last checkpoint stays.
    """
    info, files, place = find_trainer(trainer), Files.named(out), Place.at(cache).claim()
    recipe, picture, threads = recipe_of(info, size, epochs), plot or files.picture, workers or int(cpu_count())
    check_ending(picture)
    if not resume:
        _refuse_existing(files)
    dataset = read_data(on, place, workers=workers, seed=seed, progress=progress)
    heads = heads_of(dataset, targets)
    waves = Waves(place.training, info.sample_rate)
    lessons = prepare_lessons(dataset, heads, waves, threads=threads, progress=progress)
    plan = Plan(
        trainer=info.name, trainer_version=info.version, size=size, recipe=recipe, outputs=heads[-1].stop,
        targets=tuple(_spelled(head.target) for head in heads), data=_data(dataset, lessons), seed=seed,
    )  # fmt: skip
    found = earlier(files, plan) if resume else None
    if isinstance(found, Checkpoint):
        return found
    means = means_of(found, device, threads, asked_threads=workers)
    course = Course(
        recipe=recipe, heads=heads, lessons=lessons, window=info.window_samples, seed=seed, device=means.device,
        files=files, progress=progress, report=report,
    )  # fmt: skip
    with exact_arithmetic(means.threads):  # the order of sums depends on it
        state = resumed_state(info, found, means) if found else first_state(info, plan, means, _notes(dataset, heads))
        return _carry_out(course, state, picture)


def _refuse_existing(files: Files) -> None:
    if existing := files.existing():
        raise EarmarkError(f"{existing[0]} exists: go on with it by --resume, or name another --out.")


def _spelled(target: Target) -> dict[str, object]:
    return {"name": target.name, "family": target.family, "form": target.form, "classes": list(target.classes)}


def _data(dataset: Dataset, lessons: Lessons) -> Data:
    return Data(
        name=dataset.name,
        version=dataset.version,
        license=dataset.license,
        fingerprint=lessons.fingerprint,
        train=len(lessons.train.checksums),
        valid=len(lessons.valid.checksums),
        skipped=lessons.skipped,
    )


def _notes(dataset: Dataset, heads: Sequence[Head]) -> tuple[str, ...]:
    left = left_out(dataset, heads)
    return (f"Not trained on: {', '.join(left)}.",) if left else ()


def _carry_out(course: Course, state: State, picture: Path) -> Checkpoint:
    """Train to the end, draw the curve, and clear away what only an unfinished training needs."""
    for path in (course.files.weights, course.files.about, course.files.training):
        sweep(path)
    save_state(state, course.files.training)
    publish(course.files, state, weights=True)  # again, where a kill came between the state and the checkpoint
    run_course(course, state)
    known = state.checkpoint
    if known.curve:
        title = f"{known.name} on {known.plan.data.name} {known.plan.data.version}"
        draw_curve(title, known.curve, known.best_epoch, picture)
    state.checkpoint = replace(known, finished=True)
    publish(course.files, state, weights=False)
    course.files.training.unlink(missing_ok=True)
    return state.checkpoint
