"""A Parquet file becomes a data set, with paths or with bytes that are read row by row."""

import pickle

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from earmark.errors import AudioError, DatasetError
from earmark_benchmarks.table.recordings import ParquetRecording


def save(path, rows, columns=None, **options):
    table = pa.table({**{c: [row[c] for row in rows] for c in rows[0]}, **(columns or {})})
    pq.write_table(table, path, **options)
    return path


def with_bytes(rows, folder):
    return [{"bytes": (folder / row["path"]).read_bytes(), "path": row["path"]} for row in rows]


def test_a_file_of_paths_reads_as_its_csv_does(rows, table, read, tmp_path):
    assert read(save(tmp_path / "tracks.parquet", rows)).tracks == read(table(rows)).tracks


def test_bytes_decode_as_the_files_do(rows, table, read, tmp_path):
    audio = {"audio": with_bytes(rows, tmp_path)}
    path = save(
        tmp_path / "t.parquet", [{"genre": r["genre"], "split": r["split"]} for r in rows], audio, row_group_size=4
    )
    found, files = read(path).tracks, read(table(rows)).tracks
    assert [t.id for t in found] == [row["path"] for row in rows]
    for track, file in zip(reversed(found), reversed(files), strict=True):  # backwards: each step starts anew
        assert pickle.loads(pickle.dumps(track)).load().samples.tolist() == file.load().samples.tolist()


def test_plain_bytes_are_named_by_their_row(rows, read, tmp_path):
    plain = {"audio": [cell["bytes"] for cell in with_bytes(rows, tmp_path)]}
    path = save(tmp_path / "t.parquet", [{"genre": r["genre"], "split": r["split"]} for r in rows], plain)
    found = read(path).tracks
    assert [t.id for t in found] == [f"row {n}" for n in range(6)]
    assert found[3].load().rate == 8_000


def test_rows_with_a_path_only_are_files(rows, read, tmp_path):
    cells = [cell | {"bytes": None} if n % 2 else cell for n, cell in enumerate(with_bytes(rows, tmp_path))]
    path = save(tmp_path / "t.parquet", [{"genre": r["genre"], "split": r["split"]} for r in rows], {"audio": cells})
    assert [t.source.name for t in read(path).tracks][:2] == ["0.wav", str(tmp_path / "1.wav")]


def test_lists_numbers_and_empty_cells_are_labels(rows, read, tmp_path):
    more = {
        "instrument": [["drums", "bass"], ["bass"], ["drums"], ["bass"], ["drums"], None],
        "bpm": [120.0, None, 90.5, 100.0, float("nan"), 80.0],
        "vocal": [True, False, True, False, True, False],
        "era": [1987, 1991, 1985, 1990, 1980, 1999],
    }
    found = read(save(tmp_path / "t.parquet", rows, more)).tracks
    assert found[0].labels == {
        "genre": "a", "era": "1980s", "tempo": 120.0, "instrument": ("bass", "drums"), "vocal": "yes"
    }  # fmt: skip
    assert set(found[1].labels) == {"genre", "era", "instrument", "vocal"}


def test_sections_may_be_a_list_of_records(rows, read, tmp_path):
    sections = [[{"start": 0.0, "end": 0.05, "label": "verse"}, {"start": 0.05, "end": 0.1, "label": "chorus"}]] * 6
    found = read(save(tmp_path / "t.parquet", rows, {"segments": sections})).tracks
    assert found[0].labels["segmentation"].edges_s == (0.0, 0.05, 0.1)


def test_problems_name_the_row_from_0(rows, read, tmp_path):
    rows[3]["path"] = "gone.wav"
    with pytest.raises(DatasetError) as caught:
        read(save(tmp_path / "t.parquet", rows))
    assert str(caught.value).startswith("t.parquet has 1 problem (rows count from 0):\n  row 3: there is no file")


def test_a_time_past_the_end_of_bytes_is_found(rows, read, tmp_path):
    bare = [{"genre": r["genre"], "split": r["split"], "segments": "0-9:verse"} for r in rows]
    with pytest.raises(DatasetError, match=r"row 5: segmentation: section 'verse' ends at 9 s, past the end"):
        read(save(tmp_path / "t.parquet", bare, {"audio": with_bytes(rows, tmp_path)}))


def test_a_file_that_is_no_parquet(tmp_path, read):
    (tmp_path / "t.parquet").write_text("path,genre\n")
    with pytest.raises(DatasetError, match="is no Parquet file that can be read"):
        read(tmp_path / "t.parquet")


def test_a_recording_whose_file_went_away_is_an_audio_error(tmp_path):
    with pytest.raises(AudioError, match="row 7: cannot be read"):
        ParquetRecording(tmp_path / "gone.parquet", "audio", 7)()
