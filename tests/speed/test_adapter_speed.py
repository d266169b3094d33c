"""What a model costs through its adapter and the harness, against the bare loop that its own documentation shows.

`extra_info` holds `ratio`: aim at 1.1 or less. Both sides get decoded audio, the same windows and the same batches, and
run on one thread in one process; the models are small but do what most of the time goes to in large ones.
"""

import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from earmark.audio import Audio
from earmark.extract.embed import Loaded, embed_audio, exact_arithmetic, freeze
from earmark.registry import open_model

WINDOW_S = 5
TRACKS = 4
WINDOWS = 4  # in a track
BATCH = 8
ROUNDS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One real file of an adapter's kind, and the way it is used without us."""

    model: str
    """What follows `--model`."""
    rate: int
    bare: Callable[[torch.Tensor], torch.Tensor]
    """Audio [batch, samples] to embeddings, as people write it."""


HEAR_MODULE = """
import torch

RATE, HOP = 16_000, 160


class Tagger(torch.nn.Module):
    sample_rate = RATE
    scene_embedding_size = timestamp_embedding_size = 256

    def __init__(self):
        super().__init__()
        self.front = torch.nn.Conv1d(1, 96, 512, stride=HOP, padding=256)
        sizes = [96, 256, 256, 256, 256]
        layers = [torch.nn.Conv1d(a, b, 5, padding=2) for a, b in zip(sizes, sizes[1:])]
        self.blocks = torch.nn.Sequential(*(part for layer in layers for part in (layer, torch.nn.ReLU())))

    def forward(self, audio):
        return self.blocks(self.front(audio[:, None]).square().add(1e-6).log())


def load_model(model_file_path=""):
    return Tagger()


def get_timestamp_embeddings(audio, model):
    embeddings = model(audio).transpose(1, 2)
    times = torch.arange(embeddings.shape[1]) * (1000.0 * HOP / RATE)
    return embeddings, times.expand(len(audio), -1)


def get_scene_embeddings(audio, model):
    return get_timestamp_embeddings(audio, model)[0].mean(1)
"""


def hear(folder: Path) -> Case:
    """A module with HEAR's interface."""
    from earmark_plugins.adapters.hear.module import import_module  # noqa: PLC0415 - each case asks for its own packages

    path = folder / "tagger.py"
    path.write_text(HEAR_MODULE)
    module = import_module(str(path))
    network = module.load_model().eval()
    bare = lambda audio: module.get_timestamp_embeddings(audio, network)[0]  # noqa: E731
    return Case(model=f"hear:{path}?window={WINDOW_S}", rate=16_000, bare=bare)


def hf(folder: Path) -> Case:
    """A HuBERT of four layers, every one of which is offered."""
    transformers = pytest.importorskip("transformers", reason="needs the extra hf: pip install earmark[hf]")
    size = {"hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 1024}
    torch.manual_seed(0)
    transformers.HubertModel(transformers.HubertConfig(**size, conv_dim=(128,) * 7)).save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(folder)
    network = transformers.AutoModel.from_pretrained(folder).eval()
    extractor = transformers.AutoFeatureExtractor.from_pretrained(folder)

    def bare(audio: torch.Tensor) -> torch.Tensor:
        given = extractor(list(audio.numpy()), sampling_rate=16_000, return_tensors="pt")
        return network(given["input_values"], output_hidden_states=True).hidden_states[-1]

    return Case(model=f"hf:{folder}?window={WINDOW_S}", rate=16_000, bare=bare)


def tagger() -> torch.nn.Module:
    """A front end and two wide convolutions, [batch, samples] to [batch, frames, 256]: 50 frames a second."""
    torch.manual_seed(0)

    class Tagger(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.front = torch.nn.Conv1d(1, 96, 512, stride=160, padding=256)
            self.blocks = torch.nn.Sequential(
                torch.nn.Conv1d(96, 512, 5, padding=2), torch.nn.ReLU(), torch.nn.Conv1d(512, 256, 5, 2, padding=2)
            )

        def forward(self, audio: torch.Tensor) -> torch.Tensor:
            return self.blocks(self.front(audio[:, None]).square().add(1e-6).log()).transpose(1, 2)

    return Tagger().eval().requires_grad_(False)


EXAMPLE = torch.zeros(2, WINDOW_S * 16_000)
ANY_BATCH = {"audio": {0: torch.export.Dim("batch")}}


def of_file(path: Path, bare: Callable[[torch.Tensor], torch.Tensor]) -> Case:
    """The case of a program in a file, which wants a card beside it."""
    path.with_suffix(".toml").write_text(f"sample_rate = 16000\ndim = 256\nwindow_s = {WINDOW_S}\n")
    return Case(model=str(path), rate=16_000, bare=bare)


def torchscript(folder: Path) -> Case:
    """A scripted module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch.jit is old, and what people have
        torch.jit.script(tagger()).save(folder / "m.pt")
        return of_file(folder / "m.pt", torch.jit.load(folder / "m.pt").eval())


def torch_export(folder: Path) -> Case:
    """An exported program with a dynamic batch."""
    torch.export.save(torch.export.export(tagger(), (EXAMPLE,), dynamic_shapes=ANY_BATCH), folder / "m.pt2")
    return of_file(folder / "m.pt2", torch.export.load(folder / "m.pt2").module())


def onnx(folder: Path) -> Case:
    """An ONNX file with a dynamic batch, on one thread."""
    ort = pytest.importorskip("onnxruntime", reason="needs the extra onnx: pip install earmark[onnx]")
    pytest.importorskip("onnxscript", reason="torch.onnx.export needs it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        torch.onnx.export(tagger(), (EXAMPLE,), folder / "m.onnx", dynamic_shapes=ANY_BATCH, verbose=False)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(folder / "m.onnx", options, providers=["CPUExecutionProvider"])
    return of_file(folder / "m.onnx", lambda audio: torch.from_numpy(session.run(None, {"audio": audio.numpy()})[0]))


CASES = {"hear": hear, "hf": hf, "torchscript": torchscript, "torch-export": torch_export, "onnx": onnx}
"""By adapter: what writes a model of that kind into a folder, and says how it is used without us. Add yours here."""


def tracks(rate: int) -> Iterator[Loaded]:
    for i in range(TRACKS):
        noise = np.random.default_rng(i).normal(0, 0.1, WINDOWS * WINDOW_S * rate)
        yield Loaded(str(i), str(i), Audio(samples=noise.astype(np.float32), rate=rate))


def bare_loop(case: Case, audio: list[Loaded]) -> None:
    windows = np.concatenate([track.audio.samples.reshape(WINDOWS, -1) for track in audio])
    with torch.inference_mode():
        for start in range(0, len(windows), BATCH):
            case.bare(torch.from_numpy(windows[start : start + BATCH])).numpy()


def seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


@pytest.mark.parametrize("adapter", CASES)
def test_extraction_through_an_adapter_against_the_bare_loop(benchmark, adapter, tmp_path):
    case = CASES[adapter](tmp_path)
    opened = freeze(open_model(case.model), "cpu")
    audio = list(tracks(case.rate))
    ours = partial(embed_audio, opened, audio, device="cpu", batch_size=BATCH)
    bare = partial(bare_loop, case, audio)
    with exact_arithmetic():
        ours(), bare()  # warm
        pairs = [(seconds(ours), seconds(bare)) for _ in range(ROUNDS)]
        benchmark.pedantic(ours, rounds=1)
    benchmark.extra_info.update(ratio=round(statistics.median(a / b for a, b in pairs), 3))
    benchmark.extra_info.update(
        audio_s_per_s=round(TRACKS * WINDOWS * WINDOW_S / statistics.median(a for a, _ in pairs))
    )
