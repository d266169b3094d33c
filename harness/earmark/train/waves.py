"""Recordings decoded once: files of 16-bit samples at one rate, from which crops are read.

One file a recording, named by the checksum of its encoded bytes: what one training decoded serves the next, and a
stopped one goes on where it stood. All of it can be computed again.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from earmark.audio import Audio, AudioSource, Samples, resample
from earmark.errors import AudioError, StoreError
from earmark.extract.recordings import decode_unchanged
from earmark.train.whole import write_whole

VERSION = 1
"""Raise it with any change to decoding, resampling or this format."""
LOUDEST = 32_767


@dataclass(frozen=True, slots=True)
class Waves:
    """A folder of decoded recordings at `rate` Hz, by checksum."""

    folder: Path
    rate: int

    def path(self, checksum: str) -> Path:
        """Where a recording lies, decoded or not."""
        return self.folder / f"v{VERSION}-{self.rate}" / checksum[:2] / f"{checksum}.safetensors"

    def __contains__(self, checksum: str) -> bool:
        """Whether a recording has been decoded."""
        return self.path(checksum).is_file()

    def write(self, checksum: str, audio: Audio) -> None:
        """Keep a recording, scaled to its peak: 98 dB above the rounding; raises EarmarkError."""
        from safetensors.numpy import save  # noqa: PLC0415

        peak = np.float32(np.abs(audio.samples).max()) or np.float32(1.0)
        samples = np.round(audio.samples * (LOUDEST / peak)).astype(np.int16)
        write_whole({self.path(checksum): save({"samples": samples, "peak": np.array([peak])})})

    def length(self, checksum: str) -> int:
        """Count the samples of a recording; raises StoreError."""
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415

        try:
            with safe_open(self.path(checksum), "np") as file:
                return int(file.get_slice("samples").get_shape()[0])
        except (SafetensorError, OSError) as error:
            raise self._broken(checksum, error) from error

    def read(self, checksum: str, start: int, count: int) -> Samples:
        """Read `count` samples from `start`, with zeros where the recording has ended: [count]; raises StoreError."""
        from safetensors import SafetensorError, safe_open  # noqa: PLC0415

        try:
            with safe_open(self.path(checksum), "np") as file:
                samples = file.get_slice("samples")
                found = samples[start : min(start + count, samples.get_shape()[0])]
                peak = file.get_tensor("peak")[0]
        except (SafetensorError, OSError) as error:
            raise self._broken(checksum, error) from error
        audio = np.zeros(count, np.float32)
        np.multiply(found, peak / LOUDEST, out=audio[: len(found)])
        return audio

    def _broken(self, checksum: str, error: Exception) -> StoreError:
        return StoreError(f"{self.path(checksum)} cannot be read ({error}); delete it and train again with --resume.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recording that a training needs."""

    checksum: str
    source: AudioSource


def decode_missing(waves: Waves, wanted: Sequence[Wanted], threads: int) -> Iterator[str | AudioError]:
    """Decode what is not there yet, in threads: for each recording, in order, its checksum or why it has no audio."""
    pool = ThreadPoolExecutor(threads)
    try:
        waiting: list[Future[str | AudioError]] = [pool.submit(_decode, waves, one) for one in wanted]
        yield from (future.result() for future in waiting)
    finally:
        pool.shutdown(cancel_futures=True)  # a Ctrl-C must not wait for all of them


def _decode(waves: Waves, wanted: Wanted) -> str | AudioError:
    if wanted.checksum in waves:
        return wanted.checksum
    try:
        audio = resample(decode_unchanged(wanted.source, wanted.checksum), waves.rate)
    except AudioError as error:
        return error
    if not len(audio.samples):
        return AudioError(f"{wanted.source.name}: is shorter than a sample at {waves.rate} Hz.")
    waves.write(wanted.checksum, audio)
    return wanted.checksum
