"""What an embedding is a function of, as one key: the model, the recording, and how we extract."""

from collections.abc import Iterable, Mapping
from typing import Any

from blake3 import blake3

from earmark.extract.code import code_of, plain_function, source_of
from earmark.extract.embeddings import GRID_S
from earmark.extract.state import state_digest
from earmark.model import OpenedModel
from earmark.perturbation import Perturbation

EXTRACTION_VERSION = 1
"""Raise it with every change that could move an embedding: decoding, resampling, windows, pooling."""


def model_fingerprint(opened: OpenedModel) -> str:
    """Return a hash of all that decides a model's answers, the same in every process: 64 hex digits.

    It covers what the info says of audio in and vectors out, the options, the source code and the weights.
    """
    info = opened.info
    said = (info.name, info.version, info.sample_rate, info.window_s, info.hop_s, info.dim, sorted(opened.options))
    return _hash([repr(said).encode(), *_flat(code_of(opened)), state_digest(opened.model)])


def perturbation_fingerprint(perturbation: Perturbation) -> str:
    """Return a hash of all that decides what a perturbation does to audio: 64 hex digits."""
    said = (perturbation.name, perturbation.version)
    apply = perturbation.apply
    origin = _origin(plain_function(apply))
    return _hash([repr(said).encode(), *_flat(source_of([origin])), state_digest(apply, origin)])


def _origin(function: Any) -> Any:
    """The function, or the class of an object that is called or whose method is."""
    owner = getattr(function, "__self__", function)
    return owner if hasattr(owner, "__qualname__") else type(owner)


def _flat(sources: Mapping[str, bytes]) -> list[bytes]:
    return [part for name, source in sorted(sources.items()) for part in (name.encode(), source)]


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
