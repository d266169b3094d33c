"""A chunk of tracks: decoded, embedded and written to the store as one shard."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from earmark.audio import Audio, AudioSource, decode, resample
from earmark.errors import AudioError
from earmark.extract.embed import Loaded, embed_audio, exact_arithmetic, kind
from earmark.extract.embeddings import Embeddings
from earmark.extract.fingerprint import recording_fingerprint
from earmark.model import OpenedModel
from earmark.store import Store

DECODERS = 4  # threads that decode ahead of an accelerator, which would wait for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One recording to embed and the key to store it under; crosses to workers by pickle."""

    key: str
    checksum: str
    source: AudioSource
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Where and how chunks are worked on; crosses to workers by pickle."""

    store: Store
    device: str
    batch_size: int


@dataclass(slots=True, kw_only=True)
class Done:
    """What became of a chunk."""

    jobs: Sequence[Job]
    audio_s: float = 0.0
    """Seconds of audio that were embedded."""
    computed: list[str] = field(default_factory=list)
    """Keys that were written."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Why nothing was written, by key."""


def embed_chunk(opened: OpenedModel, jobs: Sequence[Job], setup: Setup) -> Done:
    """Embed the recordings whose keys are still missing and write them as one shard.

    On a CPU batches never cross from one track to the next, so that the same track gives the same bits whatever it
    stands beside; an accelerator shares them between the tracks of a chunk, which moves the last digits only.
    """
    done = Done(jobs=jobs)
    still = set(setup.store.missing([job.key for job in jobs]))  # another run on this store may have been faster
    todo = [job for job in jobs if job.key in still]
    shares = kind(setup.device) != "cpu"
    written: dict[str, Embeddings] = {}
    with exact_arithmetic():
        tracks = _loaded(todo, opened.info.sample_rate, done, DECODERS if shares else 0)
        for together in [tracks] if shares else ([track] for track in tracks):
            written |= embed_audio(opened, together, device=setup.device, batch_size=setup.batch_size)
    setup.store.write({key: embeddings.arrays() for key, embeddings in written.items()})
    done.computed.extend(written)
    return done


def _loaded(jobs: Sequence[Job], rate: int, done: Done, threads: int) -> Iterator[Loaded]:
    """Yield decoded and resampled recordings, and note in `done` those that cannot be read."""
    for job, audio in _ahead(jobs, rate, threads):
        if isinstance(audio, AudioError):
            done.skipped[job.key] = str(audio)
        else:
            done.audio_s += audio.duration_s
            yield Loaded(job.key, job.source.name, audio)


def _ahead(jobs: Iterable[Job], rate: int, threads: int) -> Iterator[tuple[Job, Audio | AudioError]]:
    """Load recordings in order, up to two for each thread ahead of whoever takes them."""
    if not threads:
        yield from ((job, _load(job, rate)) for job in jobs)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[Job, Future[Audio | AudioError]]] = deque()
        for job in jobs:
            waiting.append((job, pool.submit(_load, job, rate)))
            if len(waiting) > 2 * threads:
                first, audio = waiting.popleft()
                yield first, audio.result()
        yield from ((job, audio.result()) for job, audio in waiting)


def _load(job: Job, rate: int) -> Audio | AudioError:
    try:
        encoded = job.source.read()
        if recording_fingerprint(encoded) != job.checksum:  # else its embedding would stand under the old key
            return AudioError(f"{job.source.name}: changed while it was being read.")
        return resample(decode(encoded, job.source.name), rate)
    except AudioError as error:
        return error
