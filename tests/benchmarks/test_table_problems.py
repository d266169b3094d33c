"""Whatever is wrong with a table is told at once, with its line, and with what to do."""

import pytest

from earmark.errors import DatasetError


@pytest.fixture
def problems(table, read):
    """The problems that a table of these rows has."""

    def find(rows, **options):
        with pytest.raises(DatasetError) as caught:
            read(table(rows), **options)
        return caught.value.problems

    return find


def changed(rows, row, **cells):
    return [r | cells if n == row else r for n, r in enumerate(rows)]


def with_column(rows, column, cells):
    return [row | {column: cell} for row, cell in zip(rows, cells, strict=True)]


def test_all_problems_are_told_at_once_in_the_order_of_lines(rows, table, read):
    wrong = with_column(rows, "key", ["C", "H minor", "A minor", "C", "Q", "C"])
    wrong = changed(changed(wrong, 4, split="tset"), 0, path="gone.wav")
    with pytest.raises(DatasetError) as caught:
        read(table(wrong))
    assert str(caught.value).startswith("tracks.csv has 4 problems (lines as an editor shows them):\n  line 2: ")
    assert [p.partition(":")[0] for p in caught.value.problems] == ["line 2", "line 3", "line 6", "line 6"]


def test_more_than_fifty_problems_are_counted(rows, problems):
    found = problems([row | {"path": f"gone{n}.wav"} for n in range(10) for row in changed(rows, 0, split="x")][:55])
    assert len(found) == 51
    assert found[-1].startswith("… and ")


def test_a_missing_file(rows, problems, tmp_path):
    assert problems(changed(rows, 1, path="gone.wav")) == (f"line 3: there is no file 'gone.wav' in {tmp_path}.",)


def test_an_empty_path(rows, problems):
    assert problems(changed(rows, 1, path="")) == ("line 3: no recording is named; fill column 'path'.",)


def test_a_label_outside_the_vocabulary(rows, problems):
    (found,) = problems(with_column(rows, "key", ["C major", "H minor", "C", "C", "C", "C"]))
    assert found == "line 3: key: 'H minor' is no key; write for example 'C major', 'F# minor' or 'Bb minor'."


def test_a_tempo_out_of_range(rows, problems):
    (found,) = problems(with_column(rows, "bpm", ["120", "1200", "90", "100", "110", "80"]))
    assert found == "line 3: tempo: '1200' is no tempo in BPM between 20 and 400."


def test_a_class_with_one_track(rows, problems):
    sentence = "line 6: genre: this is the only track of class 'waltz', which so cannot be both learned and tested; "
    advice = "empty the cell, name a wider class, or add tracks."
    assert problems(changed(rows, 4, genre="waltz")) == (sentence + advice,)


def test_a_class_that_train_does_not_hold(rows, problems):
    found = problems(with_column(rows, "genre", "aabbaa"))
    sentence = "lines 4, 5: genre: no track of class 'b' is in train, so nothing can learn it; "
    assert found == (sentence + "move some there or empty the cells.",)


def test_one_class_alone(rows, problems):
    (found,) = problems([row | {"genre": "a"} for row in rows])
    assert found == "genre: every track is 'a'; at least two classes are needed."


def test_classes_that_differ_in_case_only(rows, problems):
    found = problems(changed(rows, 0, genre="A"))
    assert "genre: 'A' and 'a' differ only in upper and lower case; write one." in found


def test_a_group_on_two_sides_of_a_split(rows, problems):
    (found,) = problems(with_column(rows, "group", ["Miles", "x", "y", "z", "Miles", "v"]))
    assert found == "group 'Miles' stands in train (line 2) and test (line 6); keep all its tracks on one side."


def test_an_id_twice(rows, problems):
    (found,) = problems(with_column(rows, "id", ["t1", "t2", "t1", "t4", "t5", "t6"]))
    assert found == "line 4: id 't1' stands already on line 2; keep one."


def test_a_recording_twice_however_its_path_is_written(rows, problems, tmp_path):
    (found,) = problems(changed(rows, 3, path=str(tmp_path / "2.wav")))
    assert found == f"line 5: recording {str(tmp_path / '2.wav')!r} stands already on line 4; keep one."


def test_a_time_past_the_end(rows, problems):
    sections = ["0-0.1:verse", "0-99:verse", *["0-0.1:verse"] * 4]
    (found,) = problems(with_column(rows, "segments", sections))
    assert found == (
        "line 3: segmentation: section 'verse' ends at 99 s, past the end of the recording (0.10 s)."
    )  # fmt: skip


def test_a_split_that_is_partly_filled(rows, problems):
    (found,) = problems(changed(rows, 1, split=""))
    assert found == "line 3: the split is empty; fill column 'split' in every row, or in none and it is drawn."


def test_a_misspelt_split(rows, problems):
    (found,) = problems(changed(rows, 1, split="trian"))
    assert found.startswith("line 3: No split is called 'trian'. Did you mean 'train'?")


def test_a_split_without_test(rows, problems):
    found = problems([row | {"split": row["split"].replace("test", "valid")} for row in rows])
    advice = "move some tracks there, or name no split (--column split=) and it is drawn by group"
    assert f"no track is in test; {advice}." in found


def test_a_target_that_no_test_track_has(rows, problems):
    (found,) = problems(with_column(rows, "bpm", ["120", "100", "90", "80", "", ""]))
    assert found == "tempo: no labelled track is in test; label or move some."


def test_too_few_groups_for_a_drawn_split(rows, problems):
    two = [{"path": r["path"], "genre": r["genre"], "group": g} for r, g in zip(rows, "xxxyyy", strict=True)]
    assert problems(two) == ("2 groups cannot fill train, valid and test; give at least 3.",)


def test_a_misspelt_column_gets_a_hint(rows, problems):
    (found,) = problems(rows, targets={"genre": "gnre"})
    assert found == "No column is called 'gnre'. Did you mean 'genre'? There are: genre, path, split."


def test_a_misspelt_target_gets_a_hint(rows, problems):
    (found, *_) = problems(rows, targets={"gnre": "genre"})
    assert found.startswith("No target is called 'gnre'. Did you mean 'genre'?")


def test_no_target_column(rows, problems):
    (found,) = problems([{"path": row["path"], "split": row["split"]} for row in rows])
    assert found == "no column holds a target; name one with --target genre=COLUMN. The table has: path, split."


def test_no_path_column(rows, problems):
    (found,) = problems([{"song file": row["path"], "genre": row["genre"], "split": row["split"]} for row in rows])
    assert found.startswith("no column holds the recordings; name it with --column path=COLUMN. The table has: ")


def test_a_column_of_labels_that_is_empty(rows, problems):
    assert problems(with_column(rows, "mood", [""] * 6)) == ("mood: every cell of column 'mood' is empty.",)


def test_a_row_with_too_many_cells(rows, table, read):
    path = table(rows)
    path.write_text(path.read_text().replace("1.wav,b", "1.wav,b,c"))
    with pytest.raises(DatasetError, match="line 3: has 4 cells, but the header has 3; put cells that hold commas in"):
        read(path)


def test_a_column_twice(rows, table, read):
    path = table(rows)
    path.write_text(path.read_text().replace("path,genre,split", "path,split,split"))
    with pytest.raises(DatasetError, match="column 'split' stands 2 times; rename one"):
        read(path)


def test_lines_are_counted_as_an_editor_shows_them(rows, table, read):
    path = table(with_column(rows, "remark", ["two\nlines", "", "", "", "", ""]))
    path.write_text(path.read_text().replace("3.wav", "gone.wav").replace("1.wav", "\n1.wav"))
    with pytest.raises(DatasetError, match=r"line 7: there is no file 'gone\.wav'"):  # 2+3, blank 4, 5, 6, 7
        read(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the table is empty; its first line must name the columns, such as path,genre"),
        (b"path,genre,split\n", "it has no rows; give at least one recording a row"),
        ("path,genre\ncafé.wav,a\n".encode("latin-1"), r"line 2 is not UTF-8 \(byte 0xe9\); save the table as CSV in"),
        ("path,genre\n".encode("utf-16"), r"line 1 is not UTF-8 \(byte 0xff\)"),
        (b"RIFF\0\0\0\0WAVE", "is no table of text; give a CSV file in UTF-8, a Parquet file or a folder"),
        (b'path,genre\n"a.wav,b\n', "line 2 cannot be read .*; close its quotes, and double those inside a cell"),
    ],
)
def test_a_file_that_is_no_table(tmp_path, read, content, sentence):
    path = tmp_path / "tracks.csv"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=sentence):
        read(path)


def test_a_table_that_is_not_there(tmp_path, read):
    with pytest.raises(DatasetError, match=r"There is no table .*gone\.csv"):
        read(tmp_path / "gone.csv")


def test_a_file_that_is_no_audio_is_left_to_extraction(rows, table, read, tmp_path):
    (tmp_path / "0.wav").write_text("no audio")
    found = read(table(with_column(rows, "segments", ["0-0.1:verse"] * 6)))
    assert len(found.tracks) == 6
