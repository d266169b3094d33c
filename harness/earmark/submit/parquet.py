"""Predictions of a stranger: Parquet alone, tried in a process that may use little before it is read in this one.

This file is also a program: ``python parquet.py < FILE`` tries the file on its input under limits and prints, as
JSON, what is wrong with it. A Parquet file can claim one size and unfold to another, so only trying it tells.
"""

import contextlib
import json
import os
import resource
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

COLUMNS = ("task", "probe", "condition", "seed", "track", "group", "reference", "estimated", "outputs")
OPTIONAL = "condition"
"""The first schema had no such column."""
LARGEST_FILE = 64 * 2**20
LARGEST_UNFOLDED = 512 * 2**20
"""Bytes, as the file says and as they are in memory."""
MOST_ROWS = 2_000_000
"""Of 1,200 tracks, 12 readings and 100 conditions: 1.4 million."""
MOST_TEXT = 64 * 2**20
"""Bytes of labels and answers, which are read as JSON one by one; 100 conditions have some 10 MB."""
LONGEST_CELL = 200_000
"""Bytes: a timeline of an hour with a section a second has 60,000."""
MEMORY = 2 * 2**30
SECONDS = 60
MAGIC = b"PAR1"
KNOWN = {
    b"\x80": "a pickle, which can run code when it is read",
    b"PK": "a ZIP archive (or a NumPy, PyTorch or Excel file, which is one)",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x93NUMPY": "a NumPy array, which may hold pickles",
    b"\x89HDF": "an HDF5 file",
    b"ARROW1": "an Arrow file",
    b"PARE": "an encrypted Parquet file",
}
"""By first bytes, what a file is that is no Parquet file."""
TAR, TAR_PLACE = b"ustar", 257


def kind_of(content: bytes) -> str:
    """Say what a file is by its first bytes, where it is a known kind that no result is made of; or nothing."""
    if content[TAR_PLACE : TAR_PLACE + len(TAR)] == TAR:
        return "a tar archive"
    return next((kind for start, kind in KNOWN.items() if content.startswith(start)), "")


def unfit(content: bytes) -> str:
    """Say why these bytes are no Parquet file that can be read here, or nothing."""
    if kind := kind_of(content):
        return f"it is {kind}; nothing in it was opened. Hand in the .parquet file that `bench run` wrote"
    if not (content.startswith(MAGIC) and content.endswith(MAGIC) and len(content) > 2 * len(MAGIC)):
        return "it is no Parquet file, or only a part of one. Hand in the one that `bench run` wrote"
    return _tried(content)


@lru_cache(maxsize=4)
def _tried(content: bytes) -> str:
    """Read it in a process of its own first; the same bytes once."""
    own = {
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }  # threads and pools reserve what the limit counts
    command = [sys.executable, "-I", str(Path(__file__))]
    try:
        done = subprocess.run(  # noqa: S603 - this very file
            command, input=content, capture_output=True, timeout=2 * SECONDS, env={**os.environ, **own}, check=False
        )
    except subprocess.TimeoutExpired:
        return _too_much()
    return str(json.loads(done.stdout)) if done.returncode == 0 else _too_much()


def _too_much() -> str:
    return f"it cannot be read with {MEMORY // 2**30} GB of memory in {SECONDS} s: it is broken, or unfolds too far"


def read(content: bytes) -> Any:
    """The columns of a predictions table, as a pandas frame; only of bytes that are not `unfit`."""
    table = _table(content)
    frame = table.to_pandas(ignore_metadata=True, use_threads=False)
    if OPTIONAL not in frame.columns:
        frame[OPTIONAL] = ""
    return frame[list(COLUMNS)]


def _table(content: bytes) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    file = pq.ParquetFile(pa.BufferReader(content))
    wanted = [name for name in COLUMNS if name in file.schema_arrow.names]
    return file.read(columns=wanted, use_threads=False, use_pandas_metadata=False)


def _problem(content: bytes) -> str:
    """Say what is wrong with a file, reading ever more of it."""
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415

    file = pq.ParquetFile(pa.BufferReader(content))
    unfolded = sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))
    if file.metadata.num_rows > MOST_ROWS:
        return f"it has {file.metadata.num_rows:,} rows; there may be {MOST_ROWS:,}"
    if unfolded > LARGEST_UNFOLDED:
        return f"it unfolds to {unfolded / 2**20:,.0f} MiB; it may be {LARGEST_UNFOLDED // 2**20}"
    return _wrong_columns(file.schema_arrow) or _wrong_cells(_table(content))


def _wrong_columns(schema: Any) -> str:
    import pyarrow.types as kinds  # noqa: PLC0415 - heavy

    missing = [name for name in COLUMNS if schema.names.count(name) != 1 and name != OPTIONAL]
    if missing or schema.names.count(OPTIONAL) > 1:
        return f"it has no column {missing[0]!r}, or several" if missing else f"it has {OPTIONAL!r} twice"

    def is_right(name: str, kind: Any) -> bool:
        if name == "seed":
            return bool(kinds.is_integer(kind))
        if name == "outputs":
            is_list = kinds.is_list(kind) or kinds.is_large_list(kind)
            return bool(kinds.is_null(kind) or (is_list and kinds.is_floating(kind.value_type)))
        return bool(kinds.is_string(kind) or kinds.is_large_string(kind))

    found = [(name, schema.field(name).type) for name in COLUMNS if name in schema.names]
    return next((f"its column {name!r} is of type {kind}" for name, kind in found if not is_right(name, kind)), "")


def _wrong_cells(table: Any) -> str:
    import pyarrow.compute as pc  # noqa: PLC0415 - heavy

    table.validate(full=True)  # also that text is UTF-8
    if table.nbytes > LARGEST_UNFOLDED:
        return f"it unfolds to {table.nbytes / 2**20:,.0f} MiB; it may be {LARGEST_UNFOLDED // 2**20}"
    text = sum(pc.sum(pc.binary_length(table[name])).as_py() or 0 for name in ("reference", "estimated"))
    if text > MOST_TEXT:
        return f"its labels and answers have {text / 2**20:,.0f} MiB of JSON; they may have {MOST_TEXT // 2**20}"
    for name in table.column_names:
        if name != "outputs" and table[name].null_count:
            return f"its column {name!r} has {table[name].null_count} empty cells"
        longest = pc.max(pc.binary_length(table[name])).as_py() if name not in ("seed", "outputs") else 0
        if longest and longest > LONGEST_CELL:
            return f"a cell of its column {name!r} has {longest:,} bytes; there may be {LONGEST_CELL:,}"
    return ""


def _main() -> None:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # a system that has no such limit
            resource.setrlimit(limit, (most, most))
    content = sys.stdin.buffer.read()
    try:
        found = _problem(content)
    except MemoryError:  # pyarrow's is one of them
        found = _too_much()
    except Exception as error:  # whatever a reader makes of broken bytes, the answer is a sentence
        found = f"it cannot be read ({type(error).__name__}: {str(error)[:200]})"
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main()
