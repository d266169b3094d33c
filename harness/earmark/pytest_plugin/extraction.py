"""What is timed: a model embeds recordings as a run does, in one process, on one thread of a CPU, into an empty store.

The recordings are made from seeds, the same on every machine, and encoded in memory. Decoding, resampling, windows,
batches, the model and writing its embeddings are in it; opening the model, hashing its weights and reading a disk not.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from earmark.check import signals
from earmark.dataset import Track
from earmark.errors import EarmarkError, PluginError
from earmark.extract import Asked, Setup, Take, windows_at_once
from earmark.extract.chunk import embed_chunk
from earmark.extract.job import Job
from earmark.extract.listed import embed_listed, is_listed
from earmark.extract.plan import Part, jobs_for
from earmark.extract.recordings import Recording, look_at
from earmark.model import OpenedModel
from earmark.progress import silent
from earmark.store import Store

AUDIO_S = 60.0
"""Of audio in each round, unless told otherwise."""
LEAST_S = 1.0
RATE_HZ = 44_100
RECORDING_S = 30.0


@dataclass(frozen=True, slots=True)
class Encoded:
    """The bytes of a sound file; crosses to other processes."""

    name: str
    content: bytes

    def read(self) -> bytes:
        """Return them."""
        return self.content


@lru_cache(maxsize=2)
def tracks_of(audio_s: float) -> tuple[Track, ...]:
    """Tracks of 30 s and a shorter last one, `audio_s` in all: chords at 44.1 kHz, mono, 16 bits, each other music.

    Raises EarmarkError for less than LEAST_S.
    """
    if not audio_s >= LEAST_S:
        raise EarmarkError(f"Extraction is timed on at least {LEAST_S:g} s of audio, not {audio_s:g} s.")
    whole, rest = divmod(audio_s, RECORDING_S)
    durations_s = [*([RECORDING_S] * int(whole)), *([rest] if rest else [])]
    return tuple(_track(seed, duration_s) for seed, duration_s in enumerate(durations_s))


def _track(seed: int, duration_s: float) -> Track:
    import soundfile  # noqa: PLC0415 - the encoder is wanted only here

    file = io.BytesIO()
    soundfile.write(file, signals.music(duration_s, RATE_HZ, seed), RATE_HZ, format="WAV", subtype="PCM_16")
    source = Encoded(f"music-{seed}.wav", file.getvalue())
    return Track(id=source.name, group=source.name, split="test", source=source, labels={})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rehearsal:
    """An opened model before some recordings, ready to embed them again and again."""

    opened: OpenedModel
    device: str
    takes: Sequence[Take]
    recordings: Mapping[str, Recording]
    part: Part

    @classmethod
    def of(cls, opened: OpenedModel, device: str, tracks: Sequence[Track]) -> "Rehearsal":
        """Everything that a run does before it embeds."""
        takes = [Take(track=track) for track in tracks]
        recordings = {name: one for name, one in look_at(tracks, silent).items() if isinstance(one, Recording)}
        part = Part.of(Asked(open_model=lambda: opened), takes, recordings)
        return cls(opened=opened, device=device, takes=takes, recordings=recordings, part=part)

    def into(self, folder: Path) -> tuple[list[Job], Setup]:
        """The work that fills an empty store in that folder, as `embed` takes it."""
        setup = Setup(store=Store(folder), device=self.device, batch_size=windows_at_once(self.device))
        return jobs_for([self.part], self.takes, self.recordings, setup.store), setup

    def embed(self, jobs: Sequence[Job], setup: Setup) -> float:
        """Embed all recordings: seconds of audio. Raises PluginError when not all of them were."""
        listed = is_listed(self.opened)
        done = embed_listed(self.opened, jobs, setup) if listed else embed_chunk([self.opened], jobs, setup)
        if len(done.computed) != len(self.takes):
            why = next(iter(done.skipped.values()), "the store was not empty")
            raise PluginError(
                f"Model {self.opened.info.name!r} embedded {len(done.computed)} of {len(self.takes)}: {why}"
            )
        return sum(recording.duration_s for recording in self.recordings.values())
