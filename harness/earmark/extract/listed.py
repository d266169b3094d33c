"""Embeddings by the id of a track: from a model that answers for whole recordings."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from earmark.audio import Audio
from earmark.errors import AudioError, EarmarkError, PluginError
from earmark.extract.chunk import Done, Setup
from earmark.extract.embed import checked
from earmark.extract.embeddings import Embeddings, FrameSum, Vectors
from earmark.extract.job import Hearing, Job, decode_job, hear
from earmark.model import ModelInfo, OpenedModel, Recorded


def is_listed(opened: OpenedModel) -> bool:
    """Whether the model answers for recordings by their id."""
    return hasattr(opened.model, "embed_tracks")


def embed_listed(opened: OpenedModel, jobs: Sequence[Job], setup: Setup) -> Done:
    """Ask the model for recordings by their id, and write its answers as one shard; raises PluginError."""
    done, since, ear = Done(jobs=jobs), time.perf_counter(), _Ear(opened.info.sample_rate)
    waiting = {hearing.id: (job, hearing) for job in jobs for hearing in job.hearings}
    asked_s = {hearing: job.duration_s for hearing, (job, _) in waiting.items()}
    written: dict[str, Embeddings] = {}
    for track, answer in _ask(opened, jobs, ear):
        if track not in waiting:
            raise PluginError(f"Model {opened.info.name!r} answered for {track!r}, for which it was not asked.")
        job, hearing = waiting.pop(track)
        (key,) = hearing.all_keys
        found = answer if isinstance(answer, str) else _embeddings(opened.info, ear, job, hearing, answer)
        if isinstance(found, str):
            done.skipped[key] = found
        else:
            written[key] = found
    said_nothing = f"Model {opened.info.name!r} gave no answer for this track."
    done.skipped.update({key: said_nothing for _, hearing in waiting.values() for key in hearing.all_keys})
    setup.store.write({key: embeddings.arrays() for key, embeddings in written.items()})
    done.computed.extend(written)
    done.spent(0, sum(seconds for hearing, seconds in asked_s.items() if hearing not in waiting), since)
    return done


class _Ear:
    """Hears recordings at one rate; what is asked for in the order of the recordings is decoded once for all takes."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._last: tuple[str, Audio | AudioError] | None = None
        self._known: dict[str, tuple[float, bool]] = {}

    def __reduce__(self) -> tuple[type, tuple[int]]:
        return _Ear, (self._rate,)  # to another process without the audio

    def load(self, job: Job, hearing: Hearing) -> Audio:
        """The recording as the hearing wants it, for the caller to keep; raises AudioError or PluginError."""
        heard = hear(job, hearing, self._decoded(job), frozenset([self._rate]))
        audio = heard.by_rate[self._rate]
        self._known[hearing.id] = audio.duration_s, heard.same_audio
        return replace(audio, samples=audio.samples.copy())

    def about(self, job: Job, hearing: Hearing) -> tuple[float, bool]:
        """How long it is in seconds, and whether a condition left it as it was; raises AudioError or PluginError."""
        if hearing.condition is None and job.duration_s:
            return job.duration_s, False
        if hearing.id not in self._known:
            self.load(job, hearing)
        return self._known[hearing.id]

    def _decoded(self, job: Job) -> Audio:
        last = self._last
        if last is None or last[0] != job.track:
            self._last = last = job.track, decode_job(job).audio
        if isinstance(last[1], AudioError):
            raise last[1]
        return last[1]


def _ask(opened: OpenedModel, jobs: Sequence[Job], ear: _Ear) -> list[tuple[str, Any]]:
    model: Any = opened.model
    recorded = [Recorded(id=h.id, load=partial(ear.load, job, h)) for job in jobs for h in job.hearings]
    try:
        return list(model.embed_tracks(recorded))
    except EarmarkError:
        raise
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        raise PluginError(f"Model {opened.info.name!r} failed: {type(error).__name__}: {error}") from error


def frames_of(info: ModelInfo, answer: Any, track: str) -> Vectors:
    """A model's answer for one recording, [frames, dim] or [dim], as [frames, dim]; raises PluginError."""
    array = answer.detach().cpu().numpy() if hasattr(answer, "detach") else answer
    array = array[np.newaxis] if getattr(array, "ndim", 0) == 1 else array
    frames: Vectors = checked(array[np.newaxis] if isinstance(array, np.ndarray) else array, info, 1, track)[0]
    return frames


def _embeddings(info: ModelInfo, ear: _Ear, job: Job, hearing: Hearing, answer: Any) -> Embeddings | str:
    """What becomes of a model's answer, which spans the recording evenly; or why that cannot be read."""
    frames = frames_of(info, answer, hearing.id)
    try:
        duration_s, same_audio = ear.about(job, hearing)
    except AudioError as error:
        return str(error)
    total = FrameSum(duration_s, info.dim)
    total.add(frames, 0.0, duration_s / len(frames))
    return replace(total.embeddings(), same_audio=same_audio)
