import builtins
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch

from earmark.errors import PluginError
from earmark.extract import model_fingerprint
from earmark.extract.embed import freeze
from earmark.registry import open_model

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

CARD = "sample_rate = 8000\ndim = 4\nwindow_s = 0.1\n"
TOLERANCE = 1e-5  # float32: onnxruntime has convolutions of its own
HALF_TOLERANCE = 2e-2  # float16 has 11 bits


class Net(torch.nn.Module):
    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.conv = torch.nn.Conv1d(1, 4, 16, 8)
        with torch.no_grad():
            for part in self.parameters():
                part.copy_(torch.randn(part.shape, generator=torch.Generator().manual_seed(seed)))

    def forward(self, audio):
        mono = audio[:, None] if audio.ndim == 2 else audio
        return self.conv(mono).relu().transpose(1, 2)


def graph(
    weights: Net, batch, samples, outputs=("frames",), kind=onnx.TensorProto.FLOAT, channel=False
) -> onnx.ModelProto:
    """The same network by hand, from ONNX's own operators; `mean` is [batch, dim]."""
    helper, numpy_type = onnx.helper, onnx.helper.tensor_dtype_to_np_dtype(kind)
    shape = [batch, 1, samples] if channel else [batch, samples]
    nodes = [
        *([] if channel else [helper.make_node("Unsqueeze", ["audio", "one"], ["mono"])]),
        helper.make_node("Conv", ["audio" if channel else "mono", "weight", "bias"], ["c"], strides=[8]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("Transpose", ["r"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("ReduceMean", ["frames", "one"], ["mean"], keepdims=0),
    ]
    values = {"weight": weights.conv.weight, "bias": weights.conv.bias}
    tensors = [onnx.numpy_helper.from_array(v.detach().numpy().astype(numpy_type), n) for n, v in values.items()]
    one = helper.make_tensor("one", onnx.TensorProto.INT64, [1], [1])
    into = [helper.make_tensor_value_info("audio", kind, shape)]
    out = [helper.make_tensor_value_info(name, kind, None) for name in outputs]
    made = helper.make_graph(nodes, "net", into, out, [*tensors, one])
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def save(made: onnx.ModelProto, path: Path, card: str = CARD, **how) -> str:
    onnx.save(made, path, **how)
    path.with_suffix(".toml").write_text(card)
    return f"onnx:{path}"


def embed(name: str, audio: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return freeze(open_model(name), "cpu").model.embed(audio)


@pytest.fixture
def audio() -> torch.Tensor:
    return torch.randn(3, 800, generator=torch.Generator().manual_seed(1))


def test_a_file_that_torch_exported_embeds_as_the_eager_module(tmp_path: Path, audio: torch.Tensor) -> None:
    pytest.importorskip("onnxscript")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        shapes = {"audio": {0: torch.export.Dim("batch")}}
        torch.onnx.export(Net().eval(), (audio[:2],), tmp_path / "m.onnx", dynamic_shapes=shapes, verbose=False)
    (tmp_path / "m.toml").write_text(CARD)
    found = embed(str(tmp_path / "m.onnx"), audio)  # a bare path belongs to the adapter
    torch.testing.assert_close(found, Net()(audio), atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize(("batch", "channel"), [("batch", False), (1, False), (2, False), ("batch", True)])
def test_batches_and_channel_axes_of_every_kind_are_met(tmp_path: Path, audio: torch.Tensor, batch, channel) -> None:
    name = save(graph(Net(), batch, 800, channel=channel), tmp_path / "m.onnx")
    torch.testing.assert_close(embed(name, audio), Net()(audio), atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(embed(name, audio[:1]), Net()(audio[:1]), atol=TOLERANCE, rtol=0)


def test_whole_tracks_of_any_length_go_through_a_dynamic_graph(tmp_path: Path) -> None:
    name = save(graph(Net(), "batch", "samples"), tmp_path / "m.onnx", "sample_rate = 8000\ndim = 4\n")
    audio = torch.randn(1, 1234, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(embed(name, audio), Net()(audio), atol=TOLERANCE, rtol=0)


def test_half_precision_goes_in_and_out(tmp_path: Path, audio: torch.Tensor) -> None:
    name = save(graph(Net(), "batch", 800, kind=onnx.TensorProto.FLOAT16), tmp_path / "m.onnx")
    torch.testing.assert_close(embed(name, audio).float(), Net()(audio), atol=HALF_TOLERANCE, rtol=0)


def test_an_output_is_taken_by_name(tmp_path: Path, audio: torch.Tensor) -> None:
    made = graph(Net(), "batch", 800, ("frames", "mean"))
    found = embed(save(made, tmp_path / "m.onnx", CARD + 'output = "mean"\n'), audio)
    torch.testing.assert_close(found, Net()(audio).mean(1)[:, None], atol=TOLERANCE, rtol=0)


def test_layers_are_taken_by_name(tmp_path: Path, audio: torch.Tensor) -> None:
    card = CARD + "layers = { mean = 4, frames = 4 }\nlayer = 'mean'\n"
    found = embed(save(graph(Net(), "batch", 800, ("frames", "mean")), tmp_path / "m.onnx", card), audio)
    torch.testing.assert_close(found["frames"], Net()(audio), atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(found["mean"], Net()(audio).mean(1)[:, None], atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize(
    ("card", "reason"),
    [
        ("", "which of frames, mean is the embedding"),
        ('output = "means"\n', "output = 'means': the graph has the outputs frames, mean"),
        ("layers = { a = 4, b = 4, c = 4 }\n", "layers = a, b, c: the graph has the outputs frames, mean"),
        ('output = "mean"\ninput = "wave"\n', r"takes audio \['batch', 800\] tensor\(float\) \(the card says input"),
    ],
)
def test_names_that_the_graph_does_not_have_are_told(tmp_path: Path, card: str, reason: str) -> None:
    name = save(graph(Net(), "batch", 800, ("frames", "mean")), tmp_path / "m.onnx", CARD + card)
    with pytest.raises(PluginError, match=reason):
        open_model(name)


def test_a_window_of_another_length_is_refused(tmp_path: Path) -> None:
    name = save(graph(Net(), "batch", 801), tmp_path / "m.onnx")
    with pytest.raises(PluginError, match="exactly 801 samples, but the card cuts windows of 800"):
        open_model(name)


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(CARD)
    for content in (b"", b"<html>404</html>"):
        (tmp_path / "m.onnx").write_bytes(content)
        with pytest.raises(PluginError, match="cannot be opened by onnxruntime"):
            open_model(f"onnx:{tmp_path / 'm.onnx'}")


def test_without_onnxruntime_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = save(graph(Net(), "batch", 800), tmp_path / "m.onnx")
    real = builtins.__import__

    def without(module, *words, **more):
        if module == "onnxruntime":
            raise ImportError("No module named 'onnxruntime'")
        return real(module, *words, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PluginError, match=r'pip install "earmark\[onnx\]"'):
        open_model(name)


def test_the_fingerprint_follows_weights_in_a_file_beside(tmp_path: Path) -> None:
    beside = {"save_as_external_data": True, "location": "weights.bin", "size_threshold": 0}
    name = save(graph(Net(), "batch", 800), tmp_path / "m.onnx", **beside)
    before, program = model_fingerprint(open_model(name)), (tmp_path / "m.onnx").read_bytes()
    (tmp_path / "weights.bin").unlink()
    save(graph(Net(seed=1), "batch", 800), tmp_path / "m.onnx", **beside)
    assert (tmp_path / "m.onnx").read_bytes() == program
    assert model_fingerprint(open_model(name)) != before


def test_the_fingerprint_is_the_same_in_another_process(tmp_path: Path) -> None:
    name = save(graph(Net(), "batch", 800), tmp_path / "m.onnx")
    code = (
        "from earmark.registry import open_model\nfrom earmark.extract import model_fingerprint\n"
        f"print(model_fingerprint(open_model({name!r})))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == model_fingerprint(open_model(name))
