"""Embeddings by the id of a track: from a model that answers for whole recordings."""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from earmark.audio import Audio
from earmark.errors import AudioError, EarmarkError, PluginError
from earmark.extract.chunk import Done, Job, Setup, load
from earmark.extract.embed import checked
from earmark.extract.embeddings import Embeddings, FrameSum, Vectors
from earmark.model import ModelInfo, OpenedModel, Recorded


def is_listed(opened: OpenedModel) -> bool:
    """Whether the model answers for recordings by their id."""
    return hasattr(opened.model, "embed_tracks")


def embed_listed(opened: OpenedModel, jobs: Sequence[Job], setup: Setup) -> Done:
    """Ask the model for recordings by their id, and write its answers as one shard; raises PluginError."""
    done, since = Done(jobs=jobs), time.perf_counter()
    waiting = {job.track: job for job in jobs}
    written: dict[str, Embeddings] = {}
    for track, answer in _ask(opened, jobs):
        job = waiting.pop(track, None)
        if job is None:
            raise PluginError(f"Model {opened.info.name!r} answered for {track!r}, for which it was not asked.")
        (key,) = job.all_keys
        if isinstance(answer, str):
            done.skipped[key] = answer
        else:
            written[key] = _embeddings(opened.info, job, answer)
    said_nothing = f"Model {opened.info.name!r} gave no answer for this track."
    done.skipped.update({key: said_nothing for job in waiting.values() for key in job.all_keys})
    setup.store.write({key: embeddings.arrays() for key, embeddings in written.items()})
    done.computed.extend(written)
    done.spent(0, sum(job.duration_s for job in jobs if job.track not in waiting), since)
    return done


def _ask(opened: OpenedModel, jobs: Sequence[Job]) -> list[tuple[str, Any]]:
    model: Any = opened.model
    recorded = [Recorded(id=job.track, load=partial(_loaded, job, opened.info.sample_rate)) for job in jobs]
    try:
        return list(model.embed_tracks(recorded))
    except EarmarkError:
        raise
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        raise PluginError(f"Model {opened.info.name!r} failed: {type(error).__name__}: {error}") from error


def _loaded(job: Job, rate: int) -> Audio:
    heard = load(job, [rate])
    if isinstance(heard, AudioError):
        raise heard
    return heard[rate]


def frames_of(info: ModelInfo, answer: Any, track: str) -> Vectors:
    """A model's answer for one recording, [frames, dim] or [dim], as [frames, dim]; raises PluginError."""
    array = answer.detach().cpu().numpy() if hasattr(answer, "detach") else answer
    array = array[np.newaxis] if getattr(array, "ndim", 0) == 1 else array
    frames: Vectors = checked(array[np.newaxis] if isinstance(array, np.ndarray) else array, info, 1, track)[0]
    return frames


def _embeddings(info: ModelInfo, job: Job, answer: Any) -> Embeddings:
    """What becomes of a model's answer, which spans the recording evenly."""
    frames = frames_of(info, answer, job.track)
    duration_s = job.duration_s or _loaded(job, info.sample_rate).duration_s
    total = FrameSum(duration_s, info.dim)
    total.add(frames, 0.0, duration_s / len(frames))
    return total.embeddings()
