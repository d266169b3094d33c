"""Embeddings of tracks: found in the store, or computed and put there."""

import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from earmark.dataset import Track
from earmark.errors import AudioError, EarmarkError
from earmark.extract.chunk import Done, Setup, embed_chunk
from earmark.extract.embed import FULL_PRECISION, freeze, kind, windows_at_once
from earmark.extract.embeddings import Embeddings, from_arrays
from earmark.extract.job import Job
from earmark.extract.listed import embed_listed, is_listed
from earmark.extract.parameters import count_parameters
from earmark.extract.plan import Asked, OpenModel, Part, Tally, jobs_for
from earmark.extract.pool import WorkerKilledError, embed_in_pool
from earmark.extract.recordings import Recording, look_at
from earmark.extract.take import Take
from earmark.model import OpenedModel
from earmark.progress import Progress, silent
from earmark.store import Store

CHUNK = {"cpu": 8}
"""Hearings in a shard by kind of device: what a crash may cost a worker."""
CHUNK_ELSEWHERE = 64
CHUNKS_A_WORKER = 4  # at least, so that none waits long for the last
TRACKS_WORTH_A_WORKER = 8  # starting a process costs as much as some tracks


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """The embeddings of some tracks by one model; they stay in the store until they are read."""

    store: Store
    opened: OpenedModel
    model_fingerprint: str
    """Hash of all that decides the model's answers."""
    parameters: int
    """Of the model's torch modules."""
    by_layer: Mapping[str, Mapping[str, str]]
    """Where each track's embeddings stand in the store, by layer and id, in the order of the tracks.

    The id is the track's, or of a changed one that of the take (`Take.id`).
    """
    checksums: Mapping[str, str]
    """blake3 of each recording's encoded bytes, by track id."""
    skipped: tuple[tuple[str, str], ...]
    """Id and reason of everything that could not be embedded."""
    computed: int
    """Tracks and takes that were embedded now."""
    found: int
    """Tracks and takes whose embeddings were in the store."""
    audio_s: float
    """Seconds of audio that were embedded now."""
    seconds: Mapping[str, float]
    """Time by phase: ``open``, ``hash`` and ``embed``; of a time that several models shared, this one's share."""
    work_s: Mapping[str, float]
    """Work by phase, over all processes: ``decode``, ``resample`` and each perturbation by name, for all models
    together; ``embed`` and ``embed changed`` of this model."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that were taken."""
        return tuple(self.by_layer)

    @property
    def keys(self) -> Mapping[str, str]:
        """Where each track's embeddings of the first layer stand in the store, by id."""
        return self.by_layer[self.layers[0]]

    @property
    def speed(self) -> float:
        """Seconds of audio embedded per second, over all workers; NaN when all were found."""
        return self.audio_s / self.seconds["embed"] if self.computed else float("nan")

    def read(self, track_id: str, layer: str | None = None) -> Embeddings:
        """Read the embeddings of one id; raises KeyError when it was skipped, StoreError when they are gone."""
        return from_arrays(self.store.read(self.by_layer[self.layers[0] if layer is None else layer][track_id]))


def extract(  # noqa: PLR0913 - what is embedded, then how; all but three by keyword
    tracks: Sequence[Track],
    open_model: OpenModel,
    store: Store,
    *,
    layers: tuple[str, ...] = (),
    workers: int | None = None,
    device: str = "cpu",
    batch_size: int | None = None,
    precision: str = FULL_PRECISION,
    progress: Progress = silent,
    max_skipped_share: float = 0.05,
) -> Extraction:
    """Embed every track by one model; see `extract_each`."""
    (found,) = extract_each(
        tracks,
        [Asked(open_model=open_model, layers=layers, precision=precision)],
        Setup(store=store, device=device, batch_size=batch_size or windows_at_once(device)),
        workers=workers,
        progress=progress,
        max_skipped_share=max_skipped_share,
    )
    return found


def extract_each(
    tracks: Sequence[Track],
    asked: Sequence[Asked],
    setup: Setup,
    *,
    takes: Sequence[Take] = (),
    workers: int | None = None,
    progress: Progress = silent,
    max_skipped_share: float = 0.05,
) -> list[Extraction]:
    """Embed by each model every track, and every take, that the store does not hold yet; say where all of them stand.

    `takes` are tracks under conditions, changed on the fly and never written as audio. Each recording is decoded once
    for all models and conditions. `workers` processes share the work on a CPU (None: one a core), each
    opening the models for itself; an accelerator is driven from this process. A recording that cannot be read is
    skipped. Whenever this is stopped, what was written is found again. Raises DatasetError when more than
    `max_skipped_share` of the tracks cannot be embedded, PluginError when a model breaks its contract, StoreError when
    the store cannot be used.
    """
    clock = _Clock()
    wanted = [*(Take(track=track) for track in tracks), *takes]
    recordings = look_at(list({take.track.id: take.track for take in wanted}.values()), progress)
    found = {track: r for track, r in recordings.items() if isinstance(r, Recording)}
    unread = {take.id: str(r) for take in wanted if isinstance(r := recordings[take.track.id], AudioError)}
    clock.lap("hash")
    parts = [Part.of(one, wanted, found) for one in asked]
    clock.lap("open")
    tallies = [Tally(part=part, takes=wanted, max_share=max_skipped_share) for part in parts]
    for tally in tallies:
        tally.skip_takes(unread)
    for group in _together(tallies):
        some = [tally.part for tally in group]
        jobs = jobs_for(some, wanted, found, setup.store)
        own = replace(setup, precisions=tuple(part.asked.precision for part in some))
        _work(jobs, group, _Crew.of(some, workers, setup, len(jobs)), own, progress)
    clock.lap("embed")
    return [_extraction(tally, tallies, setup.store, found, clock.seconds) for tally in tallies]


def _together(tallies: Sequence[Tally]) -> list[list[Tally]]:
    """Models that hear windows share what is decoded; each that answers by id works alone."""
    hearing = [tally for tally in tallies if not is_listed(tally.part.opened)]
    return [*([hearing] if hearing else []), *([tally] for tally in tallies if is_listed(tally.part.opened))]


def _extraction(
    tally: Tally, tallies: Sequence[Tally], store: Store, found: Mapping[str, Recording], seconds: Mapping[str, float]
) -> Extraction:
    part, kept = tally.part, [take for take in tally.part.keys if take not in tally.skipped]
    computed = sum(not tally.computed.isdisjoint(part.keys[take].values()) for take in kept)
    busy_s = sum(one.busy_s for one in tallies)
    share = tally.busy_s / busy_s if busy_s else 1.0
    return Extraction(
        store=store,
        opened=part.opened,
        model_fingerprint=part.fingerprint,
        parameters=count_parameters(part.opened.model),
        by_layer={layer: {take: part.keys[take][layer] for take in kept} for layer in part.layers},
        checksums={track: recording.checksum for track, recording in found.items()},
        skipped=tuple((t.id, tally.skipped[t.id]) for t in tally.takes if t.id in tally.skipped),
        computed=computed,
        found=len(kept) - computed,
        audio_s=tally.audio_s,
        seconds={**seconds, "embed": seconds["embed"] * share},
        work_s=tally.work_s,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crew:
    """Who embeds: this process with its models, or workers that open their own."""

    opened: Sequence[OpenedModel]
    open_models: Sequence[OpenModel]
    workers: int

    @classmethod
    def of(cls, parts: Sequence[Part], workers: int | None, setup: Setup, jobs: int) -> "_Crew":
        """As many as are worth it for so many jobs."""
        listed = any(is_listed(part.opened) for part in parts)
        return cls(
            opened=[part.opened for part in parts],
            open_models=[part.asked.open_model for part in parts],
            workers=1 if listed else _workers(workers, setup.device, jobs),
        )

    @property
    def phase(self) -> str:
        """What the progress bar says."""
        names = [opened.info.name for opened in self.opened]
        return f"embed {names[0]}" if len(names) == 1 else f"embed {len(names)} models"


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


def _workers(workers: int | None, device: str, jobs: int) -> int:
    """Return how many processes are worth it; one means this process."""
    if kind(device) != "cpu":
        return 1
    if workers is not None:
        return max(1, min(workers, jobs))
    from joblib import cpu_count  # noqa: PLC0415 - knows of containers' limits

    return max(1, min(int(cpu_count()), jobs // TRACKS_WORTH_A_WORKER))


def _work(jobs: Sequence[Job], tallies: Sequence[Tally], crew: _Crew, setup: Setup, progress: Progress) -> None:
    """Embed the jobs and keep the tallies."""
    total_s, done_s = sum(job.heard_s for job in jobs), 0.0
    try:
        with setup.store.kept_open(), closing(_persistently(jobs, crew, setup)) as results:
            for done in results:
                done_s += sum(job.heard_s for job in done.jobs)
                progress(crew.phase, min(done_s, total_s), total_s, "s of audio")
                for place, tally in enumerate(tallies):
                    tally.count(place, done)
    finally:
        setup.store.discard_parts()
    if jobs:
        setup.store.sweep()


def _persistently(jobs: Sequence[Job], crew: _Crew, setup: Setup) -> Generator[Done, None, None]:
    """Embed the jobs; if a worker is killed, once more what is left, in a fresh pool."""
    finished: set[str] = set()
    try:
        with closing(_embed(jobs, crew, setup)) as results:
            for done in results:
                finished.update(job.track for job in done.jobs)
                yield done
    except WorkerKilledError:
        left = [job for job in jobs if job.track not in finished]
        try:
            yield from _embed(left, crew, setup)
        except WorkerKilledError as error:
            names = " and ".join(repr(opened.info.name) for opened in crew.opened)
            raise EarmarkError(
                f"Worker processes were killed twice while they embedded {len(left)} tracks with {names}, perhaps for "
                "want of memory. Run again with fewer --workers: what was embedded is kept."
            ) from error


def _embed(jobs: Sequence[Job], crew: _Crew, setup: Setup) -> Generator[Done, None, None]:
    """Embed the jobs in chunks, in this process or in a pool."""
    if is_listed(crew.opened[0]):
        size = getattr(crew.opened[0].model, "tracks_at_once", len(jobs))
        yield from (embed_listed(crew.opened[0], chunk, setup) for chunk in _chunks(jobs, size))
        return
    ways = max((len(job.hearings) for job in jobs), default=1)
    most = max(1, CHUNK.get(kind(setup.device), CHUNK_ELSEWHERE) // ways)
    chunks = _chunks(jobs, min(most, -(-len(jobs) // (CHUNKS_A_WORKER * crew.workers))))
    if crew.workers > 1:
        yield from embed_in_pool(chunks, crew.open_models, setup, crew.workers)
    elif chunks:
        models = [freeze(opened, setup.device) for opened in crew.opened]
        yield from (embed_chunk(models, chunk, setup) for chunk in chunks)


def _chunks(jobs: Sequence[Job], size: int) -> list[Sequence[Job]]:
    size = max(1, size)
    return [jobs[start : start + size] for start in range(0, len(jobs), size)]
