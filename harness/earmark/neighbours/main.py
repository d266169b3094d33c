"""The job: the neighbourhoods of a model's vectors on one data set."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np

from earmark.dataset import Dataset
from earmark.errors import EarmarkError
from earmark.extract import Take, choose_layers
from earmark.extract.layers import ALL
from earmark.model import ModelInfo
from earmark.neighbours.leakage import leakage
from earmark.neighbours.locality import locality
from earmark.neighbours.retrieval import retrieval
from earmark.neighbours.shape import shape_of
from earmark.neighbours.space import NEAREST, Space
from earmark.neighbours.translation import Labels, Opened, Stretched, translation
from earmark.probe import single_thread
from earmark.protocol import Recordings
from earmark.protocol.begin import How, Session, begin
from earmark.protocol.environment import Clock
from earmark.protocol.reading import Material, gather
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
    translators: str | Sequence[str | TranslatorInfo] = (),
    **how: Unpack[How],
) -> Result:
    """Search the neighbourhoods of one model; see `neighbours_each`."""
    (result,) = neighbours_each([model], on, translators, **how)
    return result


def neighbours_each(
    models: Sequence[str | ModelInfo],
    on: str | Recordings = "etudes",
    translators: str | Sequence[str | TranslatorInfo] = (),
    **how: Unpack[How],
) -> list[Result]:
    """Say what is near what in the spaces of several models: one result a model, in its `neighbourhood`.

    All tracks of the data set are searched, whatever their split, for nothing is learnt; only the leakage between
    targets trains probes, on the train split. `tasks` chooses targets. `translators` are judged by the test tracks at
    other speeds, which are embedded for that. The rest is as `earmark.run` takes it. Raises an EarmarkError for
    whatever a user can mend.
    """
    named = (translators,) if isinstance(translators, str) else translators
    found = [find_translator(each) for each in named]
    _check_layers(how.get("layers", ()))
    conditions = find_conditions([STRETCHED])[0] if found else ()
    session = begin(models, on, conditions=conditions, **how)
    _check_datasets(session)
    opened = [_opened(found, info, session.terms.layers) for info in session.infos]
    with session.clock.phase("embed"):
        sittings, _ = sit(session.models, [], session.exam, session.datasets, session.terms)
    return [_result(*each, session, session.clock.copy()) for each in zip(sittings, opened, strict=True)]


def _check_layers(layers: Sequence[str]) -> None:
    """One space is searched; told before any data are made. Raises EarmarkError."""
    if len(layers) > 1 or ALL in layers:
        raise EarmarkError("Neighbours are searched in one layer: name one by --layer.")


def _check_datasets(session: Session) -> None:
    if len(session.datasets) > 1:
        names = ", ".join(session.datasets)
        raise EarmarkError(f"Neighbours are searched in one data set, not in {names}; choose tasks of one by --tasks.")


def _opened(translators: Sequence[TranslatorInfo], info: ModelInfo, layers: Sequence[str]) -> list[Opened]:
    """The translators of one model, before hours are spent on it; told the dimension of the layer they will move."""
    (layer,) = choose_layers(info, layers)
    heard = replace(info, layer=layer, dim=info.layers[layer]) if info.layers else info
    return [(each, each.open(heard)) for each in translators]


def _result(sitting: Sitting, translators: Sequence[Opened], session: Session, clock: Clock) -> Result:
    ((name, embedded),) = sitting.embedded.items()
    dataset, terms = session.exam.datasets[name], session.terms
    materials = [gather(task, dataset, embedded.extraction.keys.__contains__) for task in session.wanted]
    space = _space(dataset, embedded, terms.seed)
    with clock.phase("search"), single_thread():
        found = _searched(space, materials, dataset, session)
        moved = _translated(space, dataset, embedded, translators, session) if translators else ()
    with clock.phase("leakage"):
        leaks = leakage(materials, embedded, embedded.layers[0], seed=terms.seed, progress=terms.progress)
    return result_of(
        sitting, session, clock, [], neighbourhood=found.model_copy(update={"leakage": leaks, "translations": moved})
    )


def _space(dataset: Dataset, embedded: Embedded, seed: int) -> Space:
    """The track vectors by id: of two equally far the first is nearer, whatever the order of the table."""
    vectors = embedded.vectors[embedded.layers[0]]
    tracks = sorted((track for track in dataset.tracks if track.id in vectors), key=lambda track: track.id)
    return Space.of(
        np.stack([vectors[track.id] for track in tracks]),
        ids=[track.id for track in tracks],
        groups=[track.group for track in tracks],
        seed=seed,
    )


def _targets(materials: Sequence[Material]) -> list[Target]:
    """Those that the chosen tasks ask of whole tracks, each once."""
    found = {material.target.name: material.target for material in materials}
    return [target for target in found.values() if target.form != "timeline"]


def _labels(space: Space, dataset: Dataset, target: Target) -> Labels:
    by_id = {track.id: track for track in dataset.tracks}
    return Labels(target=target, labels=[by_id[track].labels.get(target.name) for track in space.ids])


def _searched(space: Space, materials: Sequence[Material], dataset: Dataset, session: Session) -> Neighbourhood:
    """Retrieval and locality of every target, and the shape of the space."""
    terms, targets = session.terms, _targets(materials)
    found: list[Retrieval] = []
    near: list[Locality] = []
    for done, target in enumerate(targets):
        terms.progress("search", done, len(targets) + 1, "steps")
        labels = _labels(space, dataset, target).labels
        found += retrieval(space, target, labels, terms.seed)
        near += locality(space, target, labels, terms.seed)
    terms.progress("search", len(targets), len(targets) + 1, "steps")
    shape = shape_of(space, terms.seed)
    terms.progress("search", len(targets) + 1, len(targets) + 1, "steps")
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
    space: Space, dataset: Dataset, embedded: Embedded, translators: Sequence[Opened], session: Session
) -> tuple[Translation, ...]:
    """Judge translators by the test tracks as the model hears them at other speeds."""
    targets = dataset.targets
    tempo = next((_labels(space, dataset, t) for t in targets if t.form == "tempo"), None)
    genre = next((_labels(space, dataset, t) for t in targets if t.family == "genre"), None)
    stretched = _stretched(space, dataset, embedded, session)
    return translation(space, stretched, translators, tempo=tempo, genre=genre, seed=session.terms.seed)


def _stretched(space: Space, dataset: Dataset, embedded: Embedded, session: Session) -> list[Stretched]:
    vectors, place = embedded.vectors[embedded.layers[0]], {track: i for i, track in enumerate(space.ids)}
    found, tracks = [], sorted(dataset.tracks, key=lambda track: track.id)
    for condition in session.terms.conditions:
        takes = [Take(track=t, condition=condition, seed=session.terms.seed) for t in tracks]
        heard = [take for take in takes if take.id in vectors and take.track.id in place]
        if not heard:
            continue
        places = np.array([place[take.track.id] for take in heard], dtype=np.int64)
        moved = np.stack([vectors[take.id] for take in heard])
        found.append(Stretched(speed=condition.level, tracks=places, vectors=moved))
    return found
