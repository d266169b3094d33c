"""Where a run took place, how long its phases took, and how much memory."""

import os
import platform
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata

LIBRARIES = ("earmark", "torch", "numpy", "scipy", "scikit-learn", "mir_eval", "soundfile", "soxr", "midirenderer")
"""Those that can move a number."""
BY_MODEL = ("transformers", "onnxruntime")
"""Those that can where a model has imported them."""


def describe(device: str) -> dict[str, str]:
    """Versions and machine, without a word that names its owner."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(os.cpu_count()),
        "device": device,
        **{name: metadata.version(name) for name in (*LIBRARIES, *(n for n in BY_MODEL if n in sys.modules))},
    }


def peak_memory_bytes() -> int:
    """The most memory that this process or the largest of its finished children held at once."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Clock:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.phases_s: dict[str, float] = {}

    def copy(self) -> "Clock":
        """A clock that goes on from here by itself."""
        other = Clock()
        other.phases_s = dict(self.phases_s)
        return other

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time that the block takes to the phase."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.phases_s[name] = self.phases_s.get(name, 0.0) + time.perf_counter() - start
