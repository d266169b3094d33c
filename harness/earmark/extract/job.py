"""One recording on its way: decoded once, heard as it is and under each condition."""

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from earmark.audio import Audio, AudioSource, resample
from earmark.errors import AudioError
from earmark.extract.recordings import decode_unchanged
from earmark.perturbation import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A recording as models shall hear it, and where that is kept."""

    id: str
    keys: tuple[Mapping[str, str], ...]
    """For each model, by layer."""
    condition: Condition | None = None
    seed: int = 0

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys of all models and layers."""
        return tuple(key for by_layer in self.keys for key in by_layer.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One recording to embed, in one or several ways; crosses to workers by pickle."""

    track: str
    checksum: str
    source: AudioSource
    duration_s: float
    hearings: tuple[Hearing, ...]

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys of all hearings."""
        return tuple(key for hearing in self.hearings for key in hearing.all_keys)

    @property
    def heard_s(self) -> float:
        """Seconds of audio that models shall hear, before a condition changes the length."""
        return self.duration_s * len(self.hearings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A recording as models hear it."""

    job: Job
    hearing: Hearing
    by_rate: Mapping[int, Audio]
    """At each rate that a model asks for, in Hz; 0 is the recording's own."""
    same_audio: bool = False
    """The condition left the recording as it was, sample for sample."""
    perturb_s: float = 0.0
    """What the condition took."""
    resample_s: float = 0.0
    """What it took to bring it to the rates of the models."""
    decode_s: float = 0.0
    """What decoding took, with the first hearing of a recording."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        condition = self.hearing.condition
        return self.job.source.name if condition is None else f"{self.job.source.name} under {condition}"


Rates = frozenset[int]
Wanted = tuple[Job, Sequence[tuple[Hearing, Rates]]]
"""A recording, and at which rates each hearing of it is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A recording at its own rate, or why it cannot be read, and how long that took."""

    audio: Audio | AudioError
    seconds: float


def decode_job(job: Job) -> Decoded:
    """Decode a recording, with its channels where a condition may want them."""
    since = time.perf_counter()
    changed = any(hearing.condition is not None for hearing in job.hearings)
    try:
        audio: Audio | AudioError = decode_unchanged(job.source, job.checksum, keep_channels=changed)
    except AudioError as error:
        audio = error
    return Decoded(audio=audio, seconds=time.perf_counter() - since)


def hear(job: Job, hearing: Hearing, audio: Audio, rates: Rates, decode_s: float = 0.0) -> Heard:
    """Change a decoded recording as the hearing says, and resample it to each rate; raises PluginError."""
    since, heard = time.perf_counter(), audio
    if hearing.condition is not None:
        heard = hearing.condition.apply(audio, track=job.track, seed=hearing.seed)
    changed = time.perf_counter()
    by_rate = {rate: resample(heard, rate or heard.rate) for rate in rates}
    return Heard(
        job=job,
        hearing=hearing,
        by_rate=by_rate,
        same_audio=hearing.condition is not None and hearing.condition.leaves(audio, heard),
        perturb_s=changed - since,
        resample_s=time.perf_counter() - changed,
        decode_s=decode_s,
    )


Unread = tuple[Job, AudioError]


def heard_in_order(wanted: Sequence[Wanted], threads: int) -> Iterator[Heard | Unread]:
    """Hear recordings in order, each decoded once; up to two hearings for each thread ahead of whoever takes them."""
    if not threads:
        yield from _one_by_one(wanted)
        return
    with ThreadPoolExecutor(threads) as pool:  # decoder, resampler and most filters let go of the interpreter
        waiting: deque[Future[Heard | Unread]] = deque()
        for job, hearings in wanted:
            decoding = pool.submit(decode_job, job)  # starts before those that wait for it: the pool is a queue
            for place, (hearing, rates) in enumerate(hearings):
                waiting.append(pool.submit(_hear_decoded, job, hearing, rates, decoding, place))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _one_by_one(wanted: Sequence[Wanted]) -> Iterator[Heard | Unread]:
    for job, hearings in wanted:
        decoded = decode_job(job)
        if isinstance(decoded.audio, AudioError):
            yield job, decoded.audio
            continue
        for place, (hearing, rates) in enumerate(hearings):
            yield hear(job, hearing, decoded.audio, rates, 0.0 if place else decoded.seconds)


def _hear_decoded(job: Job, hearing: Hearing, rates: Rates, decoding: "Future[Decoded]", place: int) -> Heard | Unread:
    decoded = decoding.result()
    if isinstance(decoded.audio, AudioError):
        return job, decoded.audio
    return hear(job, hearing, decoded.audio, rates, 0.0 if place else decoded.seconds)
