"""A program run to its end, or to the end of our patience."""

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from earmark.errors import PluginError

LINES_SHOWN = 20
BYTES_SHOWN = 4000
RESULT_OF_SIGNAL = "was killed by signal {}"


def run_command(words: Sequence[str], *, timeout_s: float, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a program without a shell in a folder, and return the last lines of what it wrote to stdout and stderr.

    When it takes longer than `timeout_s`, or we are interrupted, it is killed with all that it started. Raises
    PluginError with its last lines when it cannot start, takes too long or ends with another status than 0.
    """
    with tempfile.TemporaryFile() as log:  # not a pipe, which a child that outlives it would hold open
        process = _started(words, folder, environment, log)
        try:
            status = process.wait(timeout_s)
        except subprocess.TimeoutExpired as error:
            _kill(process)
            raise _failed(words, f"took longer than {timeout_s:g} s and was killed; allow it more", log) from error
        finally:
            if process.returncode is None:
                _kill(process)
        if status:
            ended = f"ended with status {status}" if status > 0 else RESULT_OF_SIGNAL.format(_signal_name(-status))
            raise _failed(words, ended, log)
        return _tail(log)


def _started(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(  # noqa: S603 - running what the user named is what this is for
            list(words), cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise PluginError(f"The command {words[0]!r} cannot be started: {error.strerror} ({folder}).") from error


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program with its children: it leads a group of its own where there are groups."""
    kill_group: Any = getattr(os, "killpg", None)
    if kill_group is None:
        process.kill()
    else:
        kill_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _failed(words: Sequence[str], what: str, log: IO[bytes]) -> PluginError:
    said = _tail(log)
    lines = f" Its last lines:\n{said}" if said else " It wrote nothing to stdout or stderr."
    return PluginError(f"The command {shlex.join(words)!r} {what}.{lines}")


def _tail(log: IO[bytes]) -> str:
    """The last lines of a log, each behind two spaces."""
    log.seek(max(0, log.seek(0, os.SEEK_END) - BYTES_SHOWN))
    lines = log.read().decode(errors="replace").splitlines()[-LINES_SHOWN:]
    return "\n".join(f"  {line}" for line in lines)
