"""A chunk of tracks: each decoded once, embedded by every model that asks, and written to the store as one shard."""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from earmark.audio import Audio, AudioSource, resample
from earmark.errors import AudioError
from earmark.extract.embed import FULL_PRECISION, Loaded, Way, embed_layers, exact_arithmetic, kind
from earmark.extract.embeddings import Embeddings
from earmark.extract.recordings import decode_unchanged
from earmark.model import OpenedModel
from earmark.store import Store

DECODERS = 4  # threads that decode ahead of an accelerator, which would wait for one
TRACKS_TOGETHER = 8  # that share batches on an accelerator: enough to fill them, few enough to hold in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One recording to embed and the keys to store it under; crosses to workers by pickle."""

    track: str
    checksum: str
    source: AudioSource
    duration_s: float
    keys: tuple[Mapping[str, str], ...]
    """For each model, by layer."""

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys of all models and layers."""
        return tuple(key for by_layer in self.keys for key in by_layer.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Where and how chunks are worked on; crosses to workers by pickle."""

    store: Store
    device: str
    batch_size: int
    precisions: tuple[str, ...] = ()
    """For each model; empty: all compute in full."""

    def way(self, place: int, layers: tuple[str, ...]) -> Way:
        """How the model at that place is driven."""
        precision = self.precisions[place] if self.precisions else FULL_PRECISION
        return Way(device=self.device, batch_size=self.batch_size, layers=layers, precision=precision)


@dataclass(slots=True, kw_only=True)
class Done:
    """What became of a chunk."""

    jobs: Sequence[Job]
    audio_s: dict[int, float] = field(default_factory=dict)
    """Seconds of audio that each model embedded, by its place."""
    busy_s: dict[int, float] = field(default_factory=dict)
    """Seconds that each model took, by its place."""
    computed: list[str] = field(default_factory=list)
    """Keys that were written."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Why nothing was written, by key."""

    def spent(self, model: int, audio_s: float, since: float) -> None:
        """Add to the account of a model what it embedded since then."""
        self.audio_s[model] = self.audio_s.get(model, 0.0) + audio_s
        self.busy_s[model] = self.busy_s.get(model, 0.0) + time.perf_counter() - since


Decoded = tuple[Job, Mapping[int, Audio]]
"""A recording at each rate that a model asks for, in Hz."""


def embed_chunk(models: Sequence[OpenedModel], jobs: Sequence[Job], setup: Setup) -> Done:
    """Embed the recordings some of whose keys are still missing and write them as one shard.

    On a CPU batches never cross from one track to the next, so that the same track gives the same bits whatever it
    stands beside; an accelerator shares them between some tracks of a chunk, which moves the last digits only.
    """
    done = Done(jobs=jobs)
    still = set(setup.store.missing([key for job in jobs for key in job.all_keys]))  # another run may have been faster
    todo = [(job, _rates(models, job, still)) for job in jobs if still.intersection(job.all_keys)]
    shares = kind(setup.device) != "cpu"
    written: dict[str, Embeddings] = {}
    with exact_arithmetic():
        tracks = _decoded(todo, done, DECODERS if shares else 0)
        while together := list(islice(tracks, TRACKS_TOGETHER if shares else 1)):
            for place, opened in enumerate(models):
                written |= _embed(opened, place, together, still, setup, done)
    setup.store.write({key: embeddings.arrays() for key, embeddings in written.items()})
    done.computed.extend(written)
    return done


def _rates(models: Sequence[OpenedModel], job: Job, still: set[str]) -> frozenset[int]:
    """The rates of the models that have yet to hear the recording."""
    pairs = zip(models, job.keys, strict=True)
    return frozenset(m.info.sample_rate for m, by_layer in pairs if still.intersection(by_layer.values()))


def _embed(
    opened: OpenedModel, place: int, tracks: Sequence[Decoded], still: set[str], setup: Setup, done: Done
) -> dict[str, Embeddings]:
    """Embed tracks by one model, by key: those, and those layers, that are still missing."""
    since, rate = time.perf_counter(), opened.info.sample_rate
    mine = [(job, heard[rate]) for job, heard in tracks if still.intersection(job.keys[place].values())]
    if not mine:
        return {}
    layers = tuple(mine[0][0].keys[place])
    loaded = [Loaded(job.track, job.source.name, audio) for job, audio in mine]
    found = embed_layers(opened, loaded, setup.way(place, layers))
    done.spent(place, sum(audio.duration_s for _, audio in mine), since)
    return {job.keys[place][layer]: found[job.track][layer] for job, _ in mine for layer in layers}


Wanted = tuple[Job, frozenset[int]]
"""A recording and the rates in Hz at which it is wanted."""


def _decoded(wanted: Sequence[Wanted], done: Done, threads: int) -> Iterator[Decoded]:
    """Yield decoded recordings, and note in `done` those that cannot be read."""
    for job, heard in _ahead(wanted, threads):
        if isinstance(heard, AudioError):
            done.skipped.update(dict.fromkeys(job.all_keys, str(heard)))
        else:
            yield job, heard


def _ahead(wanted: Iterable[Wanted], threads: int) -> Iterator[tuple[Job, Mapping[int, Audio] | AudioError]]:
    """Load recordings in order, up to two for each thread ahead of whoever takes them."""
    if not threads:
        yield from ((job, load(job, rates)) for job, rates in wanted)
        return
    with ThreadPoolExecutor(threads) as pool:  # the decoder and the resampler let go of the interpreter
        waiting: deque[tuple[Job, Future[Mapping[int, Audio] | AudioError]]] = deque()
        for job, rates in wanted:
            waiting.append((job, pool.submit(load, job, rates)))
            if len(waiting) > 2 * threads:
                first, heard = waiting.popleft()
                yield first, heard.result()
        yield from ((job, heard.result()) for job, heard in waiting)


def load(job: Job, rates: Iterable[int]) -> Mapping[int, Audio] | AudioError:
    """Decode a recording once and resample it to each rate (0: its own), or say why it cannot be."""
    try:
        audio = decode_unchanged(job.source, job.checksum)
    except AudioError as error:
        return error
    return {rate: resample(audio, rate or audio.rate) for rate in rates}
