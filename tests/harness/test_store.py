"""The store keeps what it was given, whole or not at all, whoever dies or writes beside it."""

import errno
import os
import pickle
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from earmark.errors import StoreError
from earmark.store import DAY_S, Store

WRITER = """
import sys, numpy as np
from pathlib import Path
from earmark.store import Store
store, first, count = Store(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
for i in range(first, first + count):
    store.write({f"{i:064x}": {"a": np.full(5_000, i)}, f"{i + 10**6:064x}": {"a": np.full(3, i)}})
    print(i, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def shards(store: Store) -> list[Path]:
    return sorted((store.folder / "shards").iterdir())


def test_what_was_written_is_read(store):
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([1.5]), "c": np.empty((0, 4), np.int8)}
    store.write({"k1": arrays, "k2": {"a": np.array(7)}})
    found = store.read("k1")
    assert list(found) == ["a", "b", "c"]
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
    assert store.read("k2")["a"] == 7


def test_missing_keeps_the_order_and_says_each_once(store):
    store.write({"b": {"x": np.ones(1)}})
    assert store.missing(["d", "b", "a", "d"]) == ["d", "a"]


def test_thousands_of_keys_are_looked_up(store):
    store.write({f"{i}": {"x": np.array([i])} for i in range(1_200)})
    assert store.missing(f"{i}" for i in range(1_205)) == [f"{i}" for i in range(1_200, 1_205)]
    backwards = range(1_199, -1, -1)
    assert [int(arrays["x"][0]) for _, arrays in store.read_many(map(str, backwards))] == list(backwards)


def test_an_unknown_key_is_a_store_error(store):
    with pytest.raises(StoreError, match="nothing whole is stored under nowhere"):
        store.read("nowhere")


@pytest.mark.parametrize("harm", [Path.unlink, lambda p: os.truncate(p, 50), lambda p: p.write_bytes(b"")])
def test_a_shard_that_was_deleted_or_cut_is_missing(store, harm):
    store.write({"a": {"x": np.ones(100)}})
    store.write({"b": {"x": np.ones(100)}})
    harm(store.folder / "shards" / sqlite3.connect(store.folder / "index.sqlite").execute(
        "SELECT shard FROM entries WHERE key = 'a'").fetchone()[0])  # fmt: skip
    assert store.missing(["a", "b"]) == ["a"]
    with pytest.raises(StoreError, match="nothing whole"):
        store.read("a")
    store.write({"a": {"x": np.zeros(2)}})
    assert store.read("a")["x"].tolist() == [0, 0]


def test_a_changed_byte_is_never_read(store):
    store.write({"a": {"x": np.zeros(100)}})
    (shard,) = shards(store)
    shard.write_bytes(shard.read_bytes()[:-1] + b"\1")
    with pytest.raises(StoreError, match="run again"):
        store.read("a")
    assert store.missing(["a"]) == ["a"]


def test_a_file_in_place_of_the_folder_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file: cannot be used as a cache \(.+\)\. .* --cache"):
        Store(tmp_path / "file").missing(["a"])
    with pytest.raises(StoreError, match="cannot be used as a cache"):
        Store(tmp_path / "file" / "below").write({"a": {"x": np.ones(1)}})


def test_a_full_disk_is_a_store_error_and_leaves_nothing(store, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="No space left on device"):
            store.write({"a": {"x": np.ones(1)}})
    assert shards(store) == []
    assert store.missing(["a"]) == ["a"]


def test_another_version_of_the_index_is_a_store_error(store):
    store.size()
    with sqlite3.connect(store.folder / "index.sqlite") as index:
        index.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match=r"version 99, this earmark reads version 1\. .* --cache"):
        store.size()


def test_an_index_that_is_none_is_a_store_error(store):
    store.folder.mkdir()
    (store.folder / "index.sqlite").write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreError, match=r"index cannot be used \(file is not a database\)"):
        store.missing(["a"])


def test_clear_forgets_everything(store):
    store.write({"a": {"x": np.ones(1)}})
    assert store.size().entries == 1
    assert store.size().bytes == sum(p.stat().st_size for p in shards(store))
    store.clear()
    assert (store.size(), shards(store), store.missing(["a"])) == ((0, 0), [], ["a"])


def test_sweep_removes_only_old_debris(store):
    store.write({"a": {"x": np.ones(1)}})
    folder = store.folder / "shards"
    kept = {*(p.name for p in shards(store)), "new.part", "new.safetensors"}
    for name in ("old.part", "old.safetensors", "new.part", "new.safetensors"):
        (folder / name).write_bytes(b"x")
    for path in folder.iterdir():
        if not path.name.startswith("new"):
            os.utime(path, (time.time() - DAY_S - 60,) * 2)
    store.sweep()
    assert {p.name for p in shards(store)} == kept
    assert store.missing(["a"]) == []


def test_sweep_forgets_rows_without_a_shard(store):
    store.write({"a": {"x": np.ones(1)}})
    shards(store)[0].unlink()
    store.sweep()
    assert store.size() == (0, 0)


def test_a_copy_discards_the_temporary_files_of_its_writer_only(store):
    store.size()
    for name in (f"{store.writer}-1.part", "other-1.part"):
        (store.folder / "shards" / name).write_bytes(b"x")
    pickle.loads(pickle.dumps(store)).discard_parts()
    assert [p.name for p in shards(store)] == ["other-1.part"]


def start(store: Store, first: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(store.folder), str(first), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_may_write_at_once(store):
    writers = [start(store, first, 25) for first in (0, 1_000, 2_000)]
    assert [len(w.communicate(timeout=60)[0].split()) for w in writers] == [25, 25, 25]
    keys = [f"{first + i:064x}" for first in (0, 1_000, 2_000) for i in range(25)]
    assert store.missing(keys) == []
    assert all((arrays["a"] == int(key, 16)).all() for key, arrays in store.read_many(keys))


def test_a_killed_writer_loses_only_what_it_was_writing(store):
    moment = random.Random(0)
    for first in range(0, 5_000, 1_000):
        writer = start(store, first, 1_000)
        said = [writer.stdout.readline()]
        time.sleep(moment.uniform(0.0, 0.05))
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
        writer.wait()
        writer.stdout.close()
        written = [int(line) for line in said if line.endswith("\n")]
        assert store.missing(f"{i:064x}" for i in written) == []
    stored = [row[0] for row in sqlite3.connect(store.folder / "index.sqlite").execute("SELECT key FROM entries")]
    assert all((arrays["a"] == int(key, 16) % 10**6).all() for key, arrays in store.read_many(stored))
    assert len(stored) % 2 == 0  # both keys of a shard, or none
