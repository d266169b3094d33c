"""A folder of Hugging Face `datasets` becomes a data set; nothing needs torchcodec."""

import pickle

import datasets
import pytest

from earmark.audio import AudioFile
from earmark.errors import DatasetError


@pytest.fixture(autouse=True)
def quiet():
    """No progress bars in the output of the tests."""
    datasets.disable_progress_bars()


def hugging_face(rows, folder, drop=()):
    kept = {c: [row[c] for row in rows] for c in ("genre", "split") if c not in drop}
    audio = [{"bytes": (folder / row["path"]).read_bytes(), "path": row["path"]} for row in rows]
    found = datasets.Dataset.from_dict({**kept, "audio": audio})
    return found.cast_column("audio", datasets.Audio(decode=False))


@pytest.mark.parametrize("decode", [True, False])
def test_a_saved_folder_decodes_as_the_files_do(rows, table, read, tmp_path, decode):
    saved = hugging_face(rows, tmp_path).cast_column("audio", datasets.Audio(decode=decode))
    saved.save_to_disk(tmp_path / "hf")
    for track, file in zip(read(tmp_path / "hf").tracks, read(table(rows)).tracks, strict=True):
        assert (track.id, track.split, track.labels) == (file.id, file.split, file.labels)
        assert pickle.loads(pickle.dumps(track)).load().samples.tolist() == file.load().samples.tolist()


def test_class_labels_have_their_names(rows, read, tmp_path):
    saved = hugging_face(rows, tmp_path, drop=["genre"]).add_column("genre", [0, 1, 0, 1, 0, -1])
    saved.cast_column("genre", datasets.ClassLabel(names=["soul", "funk"])).save_to_disk(tmp_path / "hf")
    found = read(tmp_path / "hf").tracks
    assert [t.labels.get("genre") for t in found] == ["soul", "funk", "soul", "funk", "soul", None]


def test_the_splits_of_a_dictionary_are_the_split(rows, read, tmp_path):
    whole = hugging_face(rows, tmp_path, drop=["split"])
    parts = {"train": whole.select([0, 1]), "validation": whole.select([2, 3]), "test": whole.select([4, 5])}
    datasets.DatasetDict(parts).save_to_disk(tmp_path / "hf")
    found = read(tmp_path / "hf").tracks
    assert [t.split for t in found] == ["train", "train", "valid", "valid", "test", "test"]
    assert [len(t.load().samples) for t in found] == [800] * 6


def test_the_names_of_parquet_files_are_the_split(rows, read, tmp_path):
    whole = hugging_face(rows, tmp_path, drop=["split"])
    (tmp_path / "hub" / "data").mkdir(parents=True)
    for split, kept in {"train": [0, 1], "validation": [2, 3], "test": [4, 5]}.items():
        whole.select(kept).to_parquet(tmp_path / "hub" / "data" / f"{split}-00000-of-00001.parquet")
    found = {t.id: t for t in read(tmp_path / "hub").tracks}
    assert [found[row["path"]].split for row in rows] == ["train", "train", "valid", "valid", "test", "test"]
    assert found["5.wav"].load().rate == 8_000


@pytest.fixture
def half_named(rows, tmp_path):
    """Parquet files of which two name a split and one does not."""
    whole = hugging_face(rows, tmp_path, drop=["split"]).add_column("fold", [row["split"] for row in rows])
    (tmp_path / "hub").mkdir()
    for name, kept in {"train": [0, 1], "test": [4, 5], "more": [2, 3]}.items():
        whole.select(kept).to_parquet(tmp_path / "hub" / f"{name}-0.parquet")
    return tmp_path / "hub"


def test_files_without_a_split_beside_files_with_one_are_a_problem(half_named, read):
    with pytest.raises(DatasetError) as caught:
        read(half_named)
    (problem,) = caught.value.problems
    assert problem.startswith("other parts name a split (test, train), but these do not: more-0.parquet; name them")


def test_the_user_may_say_what_the_split_is_beside_names_of_files(rows, half_named, read):
    found = {t.id: t.split for t in read(half_named, columns={"split": "fold"}).tracks}
    assert found == {row["path"]: row["split"] for row in rows}
    assert any("split was drawn" in note for note in read(half_named, columns={"split": ""}).notes)


def test_a_dictionary_of_train_alone_gets_a_drawn_split(rows, read, tmp_path):
    datasets.DatasetDict(train=hugging_face(rows, tmp_path, drop=["split"])).save_to_disk(tmp_path / "hf")
    found = read(tmp_path / "hf")
    assert {t.split for t in found.tracks} == {"train", "valid", "test"}
    assert any("split was drawn" in note for note in found.notes)


def test_plain_paths_are_files(rows, read, tmp_path):
    rows = [row | {"path": str(tmp_path / row["path"])} for row in rows]
    datasets.Dataset.from_list(rows).save_to_disk(tmp_path / "hf")
    assert [t.source for t in read(tmp_path / "hf").tracks] == [AudioFile(tmp_path / f"{n}.wav") for n in range(6)]


def test_problems_name_split_and_row(rows, read, tmp_path):
    whole = hugging_face(rows, tmp_path, drop=["split"]).add_column("key", ["C", "C", "C", "C", "C", "H minor"])
    parts = {"train": whole.select([0, 1]), "validation": whole.select([2, 3]), "test": whole.select([4, 5])}
    datasets.DatasetDict(parts).save_to_disk(tmp_path / "hf")
    with pytest.raises(DatasetError, match="test row 1: key: 'H minor' is no key"):
        read(tmp_path / "hf")


def test_a_folder_that_is_no_data_set_says_what_to_give(rows, table, read, tmp_path):
    table(rows)
    with pytest.raises(DatasetError, match=r"holds no data set of Hugging Face .* Give the table in it: .*tracks\.csv"):
        read(tmp_path)
