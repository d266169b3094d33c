"""A CSV table becomes a data set, however it was saved; the real recordings go through."""

import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

REAL = Path(__file__).parents[3] / "shared" / "data" / "real" / "tracks.csv"
REAL_TARGETS = {"genre": "category", "mood": "mood", "tempo": "bpm", "key": "key"}
HEAVY = ("torch", "pandas", "pyarrow", "datasets", "soundfile", "sklearn")
needs_real = pytest.mark.skipif(not REAL.exists(), reason=f"{REAL} is not there")


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def text_of(rows, delimiter=",", end="\n"):
    return "".join(delimiter.join(cells) + end for cells in [rows[0].keys(), *(row.values() for row in rows)])


def test_a_table_becomes_tracks_in_its_order(rows, table, read):
    found = read(table(rows))
    assert [(t.id, t.labels, t.split) for t in found.tracks] == [
        (row["path"], {"genre": row["genre"]}, row["split"]) for row in rows
    ]


def test_paths_are_relative_to_the_table(rows, table, read, tmp_path):
    assert {Path(t.source.name).parent for t in read(table(rows)).tracks} == {tmp_path}


def test_an_absolute_path_is_taken_as_it_is(rows, table, read, tmp_path):
    rows[0]["path"] = str(tmp_path / "0.wav")
    assert read(table(rows)).tracks[0].load().rate == 8_000


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_line_ends_do_not_matter(rows, table, read, tmp_path, delimiter, end):
    other = write(tmp_path / "other.csv", text_of(rows, delimiter, end))
    assert read(other).tracks == read(table(rows)).tracks


def test_a_byte_order_mark_does_not_matter(rows, table, read, tmp_path):
    marked = write(tmp_path / "marked.csv", text_of(rows), "utf-8-sig")
    assert read(marked).tracks == read(table(rows)).tracks


def test_quoted_cells_may_hold_the_delimiter(rows, table, read):
    rows = [row | {"genre": "soul, funk" if row["genre"] == "a" else "b"} for row in rows]
    assert read(table(rows)).target("genre").classes == ("b", "soul, funk")


def test_separators_inside_cells_are_no_delimiters(rows, table, read):
    rows = [row | {"genre": "a;b;c" if row["genre"] == "a" else "b;c"} for row in rows]
    assert read(table(rows)).target("genre").classes == ("a", "b", "c")


def test_other_column_names_are_mapped(rows, table, read):
    renamed = [{"datei": r["path"], "stil": r["genre"], "teil": r["split"], "wer": f"x{n}"} for n, r in enumerate(rows)]
    columns = {"path": "datei", "split": "teil", "group": "wer", "id": "wer"}
    found = read(table(renamed), columns=columns, targets={"genre": "stil"})
    assert [(t.id, t.group, t.split) for t in found.tracks] == [
        (f"x{n}", f"x{n}", r["split"]) for n, r in enumerate(rows)
    ]


def test_targets_may_stand_among_the_columns(rows, table, read):
    renamed = [{**row, "stil": row["genre"]} for row in rows]
    assert [t.name for t in read(table(renamed), columns={"mood": "stil"}).targets] == ["mood"]


def test_usual_column_names_are_taken_unasked(rows, table, read):
    usual = [{"track_id": f"t{n}", "file": r["path"], "artist": f"g{n}", "bpm": "120"} for n, r in enumerate(rows)]
    track = read(table(usual)).tracks[3]
    assert (track.id, track.group, track.labels) == ("t3", "g3", {"tempo": 120.0})


def test_split_names_are_spelt_in_several_ways(rows, table, read):
    spelt = ["training", "Train", "validation", "dev", "eval", "TESTING"]
    rows = [row | {"split": name} for row, name in zip(rows, spelt, strict=True)]
    assert [t.split for t in read(table(rows)).tracks] == ["train", "train", "valid", "valid", "test", "test"]


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".opus", ".mp3"])
def test_formats_decode(rows, table, read, record, suffix):
    rows[0]["path"] = record(f"stereo{suffix}", rate=48_000, channels=2).name
    audio = read(table(rows)).tracks[0].load()
    assert audio.rate == 48_000
    assert audio.samples.shape == (4_800,) or suffix == ".mp3"


def test_a_track_crosses_to_a_worker(rows, table, read):
    track = read(table(rows)).tracks[0]
    assert pickle.loads(pickle.dumps(track)).load().samples.tolist() == track.load().samples.tolist()


def test_without_a_group_each_track_is_its_own_and_a_note_says_so(rows, table, read):
    found = read(table(rows))
    assert [t.group for t in found.tracks] == [t.id for t in found.tracks]
    assert any("6 of 6 tracks name no group" in note for note in found.notes)


def test_a_drawn_split_keeps_groups_together_and_a_note_says_so(rows, table, read, record):
    many = [{"path": record(f"m{n}.wav").name, "genre": "ab"[n % 2], "group": f"g{n // 2}"} for n in range(20)]
    found = read(table(many))
    assert len({(t.group, t.split) for t in found.tracks}) == 10
    assert Counter(t.split for t in found.tracks) == {"train": 12, "valid": 4, "test": 4}
    assert "The split was drawn by group with seed 0: about 60 % train, 20 % valid, 20 % test." in found.notes


def test_a_drawn_split_spreads_every_class(rows, table, read, record):
    many = [{"path": record(f"m{n}.wav").name, "genre": "aab"[n % 3]} for n in range(30)]
    drawn = Counter((t.labels["genre"], t.split) for t in read(table(many)).tracks)
    assert drawn == {
        ("a", "train"): 12, ("a", "valid"): 4, ("a", "test"): 4, ("b", "train"): 6, ("b", "valid"): 2, ("b", "test"): 2,
    }  # fmt: skip


def test_a_drawn_split_follows_its_seed_and_not_the_order_of_rows(rows, table, read, record):
    many = [{"path": record(f"m{n}.wav").name, "genre": "ab"[n % 2]} for n in range(20)]
    splits = [
        {t.id: t.split for t in read(table(r), seed=s).tracks} for r, s in ((many, 1), (many[::-1], 1), (many, 2))
    ]
    assert splits[0] == splits[1]
    assert splits[0] != splits[2]


def test_the_version_follows_the_content_and_not_the_order(rows, table, read):
    same, other = read(table(rows[::-1])).version, read(table([*rows[:5], rows[5] | {"genre": "a"}])).version
    assert read(table(rows)).version == same != other


def test_the_version_does_not_follow_the_folder(rows, table, read, tmp_path):
    before = read(table(rows)).version
    moved = tmp_path.rename(tmp_path.with_name("moved"))
    assert read(moved / "tracks.csv").version == before


def test_importing_the_reader_loads_no_heavy_library():
    code = f"import sys, earmark_benchmarks.table; print([m for m in {HEAVY} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@needs_real
def test_the_real_recordings_are_read_with_their_split(read):
    found = read(REAL, targets=REAL_TARGETS)
    assert Counter(t.split for t in found.tracks) == {"train": 132, "valid": 40, "test": 45}
    assert Counter(n for t in found.tracks for n in t.labels) == {"genre": 166, "mood": 28, "tempo": 51, "key": 28}
    assert "genre: 51 of 217 tracks are not labelled." in found.notes


@needs_real
def test_the_real_recordings_can_be_split_anew(read):
    found = read(REAL, targets={"genre": "category"}, columns={"split": ""})
    assert {t.split for t in found.tracks if t.labels.get("genre") == "hybrid"} == {"train", "valid", "test"}


@needs_real
def test_a_real_recording_decodes(read):
    assert read(REAL, targets=REAL_TARGETS).tracks[0].load().duration_s > 5
