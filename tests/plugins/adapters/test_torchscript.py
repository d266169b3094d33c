import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import torch

from earmark.errors import PluginError
from earmark.extract import model_fingerprint
from earmark.extract.embed import freeze
from earmark.extract.parameters import count_parameters
from earmark.registry import open_model

CARD = "sample_rate = 8000\ndim = 4\nwindow_s = 0.1\n"
TOLERANCE = 1e-6  # float32: the interpreter may order a sum otherwise than eager torch


class Net(torch.nn.Module):
    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.conv = torch.nn.Conv1d(1, 4, 16, 8)
        with torch.no_grad():
            for part in self.parameters():
                part.copy_(torch.randn(part.shape, generator=torch.Generator().manual_seed(seed)))
        self.dropout = torch.nn.Dropout(0.5)

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        return self.dropout(self.conv(audio[:, None])).relu().transpose(1, 2)


class Pooled(Net):
    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        return self.conv(audio[:, None]).mean(2)


class Layered(Net):
    def forward(self, audio: torch.Tensor) -> dict[str, torch.Tensor]:
        first = self.conv(audio[:, None]).transpose(1, 2)
        return {"first": first, "last": first.mean(1)[:, :2]}


class Twice(Net):
    def forward(self, audio: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        first = self.conv(audio[:, None]).transpose(1, 2)
        return first, first.mean(1)


class Channelled(Net):
    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        return self.conv(audio).transpose(1, 2)


def save(net: torch.nn.Module, path: Path, card: str = CARD) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch.jit is old, and what people have
        torch.jit.script(net).save(path)
    path.with_suffix(".toml").write_text(card)
    return f"torchscript:{path}"


def embed(name: str, audio: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return freeze(open_model(name), "cpu").model.embed(audio)


@pytest.fixture
def audio() -> torch.Tensor:
    return torch.randn(3, 800, generator=torch.Generator().manual_seed(1))


def test_a_scripted_module_embeds_as_the_eager_one(tmp_path: Path, audio: torch.Tensor) -> None:
    expected = Net().eval()(audio)
    torch.testing.assert_close(embed(save(Net(), tmp_path / "m.pt"), audio), expected, atol=TOLERANCE, rtol=0)


def test_a_traced_module_embeds_as_the_eager_one(tmp_path: Path, audio: torch.Tensor) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.trace(Net().eval(), audio[:1]).save(tmp_path / "m.pt")
    (tmp_path / "m.toml").write_text(CARD)
    found = embed(str(tmp_path / "m.pt"), audio)  # a bare path belongs to the adapter
    torch.testing.assert_close(found, Net().eval()(audio), atol=TOLERANCE, rtol=0)


def test_one_vector_a_row_is_one_frame(tmp_path: Path, audio: torch.Tensor) -> None:
    found = embed(save(Pooled(), tmp_path / "m.pt"), audio)
    torch.testing.assert_close(found, Pooled()(audio)[:, None], atol=TOLERANCE, rtol=0)


def test_layers_are_taken_by_name(tmp_path: Path, audio: torch.Tensor) -> None:
    card = CARD.replace("dim = 4", "dim = 2") + "layers = { first = 4, last = 2 }\n"
    name = save(Layered(), tmp_path / "m.pt", card)
    found, expected = embed(name, audio), Layered()(audio)
    assert list(found) == ["first", "last"]
    torch.testing.assert_close(found["first"], expected["first"], atol=TOLERANCE, rtol=0)
    torch.testing.assert_close(found["last"], expected["last"][:, None], atol=TOLERANCE, rtol=0)
    assert open_model(name).info.main_layer == "last"


def test_answers_without_names_are_layers_in_their_order(tmp_path: Path, audio: torch.Tensor) -> None:
    name = save(Twice(), tmp_path / "m.pt", CARD + "layers = { frames = 4, mean = 4 }\nlayer = 'frames'\n")
    found = embed(name, audio)
    torch.testing.assert_close(found["frames"], Twice()(audio)[0], atol=TOLERANCE, rtol=0)
    assert found["mean"].shape == (3, 1, 4)


def test_one_of_several_answers_is_taken_by_index(tmp_path: Path, audio: torch.Tensor) -> None:
    found = embed(save(Twice(), tmp_path / "m.pt", CARD + 'output = "1"\n'), audio)
    torch.testing.assert_close(found, Twice()(audio)[1][:, None], atol=TOLERANCE, rtol=0)


def test_several_answers_want_a_choice(tmp_path: Path, audio: torch.Tensor) -> None:
    with pytest.raises(PluginError, match=r"answers with 0 \[3, 99, 4\], 1 \[3, 4\].*output ="):
        embed(save(Twice(), tmp_path / "m.pt"), audio)


def test_a_program_with_a_channel_axis_gets_one(tmp_path: Path, audio: torch.Tensor) -> None:
    found = embed(save(Channelled(), tmp_path / "m.pt", CARD + "channel_axis = true\n"), audio)
    torch.testing.assert_close(found, Net().eval().conv(audio[:, None]).transpose(1, 2), atol=TOLERANCE, rtol=0)


@pytest.mark.parametrize("rows", [1, 2, 4])
def test_a_fixed_batch_is_filled_up_and_cut(tmp_path: Path, audio: torch.Tensor, rows: int) -> None:
    found = embed(save(Net(), tmp_path / "m.pt", CARD + f"batch_size = {rows}\n"), audio)
    torch.testing.assert_close(found, Net().eval()(audio), atol=TOLERANCE, rtol=0)


def test_what_the_card_says_stands_in_the_info(tmp_path: Path) -> None:
    card = CARD + 'name = "net"\nversion = "2"\nlicense = "MIT"\nsource = "here"\ntraining_data = ["etudes"]\n'
    info = open_model(save(Net(), tmp_path / "m.pt", card + "hop_s = 0.05\n")).info
    assert (info.name, info.version, info.license, info.source) == ("torchscript:net", "2", "MIT", "here")
    assert (info.sample_rate, info.dim, info.window_s, info.hop_s) == (8000, 4, 0.1, 0.05)
    assert info.training_data == ("etudes",)


def test_all_problems_of_a_card_are_told_at_once(tmp_path: Path) -> None:
    name = save(Net(), tmp_path / "m.pt", 'sample_rates = 8000\nhop_s = -1\ndim = "4"\n')
    with pytest.raises(PluginError) as told:
        open_model(name)
    for problem in ("Did you mean 'sample_rate'", "hop_s = -1", "dim = '4'", "sample_rate is missing", "hop_s without"):
        assert problem in str(told.value)


def test_a_missing_card_is_printed_to_paste(tmp_path: Path) -> None:
    name = save(Net(), tmp_path / "m.pt")
    (tmp_path / "m.toml").unlink()
    with pytest.raises(PluginError, match=r"m\.toml.*\n\nsample_rate = 16000\ndim = 512\n# ") as told:
        open_model(name)
    (tmp_path / "m.toml").write_text(str(told.value).partition("\n\n")[2].replace("512", "4"))
    assert open_model(name).info.sample_rate == 16_000


def test_a_missing_file_and_one_of_another_kind_are_told(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"no file .*gone\.pt"):
        open_model(f"torchscript:{tmp_path / 'gone.pt'}")
    (tmp_path / "m.toml").write_text(CARD)
    for content in (b"", b"<html>404</html>"):
        (tmp_path / "m.pt").write_bytes(content)
        with pytest.raises(PluginError, match="no TorchScript file"):
            open_model(f"torchscript:{tmp_path / 'm.pt'}")
    torch.save(Net().state_dict(), tmp_path / "m.pt")
    with pytest.raises(PluginError, match="no TorchScript file"):
        open_model(f"torchscript:{tmp_path / 'm.pt'}")


def test_the_fingerprint_follows_the_file_and_not_its_place(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one, moved = (save(Net(), tmp_path / folder / "m.pt") for folder in (".", "b"))
    (tmp_path / "b" / "m.pt").write_bytes((tmp_path / "m.pt").read_bytes())
    assert model_fingerprint(open_model(one)) == model_fingerprint(open_model(moved))
    save(Net(seed=1), tmp_path / "m.pt")
    assert model_fingerprint(open_model(one)) != model_fingerprint(open_model(moved))


def test_the_fingerprint_is_the_same_in_another_process(tmp_path: Path) -> None:
    name = save(Net(), tmp_path / "m.pt")
    code = (
        "from earmark.registry import open_model\nfrom earmark.extract import model_fingerprint\n"
        f"print(model_fingerprint(open_model({name!r})))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == model_fingerprint(open_model(name))


def test_its_parameters_are_counted(tmp_path: Path) -> None:
    assert count_parameters(open_model(save(Net(), tmp_path / "m.pt")).model) == 4 * 16 + 4
