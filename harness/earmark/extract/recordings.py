"""The recordings before anything is decoded: their checksums and how long they are."""

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from earmark.audio import Audio, AudioSource, decode
from earmark.dataset import Track
from earmark.errors import AudioError, DatasetError
from earmark.extract.fingerprint import recording_fingerprint
from earmark.progress import Progress

PROBLEMS_SHOWN = 10
READERS = 8  # threads: reading waits for the disk, and hashing lets go of the interpreter


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What is known of a track without decoding it."""

    checksum: str
    """blake3 of the encoded bytes: 64 hex digits."""
    duration_s: float
    """As the file's head says, for progress only; zero where it does not say."""


def look_at(tracks: Sequence[Track], progress: Progress) -> dict[str, Recording | AudioError]:
    """Read every recording once: by track id its checksum and length, or why it cannot be read."""
    with ThreadPoolExecutor(READERS) as pool:
        found: dict[str, Recording | AudioError] = {}
        for track, recording in zip(tracks, pool.map(_recording, [t.source for t in tracks]), strict=True):
            found[track.id] = recording
            progress("read audio", len(found), len(tracks), "tracks")
        return found


def _recording(source: AudioSource) -> Recording | AudioError:
    try:
        encoded = source.read()
    except AudioError as error:
        return error
    return Recording(checksum=recording_fingerprint(encoded), duration_s=_duration_s(encoded))


def check_skipped(reasons: Mapping[str, str], tracks: int, most: float, *, what: str) -> None:
    """Raise DatasetError when more than `most` of the tracks were skipped for these reasons, by track id."""
    if len(reasons) > most * tracks:
        shown = list(reasons.values())[:PROBLEMS_SHOWN]
        raise DatasetError(
            f"{len(reasons)} of {tracks} recordings cannot be {what}, more than the allowed {most:.0%}; "
            f"mend or remove them. The first {len(shown)}:",
            shown,
        )


def decode_unchanged(source: AudioSource, checksum: str, *, keep_channels: bool = False) -> Audio:
    """Decode a recording, unless its bytes are others by now: what is made of it would stand under the old checksum.

    Raises AudioError.
    """
    encoded = source.read()
    if recording_fingerprint(encoded) != checksum:
        raise AudioError(f"{source.name}: changed while it was being read.")
    return decode(encoded, source.name, keep_channels=keep_channels)


def _duration_s(encoded: bytes) -> float:
    import soundfile  # noqa: PLC0415 - only who extracts needs a decoder

    try:
        return float(soundfile.info(io.BytesIO(encoded)).duration)
    except (soundfile.LibsndfileError, RuntimeError, ValueError):
        return 0.0  # no audio: decoding will say so
