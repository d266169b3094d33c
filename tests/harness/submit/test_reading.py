"""Files that are no result are refused with a sentence: nothing is followed, unpacked, unpickled or believed."""

import io
import json
import os
import pickle
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from blake3 import blake3

from earmark.errors import SubmissionError
from earmark.submit import parquet, read_submission

pytestmark = pytest.mark.usefixtures("registered")


class Bomb:
    """Leaves a file where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


def refusal(path: Path) -> str:
    with pytest.raises(SubmissionError) as refused:
        read_submission(path)
    return str(refused.value)


def with_predictions(path: Path, content: bytes, rows: int | None = None) -> Path:
    """Put other predictions beside a result, which names their checksum: what a forger can do too."""
    path.with_suffix(".parquet").write_bytes(content)
    record = json.loads(path.read_text())
    record["predictions"]["blake3"] = blake3(content).hexdigest()
    record["predictions"]["rows"] = record["predictions"]["rows"] if rows is None else rows
    path.write_text(json.dumps(record))
    return path


def packed(table: pa.Table | pd.DataFrame, **how: object) -> bytes:
    held = io.BytesIO()
    table = pa.Table.from_pandas(table) if isinstance(table, pd.DataFrame) else table
    pq.write_table(table, held, **how)
    return held.getvalue()


def zipped(content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../evil.parquet", content)
    return held.getvalue()


def test_a_pickle_is_refused_and_never_loaded(handed, tmp_path: Path) -> None:
    content = pickle.dumps(Bomb(tmp_path / "boom"))
    assert "a pickle, which can run code" in refusal(with_predictions(handed(), content))
    assert not (tmp_path / "boom").exists()


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_of_any_protocol_is_refused(handed, protocol: int) -> None:
    assert refusal(with_predictions(handed(), pickle.dumps({"task": ["genre"]}, protocol)))


def test_a_result_that_is_a_pickle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(pickle.dumps({}))
    assert "pickle" in refusal(tmp_path / "a.json")


@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz", "tgz", "7z", "tar.zst"])
def test_an_archive_is_refused_with_what_to_do(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.{ending}").write_bytes(b"PK\x03\x04")
    assert "hand in the .json and .parquet" in refusal(tmp_path / f"a.{ending}")


def test_an_archive_in_the_place_of_predictions_is_not_unpacked(handed, tmp_path: Path) -> None:
    assert "ZIP archive" in refusal(with_predictions(handed(), zipped(b"0" * 10_000_000)))
    assert not list(tmp_path.rglob("evil*"))


def test_a_numpy_file_is_refused(handed) -> None:
    held = io.BytesIO()
    np.save(held, np.array([{}], dtype=object), allow_pickle=True)
    assert "NumPy" in refusal(with_predictions(handed(), held.getvalue()))


def test_a_link_in_the_place_of_the_result_is_refused(handed, tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(handed())
    assert "symbolic link" in refusal(tmp_path / "link.json")


def test_a_link_in_the_place_of_the_predictions_is_refused(handed, tmp_path: Path) -> None:
    path = handed()
    path.with_suffix(".parquet").rename(tmp_path / "elsewhere")
    path.with_suffix(".parquet").symlink_to(tmp_path / "elsewhere")
    assert "symbolic link" in refusal(path)


def test_a_folder_that_is_a_link_is_refused(handed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(handed().parent)
    assert "symbolic link" in refusal(tmp_path / "link" / "mfcc.json")
    monkeypatch.chdir(tmp_path)
    assert "symbolic link" in refusal(Path("link/mfcc.json"))


def test_a_pipe_a_folder_and_a_device_are_refused_without_waiting(handed, tmp_path: Path) -> None:
    path = handed()
    path.with_suffix(".parquet").unlink()
    os.mkfifo(path.with_suffix(".parquet"))
    assert "no plain file" in refusal(path)
    (tmp_path / "folder.json").mkdir()
    assert "no plain file" in refusal(tmp_path / "folder.json")


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "none.json")
    assert "ends in .json" in refusal(tmp_path / "none.txt")


@pytest.mark.parametrize(
    "name", ["../mfcc.parquet", "/etc/passwd", "sub/mfcc.parquet", "..\\mfcc.parquet", "other.parquet", "mfcc.pkl", ""]
)
def test_predictions_lie_beside_the_result_under_its_own_name(handed, name: str) -> None:
    assert "must be in 'mfcc.parquet'" in refusal(handed(edit=lambda r: r["predictions"].update(file=name)))


def test_a_split_of_ones_own_is_refused(handed) -> None:
    split = {"file": "../../x.split.csv", "blake3": "", "rows": 1}
    assert "The split was drawn" in refusal(handed(edit=lambda r: r.update(split=split)))


def test_missing_predictions_are_refused(handed) -> None:
    assert "names no predictions" in refusal(handed(edit=lambda r: r.update(predictions=None)))
    path = handed()
    path.with_suffix(".parquet").unlink()
    assert "cannot be opened" in refusal(path)


def test_other_predictions_than_the_result_was_written_with_are_refused(handed, made) -> None:
    path = handed()
    path.with_suffix(".parquet").write_bytes(made["log-mel"].with_suffix(".parquet").read_bytes())
    assert "checksum differs" in refusal(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1e999}', "1e999"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[" * 100_000, "nested"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "a number of"),
        (b"", "no JSON"),
        (b"\xef\xbb\xbf{}", "no JSON"),
        (b"{}", "required property"),
        (b"[]", "not of type 'object'"),
        (b'"\\ud800"', "not of type 'object'"),
    ],
)
def test_json_that_is_no_result_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    (tmp_path / "a.json").write_bytes(text)
    assert said in refusal(tmp_path / "a.json")


def test_a_huge_json_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(10**10)  # of no bytes on the disk
    assert "MiB; it may have 8" in refusal(tmp_path / "a.json")


def test_all_that_the_schema_refuses_is_listed(handed) -> None:
    said = refusal(handed(edit=lambda r: (r.pop("seed"), r["model"].update(dim="8"), r.update(surprise=1))))
    assert all(word in said for word in ("seed", "$.model.dim", "surprise"))


@pytest.mark.parametrize("field", ["notes", "source"])
def test_control_characters_and_turned_text_are_refused_everywhere(handed, field: str) -> None:
    def edit(record: dict) -> None:
        record["notes"] = ["\x1b[2Jnothing to see"]
        record["model"]["source"] = "\u202egnp.exe"

    said = refusal(handed(edit=edit))
    assert "U+001B" in said
    assert "U+202E" in said


def test_an_endless_text_is_refused(handed) -> None:
    assert "3,000 characters" in refusal(handed(edit=lambda r: r["model"].update(license="x" * 3_000)))


def test_broken_parquet_is_refused(handed, made) -> None:
    content = made["mfcc"].with_suffix(".parquet").read_bytes()
    assert "only a part" in refusal(with_predictions(handed(), content[: len(content) // 2]))
    middle = content[:200] + b"\xff" * 2_000 + content[2_200:]
    assert "mfcc.parquet: it cannot be read" in refusal(with_predictions(handed(), middle))


def test_a_table_of_other_columns_or_types_is_refused(handed, made) -> None:
    table = pd.read_parquet(made["mfcc"].with_suffix(".parquet"))
    assert "no column 'group'" in refusal(with_predictions(handed(), packed(table.drop(columns="group"))))
    assert "'seed' is of type" in refusal(with_predictions(handed(), packed(table.assign(seed=0.5))))
    assert "'task' is of type" in refusal(with_predictions(handed(), packed(table.assign(task=b"x"))))
    empty = table.assign(track=table.track.where(table.track != "t14"))
    assert "empty cells" in refusal(with_predictions(handed(), packed(empty)))


def test_a_column_that_nobody_asked_for_is_left_where_it_is(handed, made) -> None:
    table = pd.read_parquet(made["mfcc"].with_suffix(".parquet")).assign(more="x")
    found = read_submission(with_predictions(handed(), packed(table)))
    assert "more" not in found.result.predictions_frame().columns


def test_a_small_file_that_unfolds_to_gigabytes_is_refused(handed) -> None:
    """One cell of 4 MB, named 2,000 times: 8 GB as text, and one page in the file."""
    cells = pa.DictionaryArray.from_arrays(pa.array([0] * 2_000, pa.int32()), pa.array(["x" * 4_000_000]))
    small = {name: ["x"] * 2_000 for name in parquet.COLUMNS if name not in ("seed", "outputs", "estimated")}
    rest = {"seed": [0] * 2_000, "outputs": pa.nulls(2_000, pa.list_(pa.float64()))}
    table = pa.table({**small, "estimated": cells, **rest})
    content = packed(table, store_schema=False, compression="zstd")  # without its schema it is read back as text
    assert len(content) < 100_000
    assert "unfolds too far" in refusal(with_predictions(handed(), content, 2_000))


def test_too_many_rows_are_refused(handed) -> None:
    count = parquet.MOST_ROWS + 1
    columns = {name: pa.nulls(count, pa.string()) for name in parquet.COLUMNS if name not in ("seed", "outputs")}
    table = pa.table({**columns, "seed": pa.nulls(count, pa.int8()), "outputs": pa.nulls(count)})
    assert "there may be 2,000,000" in refusal(with_predictions(handed(), packed(table)))


def test_an_answer_that_is_no_strict_json_is_refused(rewritten) -> None:
    for cell, said in (
        ("NaN", "NaN"),
        ("[" * 5_000, "nested"),
        ('{"a": 1, "a": 1}', "twice"),
        ('"a\\u0000"', "U+0000"),
    ):
        assert said in refusal(rewritten(lambda table, cell=cell: table.assign(estimated=cell)))


def test_the_trial_leaves_no_process_behind(handed) -> None:
    read_submission(handed())
    children = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], capture_output=True, text=True, check=False
    )
    assert "parquet.py" not in children.stdout
