"""A full round as its users walk it: versions of a model are measured, compared, gated, filed, and shown on a page.

Every step is a command that is typed in a folder of its own; the benchmark is a plugin of tones whose pitch is the
genre and whose clicks are the tempo.
"""

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

BENCHMARK = '''
"""Tones: the pitch is the genre, a beating is the voice."""

import numpy as np

from earmark import Benchmark, Dataset, DatasetInfo, Target, Track, hookimpl
from earmark.audio import AudioFile
from earmark.task import tasks_for

PITCHES_HZ = {"low": 150.0, "middle": 400.0, "high": 1000.0, "shrill": 2500.0}
TARGETS = (
    Target(name="genre", family="genre", form="class", classes=tuple(PITCHES_HZ)),
    Target(name="vocal", family="vocal", form="presence"),
)


def folder(root):
    return root / "tones-1"


def split(i):
    return ("train", "train", "valid", "test", "test")[i % 5]


def load(root, **_):
    import soundfile

    home = folder(root)
    home.mkdir(parents=True, exist_ok=True)
    tracks = []
    for i in range(400):
        random = np.random.default_rng(i)
        genre, voice = list(PITCHES_HZ)[random.integers(4)], random.random() < 0.5
        if not (home / f"{i}.wav").exists():
            time_s = np.arange(8000) / 8000
            tone = np.sin(2 * np.pi * PITCHES_HZ[genre] * 2 ** random.normal(0, 0.3) * time_s)
            tone *= 1 + 0.9 * voice * np.sin(2 * np.pi * 6 * time_s)
            soundfile.write(home / f"{i}.wav", 0.2 * tone + random.normal(0, 0.02, 8000), 8000)
        labels = {"genre": genre, "vocal": "yes" if voice else "no"}
        source = AudioFile(home / f"{i}.wav")
        tracks.append(Track(id=f"t{i}", group=f"g{i}", split=split(i), source=source, labels=labels))
    return Dataset(name="tones", version="1", license="CC0-1.0", source="here", targets=TARGETS, tracks=tuple(tracks))


@hookimpl
def provide_datasets():
    return [DatasetInfo(name="tones", version="1", license="CC0-1.0", source="here", targets=TARGETS, load=load,
                        folder=folder)]


@hookimpl
def provide_benchmarks():
    return [Benchmark(name="tones", version="1", tasks=tasks_for("tones", TARGETS), summary="Tones.")]
'''
MODEL = '''
"""Ears: energy in bands, of which an unlucky release forgets most."""

import numpy as np

from earmark import ModelInfo, hookimpl

VERSION, BANDS, HEARD = "{version}", {bands}, {heard}


class Ears:
    def embed(self, audio):
        frames = audio.unfold(1, 400, 400).numpy()
        energy = np.abs(np.fft.rfft(frames, axis=2))[:, :, :200] ** 2
        bands = np.log(1e-3 + energy.reshape(*energy.shape[:2], BANDS, -1).sum(3))[:, :, :HEARD]
        loudness = np.log(1e-3 + (frames**2).sum(2, keepdims=True))
        spread = np.broadcast_to(loudness.std(1, keepdims=True), loudness.shape)
        return np.concatenate([bands, spread], axis=2).astype(np.float32)


@hookimpl
def provide_models():
    return [ModelInfo(name="ears", version=VERSION, sample_rate=8000, dim=HEARD + 1, load=Ears, license="MIT",
                      source="this file", training_data=("none",))]
'''


class Desk:
    """A folder in which commands are typed, with the benchmark installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        installed = folder / "site"
        (installed / "tones-1.dist-info").mkdir(parents=True)
        (installed / "tones_benchmark.py").write_text(BENCHMARK)
        (installed / "tones-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: tones\nVersion: 1\n")
        entry = "[earmark]\ntones = tones_benchmark\n"
        (installed / "tones-1.dist-info" / "entry_points.txt").write_text(entry)
        for version, bands, heard in ((1, 20, 20), (2, 25, 25), (3, 20, 1)):
            code = MODEL.format(version=version, bands=bands, heard=heard)
            (folder / f"ears_{version}.py").write_text(code)

    def bench(self, *words: str | Path, status: int = 0) -> str:
        """What the command prints; fails where it ends otherwise than with `status`."""
        own = {"PYTHONPATH": str(self.folder / "site"), "EARMARK_CACHE": str(self.folder / "cache")}
        environment = {**os.environ, **own, "OMP_NUM_THREADS": "1", "COLUMNS": "160"}
        command = [sys.executable, "-m", "earmark", *map(str, words)]
        found = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert found.returncode == status, f"bench {' '.join(map(str, words))}\n{found.stdout}\n{found.stderr}"
        return found.stdout if status == 0 else found.stdout + found.stderr

    def result(self, version: int) -> Path:
        return self.folder / "results" / "ears" / str(version) / "tones.json"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The benchmark made and registered, and three versions of a model measured on it."""
    desk = Desk(tmp_path_factory.mktemp("round"))
    desk.bench("data", "make", "tones", "--workers", "1", "-q")
    (desk.folder / "site" / "checksums.json").write_text(desk.bench("data", "checksums", "tones"))
    models = [word for model in ("log-mel", "ears_1.py", "ears_2.py", "ears_3.py") for word in ("-m", model)]
    desk.bench("run", *models, "-b", "tones", "--workers", "1", "-q")
    return desk


def test_a_release_that_is_as_good_passes_the_gate(desk: Desk) -> None:
    said = json.loads(desk.bench("compare", desk.result(1), desk.result(2), "--json"))
    assert "worse" not in {task["verdict"] for task in said["tasks"]}
    desk.bench("gate", desk.result(2), "--against", desk.result(1), "--allow", "all=-0.05")


def test_a_release_that_is_worse_fails_the_gate(desk: Desk) -> None:
    said = json.loads(desk.bench("compare", desk.result(1), desk.result(3), "--json"))
    assert {task["task"]: task["verdict"] for task in said["tasks"]}["genre"] == "worse"
    junit = desk.folder / "gate.xml"
    words = ("--against", desk.result(1), "--allow", "genre=-0.01", "--junit", junit)
    assert "genre" in desk.bench("gate", desk.result(3), *words, status=1)
    assert [case.get("name") for case in ET.parse(junit).iter("testcase") if case.find("failure") is not None]


@pytest.fixture(scope="module")
def board(desk: Desk) -> Path:
    """The folder of a leaderboard, with the good versions filed."""
    desk.bench("robust", "-m", "ears_2.py", "-b", "tones", "-p", "white-noise", "--workers", "1", "-q")
    folder = desk.folder / "leaderboards"
    baseline = desk.folder / "results" / "log-mel" / "1" / "tones.json"
    robust = desk.result(2).with_name("tones-robust-white-noise.json")
    desk.bench("submit", baseline, desk.result(1), desk.result(2), robust, "--to", folder)
    return folder


def test_what_is_filed_can_be_made_again(desk: Desk, board: Path) -> None:
    desk.bench("verify", board / "results" / "ears" / "1" / "tones.json", "--model", "ears_1.py", "--tracks", "16")


def test_edited_scores_are_refused(desk: Desk, board: Path) -> None:
    forged = desk.folder / "forged" / "tones.json"
    forged.parent.mkdir()
    shutil.copy(desk.result(3).with_suffix(".parquet"), forged.with_suffix(".parquet"))
    record = json.loads(desk.result(3).read_text())
    record["tasks"][0]["scores"][0] |= {"value": 0.99, "high": 1.0}
    forged.write_text(json.dumps(record))
    before = sorted(board.rglob("*"))
    assert "0.99" in desk.bench("submit", forged, "--to", board, status=1)
    assert sorted(board.rglob("*")) == before


def test_the_gate_takes_its_measure_from_the_board(desk: Desk, board: Path) -> None:
    words = ("--against", "leaderboard:ears@2", "--board", board)
    assert "genre" in desk.bench("gate", desk.result(3), *words, status=1)


def test_the_table_ranks_what_is_filed(desk: Desk, board: Path) -> None:
    rows = json.loads(desk.bench("leaderboard", "--board", board, "--format", "json"))["rows"]
    assert {(row["model"]["name"], row["model"]["version"]) for row in rows if row["kind"] == "model"} == {
        ("ears", "1"), ("ears", "2"),
    }  # fmt: skip


def opened(page_file: Path, chromium: str) -> tuple[str, list[str]]:
    """What the page shows, and what the browser has to say of it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - where there is none, the test is skipped

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page, said = browser.new_page(), []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(page_file.as_uri())
        shown = page.inner_text("body")
        browser.close()
    return shown, said


def test_the_page_opens_in_a_browser(desk: Desk, board: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is installed")
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    page_file = desk.folder / "index.html"
    desk.bench("site", "--board", board, "--out", page_file)
    with ThreadPoolExecutor(1) as thread:  # other tests of this process may hold a browser, one a thread
        shown, said = thread.submit(opened, page_file, chromium).result()
    assert "ears" in shown
    assert said == []
