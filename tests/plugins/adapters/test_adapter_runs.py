"""A whole run through each adapter for files, vectors and programs: it scores as the same model does in Python."""

import functools
import sys
import textwrap
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from earmark import ModelInfo, Result, run
from earmark.audio import AudioFile
from earmark.dataset import Track
from earmark.errors import DatasetError
from earmark.extract import extract
from earmark.protocol import Recordings
from earmark.registry import open_model
from earmark.store import Store

RATE, DIM, WINDOW = 8000, 8, 2000
CARD = f"sample_rate = {RATE}\ndim = {DIM}\nwindow_s = {WINDOW / RATE}\n"
LOUDNESS = 0.05  # beside noise of 0.2: some are mistaken, so that equal scores mean something
PITCH_HZ = {"low": 200.0, "high": 1800.0}
SPLITS = ("train",) * 5 + ("valid",) * 2 + ("test",) * 3
EMBEDDING_TOLERANCE = 1e-5  # float32, in another order of sums
SCORE_TOLERANCE = 1e-4  # the promise of a result: four decimals


class Net(torch.nn.Module):
    """Loudness in eight bands of a tenth of a second, by fixed filters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv1d(1, DIM, 64, 8, bias=False)
        with torch.no_grad():
            self.conv.weight.copy_(torch.randn(DIM, 1, 64, generator=torch.Generator().manual_seed(0)))

    def forward(self, audio):
        return torch.nn.functional.avg_pool1d(self.conv(audio[:, None]).abs(), 100).transpose(1, 2)


class Eager:
    def __init__(self) -> None:
        self.net = Net()

    def embed(self, audio):
        return self.net(audio)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Recordings:
    """Twenty tones of a second whose pitch is the genre."""
    folder = tmp_path_factory.mktemp("tones")
    lines = ["id,path,group,split,genre"]
    for i in range(20):
        genre = ("low", "high")[i % 2]
        noise = np.random.default_rng(i).normal(0, 0.2, RATE)
        tone = LOUDNESS * np.sin(2 * np.pi * PITCH_HZ[genre] * np.arange(RATE) / RATE) + noise
        soundfile.write(folder / f"{i}.wav", tone.astype(np.float32), RATE)
        lines.append(f"album/{i},{i}.wav,g{i},{SPLITS[i // 2]},{genre}")
    (folder / "tracks.csv").write_text("\n".join(lines) + "\n")
    return Recordings(path=folder / "tracks.csv", targets={"genre": "genre"})


def eager() -> ModelInfo:
    return ModelInfo(name="eager", version="1", sample_rate=RATE, dim=DIM, window_s=WINDOW / RATE, load=Eager)


def torchscript(folder: Path, own: Recordings) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch.jit is old, and what people have
        torch.jit.script(Net()).save(folder / "m.pt")
    (folder / "m.toml").write_text(CARD)
    return f"torchscript:{folder}/m.pt"


def torch_export(folder: Path, own: Recordings) -> str:
    shapes = {"audio": {0: torch.export.Dim("batch")}}
    exported = torch.export.export(Net(), (torch.zeros(2, WINDOW),), dynamic_shapes=shapes)
    torch.export.save(exported, folder / "m.pt2")
    (folder / "m.toml").write_text(CARD)
    return f"torch-export:{folder}/m.pt2"


def onnx(folder: Path, own: Recordings) -> str:
    for needed in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(needed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        torch.onnx.export(Net(), (torch.zeros(1, WINDOW),), folder / "m.onnx", verbose=False)  # one row at a time
    (folder / "m.toml").write_text(CARD)
    return f"onnx:{folder}/m.onnx"


def audio_of(own: Recordings) -> dict[str, np.ndarray]:
    return {f"album/{i}": soundfile.read(own.path.parent / f"{i}.wav", dtype="float32")[0] for i in range(20)}


def frames_of(samples: np.ndarray) -> np.ndarray:
    windows = torch.from_numpy(samples).reshape(-1, WINDOW)
    return Net()(windows).detach().reshape(-1, DIM).numpy()


def embeddings(folder: Path, own: Recordings) -> str:
    (folder / "album").mkdir()
    for name, samples in audio_of(own).items():
        np.save(folder / f"{name}.npy", frames_of(samples))
    return f"embeddings:{folder}"


def command(folder: Path, own: Recordings) -> str:
    torch.save(Net().conv.weight.detach().numpy().tolist(), folder / "w.pt")
    code = f"""
        import csv, sys
        from pathlib import Path
        import numpy as np, soundfile, torch
        torch.set_num_threads(1)
        audio, embeddings = map(Path, sys.argv[1:])
        weight = torch.tensor(torch.load("w.pt"))
        for row in csv.DictReader((audio / "manifest.csv").open()):
            samples, rate = soundfile.read(audio / row["file"], dtype="float32")
            rows = torch.from_numpy(samples).reshape(-1, 1, {WINDOW})
            heard = torch.nn.functional.conv1d(rows, weight, stride=8).abs()
            frames = torch.nn.functional.avg_pool1d(heard, 100).transpose(1, 2).reshape(-1, {DIM})
            np.save(embeddings / Path(row["file"]).with_suffix(".npy"), frames.numpy())
    """
    (folder / "embed.py").write_text(textwrap.dedent(code))
    words = [sys.executable, "embed.py", "{audio}", "{embeddings}"]
    (folder / "own.toml").write_text(f"command = {words}\nsample_rate = {RATE}\ndim = {DIM}\n")
    return f"command:{folder}/own.toml"


DOORS = [torchscript, torch_export, onnx, embeddings, command]


@pytest.fixture(scope="module")
def expected(own: Recordings, tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(eager(), own, cache=tmp_path_factory.mktemp("cache"), workers=1)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_run_scores_as_the_same_model_in_python(own: Recordings, expected: Result, tmp_path: Path, door) -> None:
    (tmp_path / "model").mkdir()
    name = door(tmp_path / "model", own)
    result = run(name, own, cache=tmp_path / "cache", workers=1)
    np.testing.assert_allclose(result.to_pandas().value, expected.to_pandas().value, atol=SCORE_TOLERANCE)
    assert result.cost.embedded_tracks == 20
    assert str(tmp_path) not in result.model_dump_json()  # no path of this machine goes into a result
    assert run(name, own, cache=tmp_path / "cache", workers=1).cost.embedded_tracks == 0


@pytest.mark.parametrize("asked", [str, lambda name: open_model(name).info], ids=["name", "info"])
def test_workers_open_a_file_for_themselves(own: Recordings, tmp_path: Path, asked) -> None:
    tracks = [
        Track(id=f"{i}", group="", split="train", source=AudioFile(own.path.parent / f"{i}.wav"), labels={})
        for i in range(2)
    ]
    model = asked(torchscript(tmp_path, own))
    found = extract(tracks, functools.partial(open_model, model), Store(tmp_path / "store"), workers=2)
    for track in tracks:
        mean = frames_of(audio_of(own)[f"album/{track.id}"]).mean(0)
        np.testing.assert_allclose(found.read(track.id).mean, mean, atol=EMBEDDING_TOLERANCE)


def test_a_few_missing_vectors_are_skipped_and_many_stop_the_run(own: Recordings, tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    name = embeddings(tmp_path / "v", own)
    go = functools.partial(run, name, own, workers=1)
    (tmp_path / "v" / "album" / "7.npy").unlink()
    skipped = go(cache=tmp_path / "a").datasets[0].skipped
    assert "album/7: no embedding has this id" in str(skipped)
    (tmp_path / "v" / "album" / "8.npy").unlink()
    with pytest.raises(DatasetError, match=r"2 of 20 recordings(.|\n)*album/7: no emb(.|\n)*album/8: no emb"):
        go(cache=tmp_path / "b")
