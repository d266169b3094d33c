"""Embeddings of tracks: found in the store, or computed and put there."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from earmark.audio import AudioSource
from earmark.dataset import Track
from earmark.errors import AudioError, DatasetError, EarmarkError
from earmark.extract.chunk import Done, Job, Setup, embed_chunk
from earmark.extract.embed import freeze, kind, windows_at_once
from earmark.extract.embeddings import Embeddings, from_arrays
from earmark.extract.fingerprint import key_of, model_fingerprint
from earmark.extract.parameters import count_parameters
from earmark.extract.pool import WorkerKilledError, embed_in_pool
from earmark.extract.recordings import Recording, look_at
from earmark.model import OpenedModel
from earmark.progress import Progress, silent
from earmark.store import Store

CHUNK = {"cpu": 8}
"""Tracks in a shard by kind of device: what a crash may cost a worker."""
CHUNK_ELSEWHERE = 64
CHUNKS_A_WORKER = 4  # at least, so that none waits long for the last
TRACKS_WORTH_A_WORKER = 8  # starting a process costs as much as some tracks
PROBLEMS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The embeddings of some tracks by one model; they stay in the store until they are read."""

    store: Store
    model_fingerprint: str
    """Hash of all that decides the model's answers."""
    parameters: int
    """Of the model's torch modules."""
    keys: Mapping[str, str]
    """Where each track's embeddings stand in the store, by track id, in the order of the tracks."""
    checksums: Mapping[str, str]
    """blake3 of each recording's encoded bytes, by track id."""
    skipped: tuple[tuple[str, str], ...]
    """Track id and reason of every recording that could not be read."""
    computed: int
    """Tracks that were embedded now."""
    found: int
    """Tracks whose embeddings were in the store."""
    audio_s: float
    """Seconds of audio that were embedded now."""
    seconds: Mapping[str, float]
    """Time by phase: ``open``, ``hash`` and ``embed``."""

    @property
    def speed(self) -> float:
        """Seconds of audio embedded per second, over all workers; NaN when all were found."""
        return self.audio_s / self.seconds["embed"] if self.computed else float("nan")

    def read(self, track_id: str) -> Embeddings:
        """Read the embeddings of one track; raises KeyError when it was skipped, StoreError when they are gone."""
        return from_arrays(self.store.read(self.keys[track_id]))


def extract(
    tracks: Sequence[Track],
    open_model: Callable[[], OpenedModel],
    store: Store,
    *,
    workers: int | None = None,
    device: str = "cpu",
    batch_size: int | None = None,
    progress: Progress = silent,
    max_skipped_share: float = 0.05,
) -> Extraction:
    """Embed every track that the store does not hold yet, and say where all of them stand.

    `workers` processes share the work on a CPU (None: one a core), each opening the model for itself; an accelerator
    is driven from this process. A recording that cannot be read is skipped. Whenever this is stopped, what was
    written is found again. Raises DatasetError when more than `max_skipped_share` of the tracks cannot be read,
    PluginError when the model breaks its contract, StoreError when the store cannot be used.
    """
    clock = _Clock()
    opened = open_model()
    fingerprint = model_fingerprint(opened)
    clock.lap("open")
    recordings = look_at(tracks, progress)
    found = {t.id: r for t in tracks if isinstance(r := recordings[t.id], Recording)}
    keys = {track: key_of(fingerprint, recording.checksum) for track, recording in found.items()}
    skips = _Skips(tracks, keys, max_skipped_share)
    skips.add_unread({t: str(r) for t, r in recordings.items() if isinstance(r, AudioError)})
    jobs = _jobs(tracks, keys, found, store)
    clock.lap("hash")
    setup = Setup(store=store, device=device, batch_size=batch_size or windows_at_once(device))
    crew = _Crew(opened=opened, open_model=open_model, workers=_workers(workers, device, len(jobs)))
    audio_s, computed = _work(jobs, crew, setup, skips, progress)
    clock.lap("embed")
    return Extraction(
        store=store,
        model_fingerprint=fingerprint,
        parameters=count_parameters(opened.model),
        keys={track: key for track, key in keys.items() if track not in skips.reasons},
        checksums={track: recording.checksum for track, recording in found.items()},
        skipped=tuple((t.id, skips.reasons[t.id]) for t in tracks if t.id in skips.reasons),
        computed=(new := sum(key in computed for key in keys.values())),
        found=len(tracks) - len(skips.reasons) - new,
        audio_s=audio_s,
        seconds=clock.seconds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crew:
    """Who embeds: this process with its model, or workers that open their own."""

    opened: OpenedModel
    open_model: Callable[[], OpenedModel]
    workers: int


class _Clock:
    """Time by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        """End a phase."""
        now = time.perf_counter()
        self.seconds[phase] = now - self._last
        self._last = now


class _Skips:
    """The recordings that cannot be read, as long as they are few."""

    def __init__(self, tracks: Sequence[Track], keys: Mapping[str, str], max_share: float) -> None:
        self.reasons: dict[str, str] = {}
        self._tracks = len(tracks)
        self._keys = keys
        self._max_share = max_share

    def add(self, by_key: Mapping[str, str]) -> None:
        """Note why the tracks under these keys were skipped; raises DatasetError when it is too many."""
        self.add_unread({track: by_key[key] for track, key in self._keys.items() if key in by_key} if by_key else {})

    def add_unread(self, by_track: Mapping[str, str]) -> None:
        """Note why these tracks were skipped; raises DatasetError when it is too many."""
        self.reasons.update(by_track)
        if len(self.reasons) > self._max_share * self._tracks:
            shown = list(self.reasons.values())[:PROBLEMS_SHOWN]
            raise DatasetError(
                f"{len(self.reasons)} of {self._tracks} recordings cannot be read, more than the allowed "
                f"{self._max_share:.0%}; mend or remove them. The first {len(shown)}:",
                shown,
            )


def _jobs(
    tracks: Sequence[Track], keys: Mapping[str, str], recordings: Mapping[str, Recording], store: Store
) -> list[Job]:
    """Return one job for each key that the store misses, in the order of the tracks."""
    sources: dict[str, tuple[AudioSource, Recording]] = {}
    for track in tracks:
        if track.id in keys:
            sources.setdefault(keys[track.id], (track.source, recordings[track.id]))
    return [
        Job(key=key, checksum=sources[key][1].checksum, source=sources[key][0], duration_s=sources[key][1].duration_s)
        for key in store.missing(sources)
    ]


def _workers(workers: int | None, device: str, jobs: int) -> int:
    """Return how many processes are worth it; one means this process."""
    if kind(device) != "cpu":
        return 1
    if workers is not None:
        return max(1, min(workers, jobs))
    from joblib import cpu_count  # noqa: PLC0415 - knows of containers' limits

    return max(1, min(int(cpu_count()), jobs // TRACKS_WORTH_A_WORKER))


def _work(jobs: Sequence[Job], crew: _Crew, setup: Setup, skips: _Skips, progress: Progress) -> tuple[float, set[str]]:
    """Embed the jobs: seconds of audio, and the keys that were computed."""
    phase, total_s = f"embed {crew.opened.info.name}", sum(job.duration_s for job in jobs)
    audio_s, done_s, computed = 0.0, 0.0, set[str]()
    try:
        with setup.store.kept_open(), closing(_persistently(jobs, crew, setup)) as results:
            for done in results:
                audio_s += done.audio_s
                computed.update(done.computed)
                done_s += sum(job.duration_s for job in done.jobs)
                progress(phase, min(done_s, total_s), total_s, "s of audio")
                skips.add(done.skipped)
    finally:
        setup.store.discard_parts()
    if jobs:
        setup.store.sweep()
    return audio_s, computed


def _persistently(jobs: Sequence[Job], crew: _Crew, setup: Setup) -> Generator[Done, None, None]:
    """Embed the jobs; if a worker is killed, once more what is left, in a fresh pool."""
    finished: set[str] = set()
    try:
        with closing(_embed(jobs, crew, setup)) as results:
            for done in results:
                finished.update(job.key for job in done.jobs)
                yield done
    except WorkerKilledError:
        left = [job for job in jobs if job.key not in finished]
        try:
            yield from _embed(left, crew, setup)
        except WorkerKilledError as error:
            raise EarmarkError(
                f"Worker processes were killed twice while they embedded {len(left)} tracks with "
                f"{crew.opened.info.name!r}, perhaps for want of memory. Run again with fewer --workers: "
                "what was embedded is kept."
            ) from error


def _embed(jobs: Sequence[Job], crew: _Crew, setup: Setup) -> Generator[Done, None, None]:
    """Embed the jobs in chunks, in this process or in a pool."""
    most = CHUNK.get(kind(setup.device), CHUNK_ELSEWHERE)
    size = max(1, min(most, -(-len(jobs) // (CHUNKS_A_WORKER * crew.workers))))
    chunks = [jobs[start : start + size] for start in range(0, len(jobs), size)]
    if crew.workers > 1:
        yield from embed_in_pool(chunks, crew.open_model, setup, crew.workers)
    elif chunks:
        opened = freeze(crew.opened, setup.device)
        yield from (embed_chunk(opened, chunk, setup) for chunk in chunks)
