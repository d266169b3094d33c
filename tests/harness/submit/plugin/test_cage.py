"""What a command may not do: each limit, and that nothing of it is left."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.submit.plugin import cage
from earmark.submit.plugin.cage import PROC, Cage, Limits, Ran, network_can_be_cut

LINUX = pytest.mark.skipif(not PROC.is_dir(), reason="processes are watched by way of /proc")
LIMITS = Limits(time_s=60, memory_bytes=400_000_000, output_bytes=50_000, disk_bytes=20_000_000, processes=20)
DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open("pid", "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
while not os.path.exists("pid"):
    time.sleep(0.01)
"""


def caged(program: str, home: Path, limits: Limits = LIMITS) -> Ran:
    return Cage(folder=home, limits=limits).run([sys.executable, "-I", "-c", program])


def test_a_command_that_ends_well_is_heard(tmp_path: Path) -> None:
    ran = caged("import sys; print('one'); print('two', file=sys.stderr)", tmp_path)
    assert (ran.well, ran.code, ran.out, ran.err) == (True, 0, "one\n", "two\n")


def test_its_exit_status_is_told(tmp_path: Path) -> None:
    ran = caged("raise SystemExit(3)", tmp_path)
    assert (ran.well, ran.code, ran.stopped) == (False, 3, "")


def test_what_never_ends_is_stopped(tmp_path: Path) -> None:
    limits = Limits(time_s=0.5)
    assert caged("while True: pass", tmp_path, limits).stopped == "it took more than 0.5 s"


@LINUX
def test_memory_of_one_process_ends(tmp_path: Path) -> None:
    ran = caged("x = bytearray(2_000_000_000)", tmp_path)
    assert "MemoryError" in ran.err
    assert not ran.well


@LINUX
def test_memory_of_several_processes_is_added_up(tmp_path: Path) -> None:
    child = "x = bytearray(b'1') * 150_000_000; import time; time.sleep(60)"
    start = f"[subprocess.Popen([sys.executable, '-c', {child!r}]) for _ in 'abc']"
    program = f"import subprocess, sys; [process.wait() for process in {start}]"
    ran = caged(program, tmp_path)
    assert ran.stopped == "it took more than 0.4 GB of memory"
    assert ran.peak_bytes is not None
    assert ran.peak_bytes > LIMITS.memory_bytes


def test_what_shouts_is_stopped(tmp_path: Path) -> None:
    ran = caged("while True: print('x' * 10_000)", tmp_path)
    assert ran.stopped == "it said more than 0.05 MB"
    assert len(ran.out) == LIMITS.output_bytes


@LINUX
def test_what_multiplies_is_stopped(tmp_path: Path) -> None:
    program = "import os, time\nfor _ in range(100):\n    if os.fork() == 0: time.sleep(60)\ntime.sleep(60)"
    ran = caged(program, tmp_path, Limits(processes=20))  # of memory enough: what forks share counts for each
    assert ran.stopped == "it started more than 20 processes"


def test_a_file_has_its_limit(tmp_path: Path) -> None:
    ran = caged("open('big', 'wb').write(bytes(30_000_000))", tmp_path)
    assert not ran.well
    assert (tmp_path / "big").stat().st_size <= LIMITS.disk_bytes


def test_many_files_have_their_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage, "DISK_EVERY_S", 0.1)
    program = "import time\nfor i in range(6): open(str(i), 'wb').write(bytes(5_000_000))\ntime.sleep(60)"
    assert caged(program, tmp_path).stopped == "it wrote more than 0.02 GB"


def test_it_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hush")
    ran = caged("import os; print(*os.environ, os.environ['HOME'], os.getcwd())", tmp_path)
    assert "SECRET_TOKEN" not in ran.out
    assert ran.out.split()[-2:] == [str(tmp_path), str(tmp_path)]


@pytest.mark.skipif(not network_can_be_cut(), reason="no network namespaces here")
def test_it_has_no_network(tmp_path: Path) -> None:
    ran = caged("import socket; print(socket.if_nameindex()); socket.create_connection(('192.0.2.1', 9), 5)", tmp_path)
    assert ran.out.strip() == "[(1, 'lo')]"
    assert "unreachable" in ran.err


@LINUX
@pytest.mark.parametrize("cut", [True, False])
def test_a_daemon_does_not_outlive_it(cut: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not cut:
        monkeypatch.setattr(cage, "_apart", lambda: ())  # no namespace ends it
    assert caged(DAEMON, tmp_path).well
    assert _of(tmp_path) == []


def _of(home: Path) -> list[Path]:
    """The processes that have this home."""
    return [p for p in PROC.iterdir() if p.name.isdigit() and f"HOME={home}".encode() in _environment(p)]


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


@LINUX
def test_a_command_that_is_interrupted_is_ended_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(cage._Watch, "until_over", interrupted)
    with pytest.raises(KeyboardInterrupt):
        caged("import time; time.sleep(600)", tmp_path)
    assert _of(tmp_path) == []


KILLED = """
import sys
from pathlib import Path
from earmark.submit.plugin.cage import Cage, Limits
home = Path(sys.argv[1])
program = f"open({str(home / 'begun')!r}, 'w'); import time; time.sleep(600)"
Cage(folder=home, limits=Limits()).run([sys.executable, "-I", "-c", program])
"""


@pytest.mark.skipif(cage.WITH_US[0] not in cage._apart(), reason="nothing here ends a process with its parent")
def test_a_command_ends_with_whoever_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)])
    _until((tmp_path / "begun").exists)
    parent.kill()
    parent.wait()
    _until(lambda: not _of(tmp_path))


def _until(fact: Callable[[], object]) -> None:
    """Wait for what comes soon."""
    for _ in range(600):
        if fact():
            return
        time.sleep(0.05)
    pytest.fail("it did not come in 30 s")
