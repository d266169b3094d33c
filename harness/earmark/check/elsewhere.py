"""The same model in a process of its own: what it answers there, and how it bears twenty minutes of audio."""

import io
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from earmark.audio import Samples
from earmark.extract.pool import ONE_THREAD
from earmark.model import OpenedModel

PROGRAM = "from earmark.check.child import answer_parent; answer_parent()"

Opener = Callable[[], OpenedModel]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errand:
    """What the other process is asked to do."""

    open_model: Opener
    device: str
    clip: Samples
    long_s: float
    """Seconds of audio to bear; 0: not asked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """What the other process made of the clip."""

    answer: Mapping[str, Any]
    """By layer: [1, frames, dim]."""
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """What twenty minutes of audio cost."""

    took_s: float
    memory_bytes: int
    """How far the process's peak rose."""


class ElsewhereError(Exception):
    """The other process could not do what it was asked to."""


@dataclass(slots=True, eq=False)
class Elsewhere:
    """A process that works on an errand while this one goes on; close it when done."""

    process: "subprocess.Popen[bytes] | None" = None
    reader: threading.Thread | None = None
    _said: list[tuple[bytes, bytes]] = field(default_factory=list)
    _messages: list[Any] | None = None

    @classmethod
    def sent_on(cls, errand: Errand) -> "Elsewhere":
        """Start a fresh Python on the errand."""
        from joblib.externals.loky.backend.reduction import dumps  # noqa: PLC0415 - takes local classes too

        words = bytes(dumps(errand))
        process = subprocess.Popen(  # noqa: S603 - this Python, on our own words
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
        )
        sent = cls(process=process)
        sent.reader = threading.Thread(target=lambda: sent._said.append(process.communicate(words)), daemon=True)
        sent.reader.start()
        return sent

    def answered(self) -> Answered:
        """What it made of the clip; waits for it. Raises ElsewhereError."""
        found: Answered = self._message(0)
        return found

    def borne(self) -> Borne:
        """What twenty minutes cost there; waits for it. Raises ElsewhereError."""
        found: Borne = self._message(1)
        return found

    def _message(self, index: int) -> Any:
        if self.process is None or self.reader is None:
            raise ElsewhereError("there is no other process")
        if self._messages is None:
            self.reader.join()
            self._messages = _unpickled(self._said[0][0])
        if index >= len(self._messages):
            last = self._said[0][1].decode(errors="replace").strip().rpartition("\n")[2] or "was it out of memory?"
            raise ElsewhereError(f"the process ended with status {self.process.returncode}: {last}")
        if isinstance(message := self._messages[index], ElsewhereError):
            raise message
        return message

    def close(self) -> None:
        """End the process and wait for it."""
        if self.process is not None and self.reader is not None:
            with suppress(ProcessLookupError):
                self.process.kill()
            self.reader.join()


def _unpickled(said: bytes) -> list[Any]:
    stream, messages = io.BytesIO(said), []
    while stream.tell() < len(said):
        try:
            messages.append(pickle.load(stream))  # noqa: S301 - our child's bytes, not a file's
        except (EOFError, pickle.UnpicklingError):  # it ended in the middle of a word
            break
    return messages
