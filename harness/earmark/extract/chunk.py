"""A chunk of recordings: each decoded once, embedded by every model that asks, and stored as one shard."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from earmark.extract.embed import FULL_PRECISION, Loaded, Way, embed_layers, exact_arithmetic, kind
from earmark.extract.embeddings import Embeddings
from earmark.extract.job import Heard, Hearing, Job, Rates, Wanted, heard_in_order
from earmark.model import OpenedModel
from earmark.store import Store

DECODERS = 4  # threads that decode ahead of an accelerator, which would wait for one
TOGETHER = 8  # hearings that share batches on an accelerator: enough to fill them, few enough to hold in memory
DECODE, RESAMPLE, EMBED, EMBED_CHANGED = "decode", "resample", "embed", "embed changed"
"""Phases of the work; what a perturbation took stands under its own name."""


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
    embed_s: dict[tuple[int, str], float] = field(default_factory=dict)
    """Seconds that each model took, by its place and phase."""
    shared_s: dict[str, float] = field(default_factory=dict)
    """Seconds that decoding, resampling and each perturbation took, for all models together."""
    computed: list[str] = field(default_factory=list)
    """Keys that were written."""
    skipped: dict[str, str] = field(default_factory=dict)
    """Why nothing was written, by key."""

    def spent(self, model: int, audio_s: float, since: float, phase: str = EMBED) -> None:
        """Add to the account of a model what it embedded since then."""
        self.audio_s[model] = self.audio_s.get(model, 0.0) + audio_s
        self.embed_s[model, phase] = self.embed_s.get((model, phase), 0.0) + time.perf_counter() - since

    def heard(self, heard: Heard) -> None:
        """Add to the common account what it took to hear a recording."""
        self._add(DECODE, heard.decode_s)
        self._add(RESAMPLE, heard.resample_s)
        if heard.hearing.condition is not None:
            self._add(heard.hearing.condition.perturbation.name, heard.perturb_s)

    def _add(self, phase: str, seconds: float) -> None:
        self.shared_s[phase] = self.shared_s.get(phase, 0.0) + seconds


def embed_chunk(models: Sequence[OpenedModel], jobs: Sequence[Job], setup: Setup) -> Done:
    """Embed the recordings some of whose keys are still missing and write them as one shard.

    On a CPU batches never cross from one hearing to the next, so that the same one gives the same bits whatever it
    stands beside; an accelerator shares them between some of a chunk, which moves the last digits only.
    """
    done = Done(jobs=jobs)
    still = set(setup.store.missing([key for job in jobs for key in job.all_keys]))  # another run may have been faster
    shares = kind(setup.device) != "cpu"
    written: dict[str, Embeddings] = {}
    with exact_arithmetic():
        hearings = _heard(_wanted(models, jobs, still), done, DECODERS if shares else 0)
        while together := list(islice(hearings, TOGETHER if shares else 1)):
            for place, opened in enumerate(models):
                written |= _embed(opened, place, together, still, setup, done)
    setup.store.write({key: embeddings.arrays() for key, embeddings in written.items()})
    done.computed.extend(written)
    return done


def _wanted(models: Sequence[OpenedModel], jobs: Sequence[Job], still: set[str]) -> list[Wanted]:
    """The hearings of which some model has yet to hear."""
    found = [(job, [(h, _rates(models, h, still)) for h in job.hearings]) for job in jobs]
    kept = [(job, [(h, rates) for h, rates in hearings if rates]) for job, hearings in found]
    return [(job, hearings) for job, hearings in kept if hearings]


def _rates(models: Sequence[OpenedModel], hearing: Hearing, still: set[str]) -> Rates:
    """The rates of the models that have yet to hear it."""
    pairs = zip(models, hearing.keys, strict=True)
    return frozenset(m.info.sample_rate for m, by_layer in pairs if still.intersection(by_layer.values()))


def _heard(wanted: Sequence[Wanted], done: Done, threads: int) -> Iterator[Heard]:
    """Yield what can be heard, and note in `done` what cannot be read and how long it took."""
    for heard in heard_in_order(wanted, threads):
        if isinstance(heard, tuple):
            job, error = heard
            done.skipped.update(dict.fromkeys(job.all_keys, str(error)))
        else:
            done.heard(heard)
            yield heard


def _embed(
    opened: OpenedModel, place: int, heard: Sequence[Heard], still: set[str], setup: Setup, done: Done
) -> dict[str, Embeddings]:
    """Embed hearings by one model, by key: those, and those layers, that are still missing."""
    mine = [one for one in heard if still.intersection(one.hearing.keys[place].values())]
    written: dict[str, Embeddings] = {}
    for phase, some in ((EMBED, _plain(mine)), (EMBED_CHANGED, [one for one in mine if one.hearing.condition])):
        if some:
            written |= _embed_some(opened, place, some, setup, (done, phase))
    return written


def _plain(heard: Sequence[Heard]) -> list[Heard]:
    return [one for one in heard if one.hearing.condition is None]


def _embed_some(
    opened: OpenedModel, place: int, heard: Sequence[Heard], setup: Setup, account: tuple[Done, str]
) -> dict[str, Embeddings]:
    since, rate = time.perf_counter(), opened.info.sample_rate
    layers = tuple(heard[0].hearing.keys[place])
    loaded = [Loaded(one.hearing.id, one.name, one.by_rate[rate]) for one in heard]
    found = embed_layers(opened, loaded, setup.way(place, layers))
    done, phase = account
    done.spent(place, sum(one.audio.duration_s for one in loaded), since, phase)
    return {
        one.hearing.keys[place][layer]: replace(found[one.hearing.id][layer], same_audio=one.same_audio)
        for one in heard
        for layer in layers
    }
