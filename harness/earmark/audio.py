"""The only door to audio files: decode, mix to mono, resample."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from earmark.errors import AudioError

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Audio:
    """Mono samples in [-1, 1], float32 [samples], at a rate in Hz."""

    samples: Samples
    rate: int
    channels: Samples | None = None
    """[samples, channels]: what was mixed to mono, where there was more than one channel and somebody asked."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


class AudioSource(Protocol):
    """Where the encoded bytes of one recording come from; crosses to worker processes by pickle."""

    @property
    def name(self) -> str:
        """What a person calls it: a path, or a row of a table."""

    def read(self) -> bytes:
        """Return the encoded bytes of a wav, flac, ogg, opus or mp3 file; raises AudioError."""


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A recording in a file of its own."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def read(self) -> bytes:
        """Return the bytes of the file; raises AudioError."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise AudioError(f"{self.path}: cannot be read ({error.strerror}).") from error


@dataclass(frozen=True, slots=True)
class AudioBytes:
    """A recording whose encoded bytes something else holds, such as a column of a table."""

    name: str
    fetch: Callable[[], bytes]

    def read(self) -> bytes:
        """Return the bytes."""
        return self.fetch()


def decode(encoded: bytes, name: str = "audio", *, keep_channels: bool = False) -> Audio:
    """Decode the bytes of a sound file and mix it to mono by the mean of its channels.

    The channels themselves are kept beside the mix only if asked. Raises AudioError when the bytes are no audio, hold
    no sample, or hold NaN or infinite samples.
    """
    import soundfile  # noqa: PLC0415 - listing commands need no decoder

    try:
        samples, rate = soundfile.read(io.BytesIO(encoded), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
        raise AudioError(f"{name}: is no audio that libsndfile can decode ({error}).") from error
    if not len(samples):
        raise AudioError(f"{name}: holds no samples.")
    mono = mix(samples)
    if not np.isfinite(mono).all():
        raise AudioError(f"{name}: holds samples that are NaN or infinite.")
    if not keep_channels or samples.shape[1] == 1:
        return Audio(samples=mono, rate=int(rate))
    samples.setflags(write=False)  # many conditions read them
    return Audio(samples=mono, rate=int(rate), channels=samples)


def mix(samples: Samples) -> Samples:
    """Average channels [samples, channels] to mono [samples]."""
    total = samples[:, 0].copy()
    for channel in range(1, samples.shape[1]):  # a column at a time is 50 times faster than mean(axis=1)
        total += samples[:, channel]
    return total / np.float32(samples.shape[1])


def resample(audio: Audio, rate: int) -> Audio:
    """Convert to `rate` Hz with soxr at high quality (aliasing at -139 dB)."""
    import soxr  # noqa: PLC0415 - listing commands need no resampler

    if audio.rate == rate:
        return audio
    return Audio(samples=soxr.resample(audio.samples, audio.rate, rate, quality="HQ"), rate=rate)
