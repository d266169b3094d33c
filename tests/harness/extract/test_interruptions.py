"""Whoever is killed at whatever moment: the next run goes on, and nothing half-written is read."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from earmark.errors import EarmarkError
from earmark.extract import extract
from earmark.store import Store

SCRIPT = """
import json, os, signal, sys, time
from pathlib import Path
from earmark.audio import AudioFile
from earmark.dataset import Track
from earmark.extract import extract
from earmark.model import ModelInfo, OpenedModel
from earmark.store import Store

class Slow:
    def embed(self, audio):
        held = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        Path(sys.argv[1], f"{os.getpid()}.embeds").write_text(" ".join(one.name for one in held))
        time.sleep(float(sys.argv[3]) if len(sys.argv) > 3 else 0.0)
        return audio[:, :100].reshape(1, -1, 2)

def open_model():
    return OpenedModel(info=ModelInfo(name="slow", version="1", sample_rate=1000, dim=2, load=Slow), model=Slow())

folder, workers = Path(sys.argv[1]), int(sys.argv[2])
def track(path):
    return Track(id=path.stem, group=path.stem, split="train", source=AudioFile(path), labels={})
tracks = [track(path) for path in sorted(folder.glob("*.wav"))]
told = lambda phase, done, total, unit: phase != "read audio" and print(done, flush=True)
found = extract(tracks, open_model, Store(folder / "cache"), workers=workers, progress=told)
print(json.dumps([found.computed, found.found, [found.read(t.id).mean.tolist() for t in tracks]]))
"""
"""No `if __name__ == "__main__"`, as users write; its model leaves word of the signals it holds back, and sleeps."""


@pytest.fixture
def script(tmp_path: Path, noise):
    """Start the script on 40 tracks of a second each."""
    noise(*[1.0] * 40)
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)

    def start(workers: int, sleep_s: float = 0.0) -> subprocess.Popen[str]:
        command = [sys.executable, str(path), str(tmp_path), str(workers), str(sleep_s)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)

    return start


def finish(process: subprocess.Popen[str]):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def parts(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "cache").rglob("*.part"))


def in_session(session: int) -> list[int]:
    """Return the processes of a session that still run; Linux only."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_until_gone(session: int) -> list[int]:
    deadline = time.monotonic() + 10.0
    while (left := in_session(session)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def wait_until_embedding(tmp_path: Path, workers: int) -> None:
    deadline = time.monotonic() + 60.0
    while len(list(tmp_path.glob("*.embeds"))) < workers:
        assert time.monotonic() < deadline, "the workers did not start"
        time.sleep(0.05)


def test_workers_need_no_guarded_main(script):
    assert finish(script(workers=2))[:2] == [40, 0]


def test_two_runs_at_once_share_a_store(script):
    runs = [script(workers=1, sleep_s=0.005), script(workers=1, sleep_s=0.005)]
    first, second = (finish(run) for run in runs)
    assert first[2] == second[2]
    assert finish(script(workers=1))[:2] == [0, 40]


def test_killed_runs_lose_nothing_that_was_done(script, tmp_path):
    moment, stored = random.Random(0), 0
    for _ in range(3):
        run = script(workers=1, sleep_s=0.02)
        run.stdout.readline()  # the first chunk is done
        time.sleep(moment.uniform(0.0, 0.1))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        before, stored = stored, Store(tmp_path / "cache").size().entries
        assert stored > before
        if stored > 30:
            break
    computed, found, means = finish(script(workers=1))
    assert (computed, found) == (40 - stored, stored)
    assert Store(tmp_path / "cache").size().entries == 40
    assert np.isfinite(means).all()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_workers_go_with_whoever_started_them(script, tmp_path, blow):
    run = script(workers=2, sleep_s=0.05)
    run.stdout.readline()
    (os.killpg if blow == signal.SIGINT else os.kill)(run.pid, blow)  # Ctrl-C reaches the whole group
    _, err = run.communicate(timeout=20)
    assert wait_until_gone(run.pid) == []
    stored = Store(tmp_path / "cache").size().entries
    assert 0 < stored < 40
    if blow == signal.SIGINT:
        assert err.rstrip().endswith("KeyboardInterrupt")
        assert err.count("Traceback") <= 2, err  # ours, not the workers'
        assert parts(tmp_path) == []
    assert finish(script(workers=1))[:2] == [40 - stored, stored]


def test_ctrl_c_is_held_back_from_workers_from_their_first_moment(script, tmp_path):
    finish(script(workers=2))
    assert {path.read_text() for path in tmp_path.glob("*.embeds")} == {"SIGINT"}  # else they die with tracebacks


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_ctrl_c_within_the_first_chunks_says_no_more_than_later(script, tmp_path):
    run = script(workers=2, sleep_s=30.0)
    wait_until_embedding(tmp_path, workers=2)  # two chunks taken: there is room for more, which wait
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=20)
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert err.count("Traceback") == 1, err  # ours, not that of a thread of the pool
    assert "Warning" not in err, err  # nothing left for others to clean up
    assert wait_until_gone(run.pid) == []


def test_a_killed_worker_is_replaced(tmp_path, noise, opener, store):
    tracks, mark = noise(*[0.5] * 12), str(tmp_path / "killed once")

    def embed(audio):
        if not os.path.exists(mark):
            Path(mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return audio[:, :100].reshape(1, -1, 2)

    found = extract(tracks, opener(embed), store, workers=2)
    assert found.computed + found.found == 12
    assert store.missing(found.keys.values()) == []


def test_workers_that_are_killed_again_are_an_error(noise, opener, store):
    def embed(audio):
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(EarmarkError, match=r"killed twice while they embedded 4 tracks with 'local'.*fewer --workers"):
        extract(noise(*[0.5] * 4), opener(embed), store, workers=2)
