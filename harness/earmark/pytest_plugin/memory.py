"""How much memory a model adds to a process: measured in a fresh one, for this one has held who knows what."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from earmark.dataset import Track
from earmark.errors import PluginError
from earmark.extract.pool import ONE_THREAD
from earmark.model import OpenedModel

PROGRAM = "import sys; from earmark.pytest_plugin.memory import answer_parent; answer_parent(sys.argv[1])"
ERRAND, ANSWER = "errand.pickle", "answer.json"


def added_bytes(open_model: Callable[[], OpenedModel], device: str, tracks: Sequence[Track]) -> int:
    """How far the peak of a fresh process rises while it opens the model and embeds the recordings.

    On an accelerator its memory counts, elsewhere the process's. Raises PluginError with the process's last words.
    """
    from joblib.externals.loky.backend.reduction import dumps  # noqa: PLC0415 - takes local classes too

    with TemporaryDirectory() as folder:
        Path(folder, ERRAND).write_bytes(bytes(dumps((open_model, device, list(tracks)))))
        ended = subprocess.run(  # noqa: S603 - this Python, on our own words
            [sys.executable, "-c", PROGRAM, folder],
            env={**os.environ, **ONE_THREAD},
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            last = ended.stderr.strip().rpartition("\n")[2] or "was it out of memory?"
            raise PluginError(f"The process that measures memory ended with status {ended.returncode}: {last}")
        return int(json.loads(Path(folder, ANSWER).read_text())["added_bytes"])


def answer_parent(folder: str) -> None:
    """In the fresh process: do the errand and write how much it took."""
    from earmark.audio import resample  # noqa: PLC0415 - only the fresh process needs these
    from earmark.check.child import peak_bytes  # noqa: PLC0415
    from earmark.extract.embed import freeze  # noqa: PLC0415
    from earmark.pytest_plugin.extraction import Rehearsal  # noqa: PLC0415

    errand = pickle.loads(Path(folder, ERRAND).read_bytes())  # noqa: S301 - our parent's bytes, in its own folder
    open_model, device, tracks = errand
    resample(tracks[0].load(), 16_000)  # what the decoder and the resampler take is not the model's
    before = peak_bytes(device)
    rehearsal = Rehearsal.of(freeze(open_model(), device), device, tracks)
    rehearsal.embed(*rehearsal.into(Path(folder, "store")))
    added = max(0, peak_bytes(device) - before)
    Path(folder, ANSWER).write_text(json.dumps({"added_bytes": added}))
