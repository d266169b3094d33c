"""The job: the neighbourhoods of a model's vectors on one data set."""

from collections.abc import Sequence
from typing import Unpack

import numpy as np

from earmark.dataset import Dataset
from earmark.errors import EarmarkError
from earmark.extract import Take
from earmark.model import ModelInfo
from earmark.neighbours.leakage import leakage
from earmark.neighbours.locality import NEAREST, locality
from earmark.neighbours.retrieval import retrieval
from earmark.neighbours.shape import shape_of
from earmark.neighbours.space import Space
from earmark.neighbours.translation import Labels, Stretched, translation
from earmark.probe import single_thread
from earmark.protocol import Recordings
from earmark.protocol.begin import How, Session, begin
from earmark.protocol.environment import Clock
from earmark.protocol.reading import gather
from earmark.protocol.report import result_of
from earmark.protocol.sitting import Embedded, Sitting, sit
from earmark.registry import find_conditions, find_translator
from earmark.result import Result
from earmark.result.neighbours.record import Locality, Neighbourhood, Retrieval, Translation
from earmark.target import Target
from earmark.translator import TranslatorInfo

STRETCHED = "time-stretch:0.8,1.25"
"""What translators are asked for: a fifth slower and a quarter faster."""


def neighbours(
    model: str | ModelInfo,
    on: str | Recordings = "etudes",
    translators: Sequence[str | TranslatorInfo] = (),
    **how: Unpack[How],
) -> Result:
    """Search the neighbourhoods of one model; see `neighbours_each`."""
    (result,) = neighbours_each([model], on, translators, **how)
    return result


def neighbours_each(
    models: Sequence[str | ModelInfo],
    on: str | Recordings = "etudes",
    translators: Sequence[str | TranslatorInfo] = (),
    **how: Unpack[How],
) -> list[Result]:
    """Say what is near what in the spaces of several models: one result a model, in its `neighbourhood`.

    All tracks of the data set are searched, whatever their split, for nothing is learnt; only the leakage between
    targets trains probes, on the train split. `tasks` chooses targets. `translators` are judged by the test tracks at
    other speeds, which are embedded for that. The rest is as `earmark.run` takes it. Raises an EarmarkError for
    whatever a user can mend.
    """
    found = [find_translator(each) for each in translators]
    conditions = find_conditions([STRETCHED])[0] if found else ()
    session = begin(models, on, conditions=conditions, **how)
    _check_one(session)
    with session.clock.phase("embed"):
        sittings, _ = sit(session.models, [], session.exam, session.datasets, session.terms)
    return [_result(sitting, session, found, session.clock.copy()) for sitting in sittings]


def _check_one(session: Session) -> None:
    """One space is searched: one data set, one layer; raises EarmarkError."""
    if len(session.datasets) > 1:
        names = ", ".join(session.datasets)
        raise EarmarkError(f"Neighbours are searched in one data set, not in {names}; choose tasks of one by --tasks.")
    if len(session.terms.layers) > 1 or "all" in session.terms.layers:
        raise EarmarkError("Neighbours are searched in one layer: name one by --layer.")


def _result(sitting: Sitting, session: Session, translators: Sequence[TranslatorInfo], clock: Clock) -> Result:
    ((name, embedded),) = sitting.embedded.items()
    dataset, terms = session.exam.datasets[name], session.terms
    space = _space(dataset, embedded, terms.seed)
    with clock.phase("search"), single_thread():
        found = _searched(space, dataset, session)
        moved = _translated(space, dataset, sitting, session, translators) if translators else ()
    with clock.phase("leakage"):
        materials = [gather(task, dataset, embedded.extraction.keys.__contains__) for task in session.wanted]
        leaks = leakage(materials, embedded, embedded.layers[0], seed=terms.seed, progress=terms.progress)
    return result_of(
        sitting, session, clock, [], neighbourhood=found.model_copy(update={"leakage": leaks, "translations": moved})
    )


def _space(dataset: Dataset, embedded: Embedded, seed: int) -> Space:
    vectors = embedded.vectors[embedded.layers[0]]
    tracks = [track for track in dataset.tracks if track.id in vectors]
    return Space.of(
        np.stack([vectors[track.id] for track in tracks]),
        ids=[track.id for track in tracks],
        groups=[track.group for track in tracks],
        seed=seed,
    )


def _targets(dataset: Dataset, session: Session) -> list[Target]:
    """Those that the chosen tasks ask of whole tracks, each once."""
    found = [dataset.target(name) for name in dict.fromkeys(task.target for task in session.wanted)]
    return [target for target in found if target.form != "timeline"]


def _labels(space: Space, dataset: Dataset, target: Target) -> Labels:
    by_id = {track.id: track for track in dataset.tracks}
    return Labels(target=target, labels=[by_id[track].labels.get(target.name) for track in space.ids])


def _searched(space: Space, dataset: Dataset, session: Session) -> Neighbourhood:
    """Retrieval and locality of every target, and the shape of the space."""
    terms, targets = session.terms, _targets(dataset, session)
    found: list[Retrieval] = []
    near: list[Locality] = []
    for done, target in enumerate(targets):
        terms.progress("search", done, len(targets) + 1, "targets")
        labels = _labels(space, dataset, target).labels
        found += retrieval(space, target, labels, terms.seed)
        near += locality(space, target, labels, terms.seed)
    terms.progress("search", len(targets), len(targets) + 1, "targets")
    shape = shape_of(space, terms.seed)
    terms.progress("search", len(targets) + 1, len(targets) + 1, "targets")
    return Neighbourhood(
        tracks=len(space.ids),
        queries=len(space.queries),
        k=NEAREST,
        retrieval=tuple(found),
        locality=tuple(near),
        shape=shape,
        leakage=None,
    )


def _translated(
    space: Space, dataset: Dataset, sitting: Sitting, session: Session, translators: Sequence[TranslatorInfo]
) -> tuple[Translation, ...]:
    """Judge translators by the test tracks as the model hears them at other speeds."""
    targets = dataset.targets
    tempo = next((_labels(space, dataset, t) for t in targets if t.form == "tempo"), None)
    genre = next((_labels(space, dataset, t) for t in targets if t.family == "genre"), None)
    opened = [(info, info.open(sitting.info)) for info in translators]
    stretched = _stretched(space, dataset, sitting.embedded[dataset.name], session)
    return translation(space, stretched, opened, tempo=tempo, genre=genre, seed=session.terms.seed)


def _stretched(space: Space, dataset: Dataset, embedded: Embedded, session: Session) -> list[Stretched]:
    vectors, place = embedded.vectors[embedded.layers[0]], {track: i for i, track in enumerate(space.ids)}
    found = []
    for condition in session.terms.conditions:
        takes = [Take(track=t, condition=condition, seed=session.terms.seed) for t in dataset.tracks]
        heard = [take for take in takes if take.id in vectors and take.track.id in place]
        found.append(
            Stretched(
                speed=condition.level,
                tracks=np.array([place[take.track.id] for take in heard], dtype=np.int64),
                vectors=np.stack([vectors[take.id] for take in heard]),
            )
        )
    return found
