import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from earmark.errors import PluginError
from earmark.weights import load_weights

WEIGHTS = {"a.weight": torch.arange(6.0).reshape(2, 3), "a.bias": torch.tensor([1.0, -1.0], dtype=torch.float16)}


class Command:
    """What a hostile file is made of: unpickling it runs a command."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch '{self.file}'",)


def assert_same(found: dict[str, torch.Tensor]) -> None:
    assert found.keys() == WEIGHTS.keys()
    assert all(torch.equal(found[name], WEIGHTS[name]) and found[name].dtype == WEIGHTS[name].dtype for name in WEIGHTS)


def test_a_safetensors_file_gives_its_tensors(tmp_path: Path) -> None:
    save_file(WEIGHTS, tmp_path / "m.safetensors")
    assert_same(load_weights(tmp_path / "m.safetensors"))


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_a_torch_file_gives_its_tensors(tmp_path: Path, zipped: bool) -> None:
    torch.save(WEIGHTS, tmp_path / "m.pt", _use_new_zipfile_serialization=zipped)
    assert_same(load_weights(tmp_path / "m.pt"))


@pytest.mark.parametrize("key", ["state_dict", "model"])
def test_a_checkpoint_gives_its_state_dict(tmp_path: Path, key: str) -> None:
    torch.save({key: WEIGHTS, "epoch": 3, "loss": 0.5}, tmp_path / "m.ckpt")
    assert_same(load_weights(tmp_path / "m.ckpt"))


def test_a_pickle_that_needs_more_is_refused_with_the_reason(tmp_path: Path) -> None:
    torch.save({"state_dict": WEIGHTS, "hook": Command(tmp_path / "ran")}, tmp_path / "m.pt")
    with pytest.raises(PluginError, match=r"more than weights.*(posix|nt)\.system.*--trust-weights"):
        load_weights(tmp_path / "m.pt")
    assert not (tmp_path / "ran").exists()


def test_a_pickle_that_needs_more_is_read_with_trust(tmp_path: Path) -> None:
    torch.save({"state_dict": WEIGHTS, "hook": Command(tmp_path / "ran")}, tmp_path / "m.pt")
    assert_same(load_weights(tmp_path / "m.pt", trust={"weights"}))
    assert (tmp_path / "ran").exists()


def test_another_trust_does_not_open_the_door(tmp_path: Path) -> None:
    torch.save({"hook": Command(tmp_path / "ran")}, tmp_path / "m.pt")
    with pytest.raises(PluginError, match="--trust-weights"):
        load_weights(tmp_path / "m.pt", trust={"remote-code"})


def test_a_whole_module_is_refused_and_with_trust_gives_its_state_dict(tmp_path: Path) -> None:
    module = torch.nn.Linear(3, 2)
    torch.save(module, tmp_path / "m.pt")
    with pytest.raises(PluginError, match=r"Linear.*--trust-weights"):
        load_weights(tmp_path / "m.pt")
    found = load_weights(tmp_path / "m.pt", trust={"weights"})
    assert all(torch.equal(found[name], value) for name, value in module.state_dict().items())


def test_a_truncated_file_says_so(tmp_path: Path) -> None:
    save_file(WEIGHTS, tmp_path / "m.safetensors")
    torch.save(WEIGHTS, tmp_path / "m.pt")
    torch.save(WEIGHTS, tmp_path / "legacy.pt", _use_new_zipfile_serialization=False)
    for file in ("m.safetensors", "m.pt", "legacy.pt"):
        whole = (tmp_path / file).read_bytes()
        (tmp_path / file).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(PluginError, match="obtain it again"):
            load_weights(tmp_path / file)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"\x93NUMPY"], ids=["empty", "page", "numpy"])
@pytest.mark.parametrize("trust", [(), ("weights",)], ids=["safe", "trusted"])
def test_what_is_no_weight_file_says_so(tmp_path: Path, content: bytes, trust: tuple[str, ...]) -> None:
    (tmp_path / "m.pt").write_bytes(content)
    with pytest.raises(PluginError, match=r"m\.pt .*obtain it again"):
        load_weights(tmp_path / "m.pt", trust)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"no weight file .*gone\.pt"):
        load_weights(tmp_path / "gone.pt")


def test_several_sets_of_weights_are_refused_by_name(tmp_path: Path) -> None:
    torch.save({"encoder": WEIGHTS, "decoder": WEIGHTS}, tmp_path / "m.pt")
    with pytest.raises(PluginError, match=r"several sets of weights \(encoder, decoder\)"):
        load_weights(tmp_path / "m.pt")


def test_a_file_without_weights_says_what_it_holds(tmp_path: Path) -> None:
    torch.save({"epoch": 3}, tmp_path / "m.pt")
    with pytest.raises(PluginError, match="no weights by name, but epoch"):
        load_weights(tmp_path / "m.pt")
