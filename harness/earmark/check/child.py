"""What the other process does: open the model afresh, answer once, and bear twenty minutes of audio."""

import os
import pickle
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch

from earmark.audio import Audio
from earmark.check import signals
from earmark.check.elsewhere import Answered, Borne, Elsewhere, ElsewhereError, Errand
from earmark.check.subject import Subject
from earmark.extract import model_fingerprint
from earmark.extract.embed import exact_arithmetic, freeze

LOOP_S = 10.0  # of music, again and again


def answer_parent() -> None:
    """Read an errand from standard input and write a message for each of its two parts to standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a plugin prints must not stand between our words
    errand: Errand = pickle.load(sys.stdin.buffer)  # noqa: S301 - our parent's bytes, not a file's
    try:
        subject = _opened(errand)
    except Exception as error:  # the plugin border: whatever a plugin raises is the plugin's
        _say(out, ElsewhereError(f"it does not open there: {type(error).__name__}: {error}"))
        return
    with exact_arithmetic():
        _say(out, _tried(lambda: _answer(subject, errand)))
        if errand.long_s:
            _say(out, _tried(lambda: _bear(subject, errand)))


def _say(out: BinaryIO, message: object) -> None:
    pickle.dump(message, out)
    out.flush()


def _tried(part: Callable[[], Any]) -> Any:
    try:
        return part()
    except Exception as error:  # the plugin border
        return ElsewhereError(f"{type(error).__name__}: {error}")


def _opened(errand: Errand) -> Subject:
    opened = freeze(errand.open_model(), errand.device)
    fingerprint = model_fingerprint(opened)
    return Subject(opened=opened, device=errand.device, elsewhere=Elsewhere(), fingerprint=fingerprint)


def _answer(subject: Subject, errand: Errand) -> Answered:
    return Answered(answer=dict(subject.embed(errand.clip)), fingerprint=subject.fingerprint)


def _bear(subject: Subject, errand: Errand) -> Borne:
    """Embed the long recording the way a run does; raises PluginError."""
    rate = subject.info.sample_rate
    loop = signals.music(LOOP_S, rate, seed=0)
    samples = np.resize(loop, round(errand.long_s * rate))
    before, start = peak_bytes(subject.device), time.perf_counter()
    subject.tracks(long=Audio(samples=samples, rate=rate))
    took_s = time.perf_counter() - start
    return Borne(took_s=took_s, memory_bytes=max(0, peak_bytes(subject.device) - before))


def peak_bytes(device: str) -> int:
    """The most memory that this process has held on the device so far."""
    if device.startswith("cuda"):
        return int(torch.cuda.max_memory_allocated(device))
    status = Path("/proc/self/status")  # on Linux getrusage counts the parent's peak too
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
