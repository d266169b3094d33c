"""The command as a person types it, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from earmark.place import Place

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "160"}
FIRST_SHARD_S = 60.0  # by then a run of sixty short tones has surely begun to embed


def bench(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "earmark", *map(str, words)]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ran(table: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("ran")
    words = (
        "run",
        "--model",
        "log-mel",
        "--data",
        table,
        "--target",
        "genre=genre",
        "--cache",
        "cache",
        "--workers",
        "1",
    )
    return folder, bench(*words, folder=folder)


def where(folder: Path) -> Path:
    (found,) = folder.glob("results/log-mel/1/tracks-*.json")
    return found.relative_to(folder)


def test_a_run_ends_with_one_table_and_says_where_the_result_is(
    ran: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, found = ran
    assert found.returncode == 0, found.stderr
    assert "genre" in found.stdout
    assert "log-mel" in found.stdout.splitlines()[1]
    assert f"Result: {where(folder)}" in found.stderr
    assert (folder / where(folder)).with_suffix(".parquet").exists()


def test_the_phases_are_told_off_a_terminal_too(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    assert "embed log-mel: 360 s of audio" in ran[1].stderr


def test_show_prints_the_same_table_and_draws_it(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, found = ran
    shown = bench("show", where(folder), "--plot", "p.svg", folder=folder)
    assert shown.stdout.strip() == found.stdout.strip()
    assert (folder / "p.svg").read_text().startswith("<?xml")


def test_show_lists_every_metric(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    shown = bench("show", where(ran[0]), "--full", folder=ran[0])
    assert "macro-f1" in shown.stdout


def test_json_is_the_result_and_nothing_else(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    shown = bench("show", where(ran[0]), "--json", folder=ran[0])
    assert json.loads(shown.stdout) == json.loads((ran[0] / where(ran[0])).read_text())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "--model", "log-mell"), "Did you mean 'log-mel'"),
        (("run", "--model", "log-mel", "--benchmark", "etude"), "Did you mean 'etudes'"),
        (("run", "--model", "log-mel", "--data", "gone.csv"), "There is no table gone.csv"),
        (("run", "--model", "log-mel", "--data", "odd.xyz"), "is of no kind that can be read"),
        (("run", "--model", "log-mel", "--data", "t.csv", "--target", "genre"), "is not of the form name=column"),
        (("run", "--model", "gone.py"), "There is no model file"),
        (("run", "--model", "log-mel", "--target", "genre=genre"), "name these with --data"),
        (("run", "--model", "log-mel", "--data", "t.csv", "--benchmark", "etudes"), "exclude each other"),
        (("run", "--model", "log-mel", "--out", "result.txt"), "ends in .json"),
        (("run", "--model", "log-mel", "--probes", ""), "Name at least one probe"),
        (("run", "--model", "log-mel", "--layers", "all"), "gives one answer and no layers"),
        (("run", "--model", "log-mel", "--model", "mfcc", "--out", "r.json"), "--out names one file"),
        (("run", "--model", "log-mel", "--precision", "bf17"), "Did you mean 'bf16'"),
        (("models", "get", "log-mell"), "Did you mean 'log-mel'"),
        (("show", "gone.json"), "cannot be read"),
        (("data", "make", "etude"), "Did you mean 'etudes'"),
        (("data", "clear", "everything", "--yes"), "There are: all, datasets, embeddings, models, training"),
        (("tasks", "--benchmark", "etudess"), "Did you mean 'etudes'"),
    ],
)
def test_a_mistake_ends_in_one_sentence(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    (tmp_path / "odd.xyz").write_text("?")
    (tmp_path / "t.csv").write_text("path,genre\n")
    found = bench(*words, "--cache", "cache", folder=tmp_path) if words[0] in ("run", "data") else bench(
        *words, folder=tmp_path
    )  # fmt: skip
    assert found.returncode == 1
    assert sentence in found.stderr
    assert "Traceback" not in found.stderr


def test_an_unreadable_recording_is_skipped_and_named(table: Path, tmp_path: Path) -> None:
    head, *rows = table.read_text().splitlines()
    rows = [row.replace(",", f",{table.parent}/", 1) for row in rows]
    (tmp_path / "noise.wav").write_bytes(b"this is no audio")
    rows[0] = f"t0,{tmp_path}/noise.wav,g0,train,low,60,0-3:a; 3-6:b"
    (tmp_path / "tracks.csv").write_text("\n".join([head, *rows]))
    found = bench(
        "run", "--model", "log-mel", "--data", "tracks.csv", "--tasks", "genre", "--cache", "c", folder=tmp_path
    )
    assert found.returncode == 0, found.stderr
    assert "1 unreadable tracks skipped, such as t0" in found.stdout


def test_a_killed_run_goes_on_where_it_stopped(table: Path, tmp_path: Path) -> None:
    words = ("run", "--model", "mfcc", "--data", str(table), "--target", "genre=genre", "--cache", "c", "--json")
    command = [sys.executable, "-m", "earmark", *words]
    victim = subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + FIRST_SHARD_S
    while not list(tmp_path.glob("c/embeddings/shards/*.safetensors")) and time.monotonic() < until:
        time.sleep(0.01)
    victim.kill()
    victim.wait()
    again = bench(*words, folder=tmp_path)
    assert again.returncode == 0, again.stderr
    cost = json.loads(again.stdout)["cost"]
    assert cost["embedded_tracks"] + cost["stored_tracks"] == 60
    assert cost["stored_tracks"] > 0


def test_ctrl_c_says_that_nothing_is_lost(table: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "earmark", "run", "--model", "mfcc", "--data", str(table), "--target", "genre=genre"]
    victim = subprocess.Popen(
        [*words, "--cache", "c"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    # Not while torch is imported: CPython then dies of the signal even after a clean exit.
    until = time.monotonic() + FIRST_SHARD_S
    while not list(tmp_path.glob("c/embeddings/shards/*.safetensors")) and time.monotonic() < until:
        time.sleep(0.01)
    victim.send_signal(signal.SIGINT)
    _, said = victim.communicate(timeout=FIRST_SHARD_S)
    assert victim.returncode == 130
    assert "What was stored is kept" in said


def test_data_says_where_and_clears(tmp_path: Path) -> None:
    Place(tmp_path / "cache").claim()
    (tmp_path / "cache/embeddings/x").write_bytes(b"1234567")
    assert str(tmp_path / "cache/embeddings") in bench("data", "where", "--cache", "cache", folder=tmp_path).stdout
    cleared = bench("data", "clear", "embeddings", "--yes", "--cache", "cache", folder=tmp_path)
    assert "Deleted 97 B" in cleared.stdout  # 7 bytes and the tag
    assert not (tmp_path / "cache/embeddings").exists()


FETCHING = """
import time
from earmark import ModelInfo, hookimpl

def fetch(folder, progress):
    (folder / "half").write_text("w")
    if not __import__("os").environ.get("NETWORK"):
        raise OSError("no network")
    (folder / "weights").write_text("w")

def load(folder):
    return open(folder / "weights")

@hookimpl
def provide_models():
    return [ModelInfo(name="heavy", version="1", sample_rate=8000, dim=1, load=load, fetch=fetch)]
"""


def test_weights_are_obtained_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "heavy.py").write_text(FETCHING)
    words = ("models", "get", "heavy.py", "--cache", "c")
    assert "no network" in bench(*words, folder=tmp_path).stderr
    assert "bench models get heavy" in bench("run", "--model", "heavy.py", "--cache", "c", folder=tmp_path).stderr
    assert not list((tmp_path / "c/datasets").glob("etudes*"))  # told before anything is made
    assert list((tmp_path / "c/models").glob("*heavy*")) == []
    monkeypatch.setitem(ENVIRONMENT, "NETWORK", "1")
    assert "heavy: obtained" in bench(*words, folder=tmp_path).stdout
    assert sorted(p.name for p in (tmp_path / "c/models/heavy").iterdir()) == ["half", "weights"]
    assert "is here already" in bench(*words, folder=tmp_path).stdout


@pytest.mark.parametrize("listing", [("models",), ("tasks",), ("data", "list")])
def test_listings_are_json_for_scripts(tmp_path: Path, listing: tuple[str, ...]) -> None:
    found = bench(*listing, "--json", folder=tmp_path)
    assert len(json.loads(found.stdout)) >= 3


def test_listing_without_data_names_what_is_not_on_disk(tmp_path: Path) -> None:
    found = bench("data", "list", "--cache", "cache", folder=tmp_path)
    assert "etudes-small" in found.stdout
    assert " no " in found.stdout
