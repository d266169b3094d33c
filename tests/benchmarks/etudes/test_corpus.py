"""The corpus comes out whole, the same every time, and survives being killed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import soundfile
from blake3 import blake3

from earmark.errors import DatasetError, UnknownName
from earmark.target import KEYS, Timeline
from earmark_benchmarks import etudes
from earmark_benchmarks.etudes import corpus
from earmark_benchmarks.etudes.chain import CEILING_DB, LOUDNESS_DB
from earmark_benchmarks.etudes.corpus import INDEX, SIZES, Size, folder_of, load, make_piece, make_pieces, plan
from earmark_benchmarks.etudes.render import RATE, soundfont_path

GOLDEN = Path(__file__).parents[2] / "golden" / "etudes.json"
LOUDNESS_TOLERANCE_DB = 0.5
"""The limiter takes a little after the last gain."""
SCRIPT = """
import sys
from pathlib import Path
from earmark_benchmarks.etudes.corpus import make_pieces, plan
chosen = sys.argv[2].split(",")
make_pieces(Path(sys.argv[1]), tuple(p for p in plan("etudes-small") if p.id in chosen), workers=1)
"""


def test_the_samples_are_those_of_this_version(made) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = {record["id"]: record["pcm_blake3"] for record in made.index}
    again = "after raising corpus.VERSION run: python tests/golden/make_etudes.py"
    assert golden["version"] == corpus.VERSION, again
    assert {name: found[name] for name in golden["pcm_blake3"]} == golden["pcm_blake3"], again


def test_every_file_holds_what_the_index_says(made) -> None:
    assert [record["id"] for record in made.index] == [piece.id for piece in made.pieces]
    for record in made.index:
        samples, rate = soundfile.read(made.folder / record["path"], dtype="int16")
        assert (rate, samples.ndim) == (RATE, 1)
        assert blake3(samples.astype("<i2").tobytes()).hexdigest() == record["pcm_blake3"]
        assert len(samples) / rate == pytest.approx(record["labels"]["segments"][-1][1], abs=1 / rate)


def test_nothing_clips_and_nothing_is_silent(made) -> None:
    for record in made.index:
        samples, _ = soundfile.read(made.folder / record["path"])
        loudness_db = 20 * np.log10(np.sqrt(np.mean(np.square(samples))))
        assert LOUDNESS_DB[0] - LOUDNESS_TOLERANCE_DB <= loudness_db <= LOUDNESS_DB[1] + LOUDNESS_TOLERANCE_DB
        assert np.abs(samples).max() <= 10 ** (CEILING_DB / 20) + 1 / 32_768
        seconds = samples[: len(samples) // RATE * RATE].reshape(-1, RATE)
        assert np.median(np.abs(seconds).max(axis=1)) > 0.05


def test_another_process_and_order_make_the_same_samples(made, tmp_path: Path) -> None:
    last = make_piece(tmp_path, made.pieces[-1])
    assert last["pcm_blake3"] == made.index[-1]["pcm_blake3"]


def test_what_is_missing_is_made_and_the_rest_is_left(made, tmp_path: Path) -> None:
    for record in made.index[1:3]:
        (tmp_path / record["path"]).write_bytes((made.folder / record["path"]).read_bytes())
    (tmp_path / made.index[0]["path"]).write_bytes(b"fLaC, but torn")
    (tmp_path / ".old.flac.1.tmp").write_bytes(b"left by a killed run")
    before = (tmp_path / made.index[1]["path"]).stat().st_mtime_ns
    told: list[float] = []
    index = make_pieces(tmp_path, made.pieces[:3], workers=1, progress=lambda _, done, *__: told.append(done))
    assert index == made.index[:3]
    assert (tmp_path / made.index[1]["path"]).stat().st_mtime_ns == before
    assert told == [0, 1, 2, 3]
    assert not list(tmp_path.glob("*.tmp")) + list(tmp_path.glob(".*.tmp"))


TINY = {"etudes-small": Size(train=1, valid=1, test=1, seed=5)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished corpus of three pieces; copy it before you spoil it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "SIZES", TINY)
        folder = folder_of(tmp_path_factory.mktemp("tiny"), size="etudes-small")
        corpus.make(folder, "etudes-small", workers=1)
    return folder


def made_again(tiny: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, index: str) -> list[float]:
    """Make the tiny corpus where its index is `index`; what the progress told."""
    copytree(tiny, folder, dirs_exist_ok=True)
    (folder / INDEX).write_text(index, encoding="utf-8")
    monkeypatch.setattr(corpus, "SIZES", TINY)
    told: list[float] = []
    index_now = corpus.make(folder, "etudes-small", workers=1, progress=lambda _, done, *__: told.append(done))
    assert [one["id"] for one in index_now] == [one["id"] for one in load(tiny)]
    return told


def test_a_finished_corpus_is_read_and_not_made(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made_again(tiny, tmp_path, monkeypatch, (tiny / INDEX).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("kept", ["nothing", "half a line", "two lines"])
def test_a_truncated_index_is_made_again(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    lines = (tiny / INDEX).read_text(encoding="utf-8").splitlines(keepends=True)
    cuts = {"nothing": "", "half a line": lines[0][:100], "two lines": "".join(lines[:2])}
    assert made_again(tiny, tmp_path, monkeypatch, cuts[kept]) == [0, 1, 2, 3]
    assert load(tmp_path) == load(tiny)


def test_a_changed_generator_makes_every_piece_anew(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "generator_digest", lambda: "changed")
    before = {path.name: path.stat().st_mtime_ns for path in tiny.glob("*.flac")}
    assert made_again(tiny, tmp_path, monkeypatch, (tiny / INDEX).read_text(encoding="utf-8")) == [0, 1, 2, 3]
    assert len(before) == 3
    assert all((tmp_path / name).stat().st_mtime_ns > time_ns for name, time_ns in before.items())
    assert not {one["stamp"] for one in load(tmp_path)} & {one["stamp"] for one in load(tiny)}


def test_the_digest_of_the_generator_follows_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "__file__", str(tmp_path / "corpus.py"))
    found = []
    for text in ("a = 1", "a = 2", "a = 1"):
        (tmp_path / "corpus.py").write_text(text, encoding="utf-8")
        found.append(corpus.generator_digest.__wrapped__())
    assert found[0] == found[2] != found[1]


def test_a_piece_of_another_stamp_is_made_anew(made, tmp_path: Path) -> None:
    piece, path = made.pieces[0], tmp_path / made.index[0]["path"]
    path.write_bytes((made.folder / path.name).read_bytes())
    make_piece(tmp_path, replace(piece, stamp="another"))
    with soundfile.SoundFile(path) as file:
        assert file.comment == "another"


def test_a_piece_of_the_wrong_length_is_made_anew(made, tmp_path: Path) -> None:
    record, path = made.index[0], tmp_path / made.index[0]["path"]
    samples, _ = soundfile.read(made.folder / path.name, dtype="int16")
    with soundfile.SoundFile(path, "w", RATE, 1, subtype="PCM_16") as file:
        file.comment = made.pieces[0].stamp
        file.write(samples[:-1])
    assert make_piece(tmp_path, made.pieces[0])["pcm_blake3"] == record["pcm_blake3"]
    np.testing.assert_array_equal(soundfile.read(path, dtype="int16")[0], samples)


def start(folder: Path, made, count: int) -> subprocess.Popen[bytes]:
    wanted = ",".join(piece.id for piece in made.pieces[:count])
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), wanted])


def test_a_killed_run_is_taken_up_where_it_stood(made, tmp_path: Path) -> None:
    run = start(tmp_path, made, 3)
    while not list(tmp_path.glob("*.flac")) and run.poll() is None:
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert not (tmp_path / INDEX).exists()
    for path in tmp_path.glob("*.flac"):
        assert len(soundfile.read(path)[0]) > 0
    assert make_pieces(tmp_path, made.pieces[:3], workers=1) == made.index[:3]


def test_two_runs_at_once_share_one_folder(made, tmp_path: Path) -> None:
    runs = [start(tmp_path, made, 2) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert load(tmp_path) == made.index[:2]


@pytest.fixture(scope="module")
def other_soundfont(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled SoundFont with its waves bent, so that every instrument sounds otherwise."""
    font = bytearray(soundfont_path().read_bytes())
    start = font.index(b"smpl") + 8
    length = int.from_bytes(font[start - 4 : start], "little")
    waves = np.frombuffer(bytes(font[start : start + length]), "<i2").astype(float) / 32_768
    font[start : start + length] = np.rint(20_000 * np.tanh(4 * waves)).astype("<i2").tobytes()
    path = tmp_path_factory.mktemp("font") / "other.sf2"
    path.write_bytes(font)
    return path


def test_another_soundfont_changes_the_test_split_only(made, other_soundfont: Path, tmp_path: Path) -> None:
    pieces = {piece.id: piece for piece in plan("etudes-small", soundfont=other_soundfont)}
    chosen = [record for record in made.index if record["id"].endswith("0000")]
    same = {r["split"]: make_piece(tmp_path, pieces[r["id"]])["pcm_blake3"] == r["pcm_blake3"] for r in chosen}
    assert same == {"train": True, "valid": True, "test": False}
    other = folder_of(tmp_path, size="etudes-small", soundfont=other_soundfont)
    assert other != folder_of(tmp_path, size="etudes-small")


def test_a_soundfont_that_is_none_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    wrong = tmp_path / "song.mid"
    wrong.write_bytes(b"MThd")
    with pytest.raises(DatasetError, match=r"song\.mid: is no SoundFont"):
        etudes.load(tmp_path, size="etudes-small", soundfont=wrong)
    assert [path.name for path in tmp_path.iterdir()] == ["song.mid"]


def test_fonts_of_one_file_name_make_data_sets_of_two_names(
    monkeypatch: pytest.MonkeyPatch, other_soundfont: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(corpus, "SIZES", TINY)
    same_name = tmp_path / "bundled" / other_soundfont.name
    same_name.parent.mkdir()
    same_name.write_bytes(soundfont_path().read_bytes())
    fonts = (other_soundfont, same_name)
    one, other = (etudes.load(tmp_path, size="etudes-small", soundfont=font, workers=1) for font in fonts)
    assert one.name == f"etudes-small?soundfont=other-{blake3(other_soundfont.read_bytes()).hexdigest()[:12]}"
    assert other.name != one.name
    assert (one.license, "other.sf2" in one.source) == ("", True)


def test_a_misspelt_size_gets_a_hint() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'etudes-small'"):
        plan("etude-smal")


def test_no_two_pieces_of_any_size_share_a_group() -> None:
    seeds = [piece.factors.seed for size in ("etudes-small", "etudes") for piece in plan(size)]
    assert len(set(seeds)) == len(seeds)


def test_an_unfinished_folder_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no finished études"):
        load(tmp_path)


def test_the_data_set_answers_every_target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(corpus, "SIZES", TINY)
    dataset = etudes.load(tmp_path, size="etudes-small", workers=1)
    assert sorted(track.split for track in dataset.tracks) == ["test", "train", "valid"]
    for track in dataset.tracks:
        assert set(track.labels) | {"register"} == {target.name for target in dataset.targets}
        assert track.labels["key"] in KEYS
        assert set(track.labels["instrument"]) <= set(dataset.target("instrument").classes)
        for name in ("genre", "era", "mood"):
            assert track.labels[name] in dataset.target(name).classes
        timeline = track.labels["segments"]
        assert isinstance(timeline, Timeline)
        assert track.load().duration_s == pytest.approx(timeline.edges_s[-1], abs=0.001)


def test_the_first_section_begins_with_the_recording_and_the_rest_follow_without_gaps(made) -> None:
    for record in made.index:
        sections = record["labels"]["segments"]
        assert 0 <= sections[0][0] < 3  # the first beat; the silence before it is given to the first section
        assert etudes._answers(record["labels"])["segments"].edges_s[0] == 0.0
        assert all(before[1] == after[0] for before, after in pairwise(sections))


def test_registers_are_labelled_where_somebody_sings() -> None:
    found = {"vocal": "none", "segments": [(0.0, 1.0, "A")], "instruments": []}
    found |= dict.fromkeys(("genre", "era", "mood", "valence", "arousal", "key", "tempo"), "")
    assert etudes._answers(found)["vocal"] == "no"
    assert "register" not in etudes._answers(found)
    assert etudes._answers(found | {"vocal": "low"})["register"] == "low"


LISTING = """
import sys
from earmark_benchmarks import etudes
etudes.provide_datasets(), etudes.provide_benchmarks()
heavy = {"scipy", "midirenderer", "pretty_midi", "soundfile", "soxr", "joblib", "sklearn", "torch"}
sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)
"""


def test_listing_loads_no_heavy_library() -> None:
    subprocess.run([sys.executable, "-c", LISTING], check=True)


def test_sizes_grow() -> None:
    small, default, large = (SIZES[name] for name in ("etudes-small", "etudes", "etudes-large"))
    assert small.test < default.test < large.test
