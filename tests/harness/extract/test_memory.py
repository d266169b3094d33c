"""Memory does not grow with the number of tracks, and of a long track only a batch is in the model."""

import subprocess
import sys

import numpy as np

from earmark.extract import extract

GROWTH_MIB = 8.0  # bookkeeping of 180 more tracks, and the allocator's whims; their samples alone are 340 MiB

SCRIPT = """
import resource, sys
from pathlib import Path
import soundfile, numpy as np
from earmark.audio import AudioFile
from earmark.dataset import Track
from earmark.extract import extract
from earmark.model import ModelInfo, OpenedModel
from earmark.store import Store

class Model:
    def embed(self, audio):
        return audio[:, :100].reshape(len(audio), -1, 2)

def open_model():
    info = ModelInfo(name="m", version="1", sample_rate=50_000, dim=2, window_s=1.0, load=Model)
    return OpenedModel(info=info, model=Model())

folder = Path(sys.argv[1])
def tracks(first, count):
    for i in range(first, first + count):
        path = folder / f"{i}.flac"
        soundfile.write(path, np.full(500_000, i / 1000, np.float32), 50_000)
        yield Track(id=str(i), group=str(i), split="train", source=AudioFile(path), labels={})
def peak_mib(some):
    extract(list(some), open_model, Store(folder / "cache"), workers=1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
few = peak_mib(tracks(0, 20))
print(peak_mib(tracks(20, 200)) - few)
"""


def test_ten_times_the_tracks_take_no_more_memory(tmp_path):
    run = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True)
    assert float(run.stdout) < GROWTH_MIB


def test_a_long_track_reaches_a_windowed_model_in_batches(record, opener, store):
    seen = []
    embed = opener(lambda a: seen.append(a.numel()) or a[:, :100].reshape(len(a), -1, 2), window_s=1.0)
    found = extract([record("long", np.zeros(20 * 60 * 1_000))], embed, store, workers=1, batch_size=8)
    assert found.read("long").frames.shape == (2_400, 2)
    assert (max(seen), len(seen)) == (8_000, 150)
