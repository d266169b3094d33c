"""What an embedding is a function of, as one key: the model, the recording, and how we extract."""

from collections.abc import Iterable

from blake3 import blake3

from earmark.extract.code import code_of
from earmark.extract.embeddings import GRID_S
from earmark.extract.state import state_digest
from earmark.model import OpenedModel

EXTRACTION_VERSION = 1
"""Raise it with every change that could move an embedding: decoding, resampling, windows, pooling."""


def model_fingerprint(opened: OpenedModel) -> str:
    """Return a hash of all that decides a model's answers, the same in every process: 64 hex digits.

    It covers what the info says of audio in and vectors out, the options, the source code and the weights.
    """
    info = opened.info
    said = (info.name, info.version, info.sample_rate, info.window_s, info.hop_s, info.dim, sorted(opened.options))
    code = [part for name, source in sorted(code_of(opened).items()) for part in (name.encode(), source)]
    return _hash([repr(said).encode(), *code, state_digest(opened.model)])


def key_of(model: str, recording: str, **unusual: str) -> str:
    """Return the key of a recording's embeddings from the fingerprints of both: 64 hex digits.

    `unusual` is what else they depend on, such as the layer; what is empty does not count.
    """
    more = [f"{name}={value}" for name, value in sorted(unusual.items()) if value]
    return _hash(part.encode() for part in (model, recording, str(EXTRACTION_VERSION), repr(GRID_S), *more))


def recording_fingerprint(encoded: bytes) -> str:
    """Return the hash of a recording's encoded bytes: 64 hex digits."""
    return str(blake3(encoded).hexdigest())


def _hash(parts: Iterable[bytes]) -> str:
    """Hash parts so that moving a byte from one to the next matters."""
    total = blake3()
    for part in parts:
        total.update(len(part).to_bytes(8, "little")).update(part)
    return str(total.hexdigest())
