"""Tensors from a TensorFlow checkpoint of version 2, without TensorFlow.

A checkpoint is a pair of files: ``PREFIX.index``, a sorted table in LevelDB's format whose values are protocol buffers
that say what each tensor is and where it lies; and ``PREFIX.data-00000-of-00001``, the tensors' bytes.
Every block of the table and every tensor carries a CRC-32C, which is verified.
Source: LevelDB's table_format.md (https://github.com/google/leveldb/blob/main/doc/table_format.md) and TensorFlow's
tensor_bundle.proto (https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto),
read as specifications. Licence: Apache-2.0, as the rest of earmark.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import PluginError

FOOTER_BYTES = 48
MAGIC = bytes.fromhex("57fb808b247547db")  # the last bytes of every such table
TRAILER_BYTES = 5  # after each block: its compression and its checksum
RESTART_BYTES = 4
CASTAGNOLI = 0x82F63B78  # CRC-32C's polynomial, lowest bit first
MASK_DELTA = 0xA282EAD8  # checksums are stored rotated and shifted, so that a checksum of checksums is no constant
WORD = 0xFFFFFFFF
TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8"}
"""TensorFlow's numbers for the types that are read."""
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # how a protocol buffer stores a field
FIXED_BYTES = {FIXED64: 8, FIXED32: 4}
NAME_OF_HEADER = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the index says of a tensor."""

    name: str
    type: int
    shape: tuple[int, ...]
    offset: int
    """Bytes into the data file."""
    size: int
    """Bytes."""
    checksum: int


def read_checkpoint(index: bytes, data: bytes, wanted: Callable[[str], bool]) -> dict[str, npt.NDArray[Any]]:
    """Return the tensors whose names are wanted, by name, from the contents of both files.

    Raises PluginError when they are damaged, or hold what this reader does not know.
    """
    try:
        return {entry.name: _tensor(entry, data) for entry in read_index(index) if wanted(entry.name)}
    except (IndexError, TypeError, ValueError) as error:  # a table cut short points past its end
        raise PluginError(f"This is no whole TensorFlow checkpoint ({error}); obtain it again.") from error


def read_index(table: bytes) -> list[Entry]:
    """Return the entries of an index; raises ValueError or IndexError when it is damaged or of another kind."""
    if len(table) < FOOTER_BYTES or not table.endswith(MAGIC):
        raise ValueError("it does not end as a LevelDB table does")
    _, _, at = _handle(table, len(table) - FOOTER_BYTES)  # the first handle is that of blocks about blocks, unused
    offset, size, _ = _handle(table, at)
    blocks = [_handle(value, 0)[:2] for _, value in _pairs(_block(table, offset, size))]
    pairs = [pair for where in blocks for pair in _pairs(_block(table, *where))]
    return [_entry(key.decode(), value) for key, value in pairs if key.decode() != NAME_OF_HEADER]


def crc32c(data: bytes) -> int:
    """Return the CRC-32C of some bytes, as RFC 3720 defines it."""
    crc, table = WORD, _crc_table()
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ WORD


def masked(checksum: int) -> int:
    """Return a checksum as LevelDB stores it: rotated by 15 bits, plus a constant."""
    return (((checksum >> 15) | (checksum << 17)) + MASK_DELTA) & WORD


@lru_cache(maxsize=1)
def _crc_table() -> list[int]:
    table = list(range(256))
    for _ in range(8):
        table = [(crc >> 1) ^ (CASTAGNOLI if crc & 1 else 0) for crc in table]
    return table


def _tensor(entry: Entry, data: bytes) -> npt.NDArray[Any]:
    if entry.type not in TYPES:
        raise ValueError(f"{entry.name} is of TensorFlow's type {entry.type}, which this reader does not know")
    own = data[entry.offset : entry.offset + entry.size]
    if masked(crc32c(own)) != entry.checksum:
        raise ValueError(f"the checksum of {entry.name} does not fit its {len(own)} bytes")
    return np.frombuffer(own, TYPES[entry.type]).reshape(entry.shape)


def _entry(name: str, message: bytes) -> Entry:
    """Read a BundleEntryProto: 1 type, 2 shape, 3 shard, 4 offset, 5 size, 6 checksum, 7 slices."""
    fields = dict(_fields(message))
    if fields.get(3, 0) or 7 in fields:
        raise ValueError(f"{name} lies in several files or slices, which this reader does not know")
    dimensions = [dict(_fields(value)) for number, value in _fields(fields.get(2, b"")) if number == 2]
    return Entry(
        name=name,
        type=fields.get(1, 0),
        shape=tuple(dimension.get(1, 0) for dimension in dimensions),
        offset=fields.get(4, 0),
        size=fields.get(5, 0),
        checksum=fields.get(6, 0),
    )


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Yield number and value of each field of a protocol buffer: an int, or the bytes of what it contains."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            yield tag >> 3, value
            continue
        if kind == BYTES:
            size, at = _varint(message, at)
        elif kind in FIXED_BYTES:
            size = FIXED_BYTES[kind]
        else:
            raise ValueError(f"a protocol buffer holds a field of kind {kind}")
        inside = message[at : at + size]
        yield tag >> 3, inside if kind == BYTES else int.from_bytes(inside, "little")
        at += size


def _block(table: bytes, offset: int, size: int) -> bytes:
    """Return the contents of a block, whose checksum covers the byte that names its compression."""
    end = offset + size
    trailer = table[end : end + TRAILER_BYTES]
    if masked(crc32c(table[offset : end + 1])) != int.from_bytes(trailer[1:], "little"):
        raise ValueError(f"the checksum of its block at byte {offset} does not fit")
    if trailer[0]:
        raise ValueError(f"its block at byte {offset} is compressed, which this reader does not know")
    return table[offset:end]


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield keys and values; a key is stored as how much it shares with the one before, and the rest."""
    restarts = int.from_bytes(block[-RESTART_BYTES:], "little")
    end = len(block) - RESTART_BYTES * (restarts + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        added, at = _varint(block, at)
        size, at = _varint(block, at)
        key = key[:shared] + block[at : at + added]
        at += added
        yield key, block[at : at + size]
        at += size


def _handle(data: bytes, at: int) -> tuple[int, int, int]:
    """Return where a block starts, how long it is, and where reading goes on."""
    offset, at = _varint(data, at)
    size, at = _varint(data, at)
    return offset, size, at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, lowest first, and where reading goes on."""
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 128:
            return value, at
