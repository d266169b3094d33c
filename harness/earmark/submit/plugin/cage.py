"""A command of a stranger's code, run with limits of time, memory, output and disk, and where it can be no network."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO

from earmark.submit.plugin import launch

MARK = "EARMARK_REVIEW"
"""Names in its environment whatever a command started, also what left its process group."""
PASSED_ON = ("OMP_NUM_THREADS", "LD_LIBRARY_PATH")
"""Of this process's environment; nothing else is: no token, no proxy, no home."""
EVERY_S = 0.1
"""So often the processes are looked at."""
DISK_EVERY_S = 2.0
PROC = Path("/proc")
NAMESPACES = ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--")
"""No network but a loopback that is down, and processes that end with the first of them."""
WITH_US = ("setpriv", "--pdeathsig", "KILL")
"""So that the first of them ends with us, however we end."""
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a command may take."""

    time_s: float = 600.0
    memory_bytes: int = 8_000_000_000
    """Of all its processes together (resident, what they share counted for each, looked at ten times a second), and
    of each of them (its own data, at once). A check of a small model takes 0.7 GB in each of two processes, of which
    Python and torch are most."""
    output_bytes: int = 1_000_000
    """Of standard output and of standard error."""
    disk_bytes: int = 4_000_000_000
    """Below its folder, and of a single file anywhere."""
    processes: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a command."""

    code: int
    out: str
    err: str
    wall_s: float
    peak_bytes: int | None
    """Most memory that all its processes held; None where that cannot be told."""
    stopped: str = ""
    """Why it was stopped, in words; empty: it ended by itself."""

    @property
    def well(self) -> bool:
        """Whether it ended by itself and without an error."""
        return not self.stopped and self.code == 0


def network_can_be_cut() -> bool:
    """Whether this machine lets us start a command without a network."""
    return bool(_apart())


@lru_cache(maxsize=1)
def _apart() -> tuple[str, ...]:
    """What a command is started with to be apart; empty where this machine lets us not."""
    if not sys.platform.startswith("linux"):
        return ()
    return next((words for words in ((*WITH_US, *NAMESPACES), NAMESPACES) if _works(words)), ())


def _works(words: Sequence[str]) -> bool:
    if shutil.which(words[0]) is None:
        return False
    return subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0  # noqa: S603


@dataclass(frozen=True, slots=True, kw_only=True)
class Cage:
    """Where a stranger's commands run: a folder that is their home, and their limits."""

    folder: Path
    limits: Limits

    def run(self, command: Sequence[str | Path], *, ours: bool = False) -> Ran:
        """Run a command (its program by full path) to its end or its limit; whatever it started is killed then.

        One of `ours`, which runs no stranger's code, has a network and our environment.
        """
        mark = uuid.uuid4().hex
        prefix = () if ours else _apart()
        limits = (self.limits.memory_bytes, self.limits.disk_bytes)
        words = [*prefix, sys.executable, "-I", launch.__file__, *limits, *command]
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - the stranger's code is what is to be tried
            [*map(str, words)], cwd=self.folder, env={**(os.environ if ours else self._environment()), MARK: mark},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        watch = _Watch(process=process, mark=mark, cage=self)
        try:
            stopped = watch.until_over()
        finally:
            watch.kill()
        out, err = (heard.text() for heard in watch.heard)
        return Ran(
            code=process.wait(), out=out, err=err, wall_s=time.perf_counter() - start,
            peak_bytes=watch.peak_bytes, stopped=stopped,
        )  # fmt: skip

    def _environment(self) -> Mapping[str, str]:
        """A home of its own, and no word of ours."""
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        own = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return {
            **own,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
            "HOME": str(self.folder),
            "TMPDIR": str(temporary),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",  # what lies beside earmark must stay as it is
            "EARMARK_CACHE": str(self.folder / "cache"),
            "HF_HUB_OFFLINE": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INPUT": "1",
            "PIP_NO_CACHE_DIR": "1",
        }


@dataclass(slots=True, kw_only=True)
class _Heard:
    """What a command says, read as it comes; what is beyond the limit is counted and let go."""

    pipe: IO[bytes]
    most: int
    kept: bytearray = field(default_factory=bytearray)
    total: int = 0
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        with suppress(OSError, ValueError):
            while chunk := os.read(self.pipe.fileno(), 1 << 16):
                self.total += len(chunk)
                self.kept += chunk[: max(0, self.most - len(self.kept))]

    def close(self) -> None:
        """Hear the rest, once the command is over."""
        self.thread.join(timeout=5.0)
        self.pipe.close()

    def text(self) -> str:
        """What was kept of it."""
        return bytes(self.kept).decode("utf-8", errors="replace")


@dataclass(slots=True, kw_only=True)
class _Watch:
    """Looks after a command and all that it starts."""

    process: "subprocess.Popen[bytes]"
    mark: str
    cage: Cage
    heard: tuple[_Heard, _Heard] = field(init=False)
    peak_bytes: int | None = None

    def __post_init__(self) -> None:
        pipes = (self.process.stdout, self.process.stderr)
        most = self.cage.limits.output_bytes
        self.heard = tuple(_Heard(pipe=pipe, most=most) for pipe in pipes if pipe)  # type: ignore[assignment]

    def until_over(self) -> str:
        """Wait for the end; say why it must be stopped, or nothing when it ended by itself."""
        start = looked = time.perf_counter()
        while not self._ended():
            now = time.perf_counter()
            fault = self._fault(now - start) or (self._disk_fault() if now - looked > DISK_EVERY_S else "")
            looked = now if now - looked > DISK_EVERY_S else looked
            if fault:
                return fault
            time.sleep(EVERY_S)
        return ""

    def _ended(self) -> bool:
        """Whether the command is over; it stays a zombie, so that its number, and its group's, are not given away."""
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, flags) is not None

    def _fault(self, took_s: float) -> str:
        limits, alive = self.cage.limits, self.members()
        memory = sum(_resident(pid) for pid in alive)
        if PROC.is_dir():
            self.peak_bytes = max(self.peak_bytes or 0, memory)
        if took_s > limits.time_s:
            return f"it took more than {limits.time_s:g} s"
        if memory > limits.memory_bytes:
            return f"it took more than {limits.memory_bytes / 1e9:g} GB of memory"
        if len(alive) > limits.processes:
            return f"it started more than {limits.processes} processes"
        if any(heard.total > heard.most for heard in self.heard):
            return f"it said more than {limits.output_bytes / 1e6:g} MB"
        return ""

    def _disk_fault(self) -> str:
        most = self.cage.limits.disk_bytes
        return f"it wrote more than {most / 1e9:g} GB" if _disk_bytes(self.cage.folder) > most else ""

    def members(self) -> list[int]:
        """The processes of the command: those of its group, and those that carry its mark."""
        if not PROC.is_dir():
            return []
        mark = f"{MARK}={self.mark}".encode()
        pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if _group(pid) == self.process.pid or mark in _environment_of(pid)]

    def kill(self) -> None:
        """End the command and everything that it started."""
        for _ in range(20):  # what starts processes may start one more while it is looked for
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            alive = [pid for pid in self.members() if pid != self.process.pid]
            if not alive:
                break
            for pid in alive:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(EVERY_S / 10)
        self.process.wait()
        for heard in self.heard:
            heard.close()


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except (ProcessLookupError, PermissionError):
        return -1


def _environment_of(pid: int) -> bytes:
    try:
        return (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return b""  # gone, or another user's


def _resident(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _disk_bytes(folder: Path) -> int:
    total = 0
    for home, _, names in os.walk(folder, onerror=None):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(home, name)).st_blocks * 512
    return total
