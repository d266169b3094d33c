import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from earmark import Audio, Recorded
from earmark.errors import AudioError, PluginError
from earmark.extract import model_fingerprint
from earmark.registry import find_model, open_model

RATE = 8000
DIM = 3
EMBED = """
    import csv, sys
    from pathlib import Path
    import numpy as np, soundfile
    audio, embeddings = map(Path, sys.argv[1:3])
    for row in csv.DictReader((audio / "manifest.csv").open(encoding="utf-8")):
        samples, rate = soundfile.read(audio / row["file"], dtype="float32")
        np.save(embeddings / Path(row["file"]).with_suffix(".npy").name, [rate, len(samples), samples[1]])
"""
GONE_AFTER_S = 10.0  # how long a killed process may take to disappear on a busy machine


def recorded(name: str, loudness: float = 0.1) -> Recorded:
    return Recorded(id=name, load=lambda: Audio(samples=np.full(100, loudness, np.float32), rate=RATE))


def command(folder: Path, code: str = EMBED, **more: object) -> str:
    """Write a program and its card."""
    (folder / "embed.py").write_text(textwrap.dedent(code))
    words = [sys.executable, "embed.py", "{audio}", "{embeddings}"]
    lines = [f"command = {words}", f"sample_rate = {RATE}", f"dim = {DIM}", *(f"{k} = {v}" for k, v in more.items())]
    (folder / "own.toml").write_text("\n".join(lines) + "\n")
    return f"command:{folder / 'own.toml'}"


def answers(name: str, *tracks: Recorded) -> dict[str, np.ndarray | str]:
    return dict(open_model(name).model.embed_tracks(tracks))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    return tmp_path / "scratch"


def test_a_program_gets_audio_and_gives_embeddings(tmp_path: Path, scratch: Path) -> None:
    found = answers(command(tmp_path), recorded("a"), recorded("b", 0.3))
    np.testing.assert_array_equal(found["a"], np.array([RATE, 100, 0.1], np.float32))  # not a digit is lost
    np.testing.assert_array_equal(found["b"], np.array([RATE, 100, 0.3], np.float32))
    assert not list(scratch.iterdir())


def test_one_line_says_as_much_as_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path)
    monkeypatch.chdir(tmp_path)
    name = f"command:{sys.executable} embed.py {{audio}} {{embeddings}}?dim=3&sample_rate=8000&timeout=60&version=2"
    assert answers(name, recorded("a"))["a"].tolist() == [RATE, 100, np.float32(0.1)]
    info, _ = find_model(name)
    assert (info.name, info.version, info.dim, info.sample_rate) == ("command:embed", "2", DIM, RATE)


@pytest.mark.parametrize("name", ["a/b", "../up", ".hidden", "ä ö", "a%20b", "x" * 300, "con:*?", "A,\"b'"])
def test_any_id_comes_through(tmp_path: Path, name: str) -> None:
    found = answers(command(tmp_path), recorded(name), recorded(name.swapcase() + "!"))
    assert all(isinstance(vectors, np.ndarray) for vectors in found.values())


def test_ids_that_differ_in_capitals_keep_apart(tmp_path: Path) -> None:
    found = answers(command(tmp_path), recorded("Song", 0.1), recorded("song", 0.2))
    assert (found["Song"][2], found["song"][2]) == (np.float32(0.1), np.float32(0.2))


def test_the_ids_of_the_manifest_may_name_the_answers(tmp_path: Path) -> None:
    code = "import sys, numpy as np\nnp.savez(sys.argv[2] + '/all.npz', **{'a/b': np.ones(3), 'c d': np.zeros((2, 3))})"
    found = answers(command(tmp_path, code), recorded("a/b"), recorded("c d"))
    assert (found["a/b"].shape, found["c d"].shape) == ((3,), (2, 3))


def test_a_failing_program_tells_its_status_and_last_lines(tmp_path: Path, scratch: Path) -> None:
    code = "import sys\nprint('loading')\nprint('no such GPU', file=sys.stderr)\nsys.exit(3)"
    with pytest.raises(PluginError, match=r"embed\.py.* ended with status 3\. Its last lines:\n(.*\n)*  no such GPU"):
        answers(command(tmp_path, code), recorded("a"))
    assert not list(scratch.iterdir())


def test_a_killed_program_tells_the_signal(tmp_path: Path) -> None:
    code = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(PluginError, match="was killed by signal SIGKILL"):
        answers(command(tmp_path, code), recorded("a"))


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def is_gone_soon(pid: int) -> bool:
    until = time.monotonic() + GONE_AFTER_S
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_alive(pid)


SLEEPS = """
    import subprocess, sys, time
    from pathlib import Path
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path("pid.part").write_text(str(child.pid))
    Path("pid.part").rename("pid")
    time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc")
def test_a_program_that_takes_too_long_is_killed_with_its_children(tmp_path: Path, scratch: Path) -> None:
    with pytest.raises(PluginError, match="took longer than"):
        answers(command(tmp_path, SLEEPS, timeout_s=1.5), recorded("a"))
    assert is_gone_soon(int((tmp_path / "pid").read_text()))
    assert not list(scratch.iterdir())


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes through /proc")
def test_ctrl_c_kills_the_program_with_its_children(tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    name = command(tmp_path, SLEEPS)
    code = f"""
        import numpy as np
        from earmark import Audio, Recorded
        from earmark.registry import open_model
        track = Recorded(id="a", load=lambda: Audio(samples=np.ones(9, np.float32), rate={RATE}))
        list(open_model({name!r}).model.embed_tracks([track]))
    """
    environment = os.environ | {"TMPDIR": str(tmp_path / "scratch")}
    ours = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], env=environment, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (tmp_path / "pid").exists() and time.monotonic() < until:
        time.sleep(0.02)
    ours.send_signal(signal.SIGINT)
    assert ours.wait(60) != 0
    assert is_gone_soon(int((tmp_path / "pid").read_text()))
    assert not list((tmp_path / "scratch").iterdir())


def test_a_track_without_an_answer_is_named(tmp_path: Path) -> None:
    code = "import sys, numpy as np\nnp.save(sys.argv[2] + '/a.npy', np.ones(3))"
    assert answers(command(tmp_path, code), recorded("a"), recorded("b"))["b"].startswith("b: the command wrote no")


def test_an_answer_that_nobody_asked_for_is_named(tmp_path: Path) -> None:
    code = "import sys, numpy as np\n[np.save(f'{sys.argv[2]}/{n}.npy', np.ones(3)) for n in ('a', 'zz')]"
    with pytest.raises(PluginError, match="for 'zz', for which it was not asked; it was for 'a'"):
        answers(command(tmp_path, code), recorded("a"))


def test_no_answer_at_all_is_an_error_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"wrote no embeddings\. Its last lines:\n  nothing to do"):
        answers(command(tmp_path, "print('nothing to do')"), recorded("a"))


def test_answers_of_another_dimension_are_refused(tmp_path: Path) -> None:
    code = "import sys, numpy as np\nnp.save(sys.argv[2] + '/a.npy', np.ones(4))"
    with pytest.raises(PluginError, match=r"a\.npy has dim 4, not 3"):
        answers(command(tmp_path, code), recorded("a"))


def test_a_recording_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    def fail() -> Audio:
        raise AudioError("b.mp3: is no audio")

    found = answers(command(tmp_path), recorded("a"), Recorded(id="b", load=fail))
    assert found["b"] == "b.mp3: is no audio"
    assert isinstance(found["a"], np.ndarray)
    assert answers(command(tmp_path), Recorded(id="b", load=fail)) == {"b": "b.mp3: is no audio"}


def test_no_shell_reads_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PluginError, match="wrote no embeddings"):
        answers("command:echo {audio} {embeddings} $HOME;touch ran > out?dim=3&sample_rate=8000", recorded("a"))
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out").exists()


def test_the_environment_of_the_card_is_added(tmp_path: Path) -> None:
    code = "import os, sys, numpy as np\nnp.save(sys.argv[2] + '/a.npy', np.full(3, float(os.environ['SIZE'])))"
    found = answers(command(tmp_path, code, environment='{ SIZE = "7" }'), recorded("a"))
    assert found["a"].tolist() == [7, 7, 7]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("command:nosuch {audio} {embeddings}?dim=3&sample_rate=8000", "'nosuch' cannot be started: No such file"),
        ("command:cat {audio}?dim=3&sample_rate=8000", r"names no \{embeddings\}"),
        ("command:cat {audio} {embeddings}", "dim is missing(.|\n)*sample_rate = 16000|sample_rate is missing"),
        ("command:cat {audio} {embeddings}?dim=x&sample_rate=8000", "dim = 'x': expected a whole number"),
        ("command:cat '{audio} {embeddings}?dim=3", "cannot be parted into words"),
    ],
)
def test_what_cannot_be_meant_is_told(name: str, reason: str) -> None:
    with pytest.raises(PluginError, match=reason):
        answers(name, recorded("a"))


def test_a_missing_card_is_printed_to_paste(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r'\n\ncommand = \["python", "embed.py", "\{audio\}", "\{embeddings\}"\]\n'):
        open_model(f"command:{tmp_path / 'gone.toml'}")


def test_the_fingerprint_follows_the_program_and_not_our_patience(tmp_path: Path) -> None:
    before = model_fingerprint(open_model(command(tmp_path)))
    assert model_fingerprint(open_model(command(tmp_path, timeout_s=9))) == before
    assert model_fingerprint(open_model(command(tmp_path, EMBED + "    # changed"))) != before
    assert model_fingerprint(open_model(command(tmp_path, environment='{ A = "1" }'))) != before


def test_the_card_says_how_many_tracks_go_at_once(tmp_path: Path) -> None:
    assert open_model(command(tmp_path, tracks_at_once=5)).model.tracks_at_once == 5
