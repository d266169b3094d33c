"""Stopped at any moment, a training goes on to the same last bit."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from earmark import EarmarkError
from earmark.protocol import Recordings
from earmark.train import loop, read_checkpoint, train
from earmark.train.begin import TrainingWarning
from earmark.train.loop import Standing
from earmark.trainer import TrainerInfo

TOY = Path(__file__).parent / "toy.py"
RENAMES = {"new": 3, "within-epoch": 5, "better": 9}
"""Counted from the start, with a save after each of four steps: between the first weights and their description;
within the first epoch; between the better weights of its end and their description."""


class StopError(BaseException):
    """Stands for Ctrl-C, which pytest would take for its own."""


def stop_after(reports: int) -> Callable[[Standing], None]:
    told = iter(range(reports))

    def report(standing: Standing) -> None:
        if next(told, None) is None:
            raise StopError

    return report


@pytest.fixture
def again(toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path: Path) -> Callable[..., object]:
    """Train the toy at the same place, with whatever is different this time."""
    return lambda **known: train(toy, tones, **({"out": tmp_path / "t", "cache": cache, "workers": 1} | known))


@pytest.mark.parametrize("reports", [2, 14, 15], ids=["in-the-first-epoch", "before-a-switch", "after-a-switch"])
@pytest.mark.parametrize("save_every_s", [0.0, 60.0], ids=["saved-each-step", "saved-each-epoch"])
def test_an_interrupted_training_ends_in_the_same_bits(
    again: Callable[..., object], whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    reports: int, save_every_s: float,
) -> None:  # fmt: skip
    monkeypatch.setattr(loop, "SAVE_EVERY_S", save_every_s)
    with pytest.raises(StopError):
        again(report=stop_after(reports))
    again(resume=True)
    assert (tmp_path / "t.safetensors").read_bytes() == whole.read_bytes()
    assert read_checkpoint(tmp_path / "t").curve == read_checkpoint(whole).curve


def test_a_training_interrupted_at_every_step_ends_in_the_same_bits(
    again: Callable[..., object], whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "SAVE_EVERY_S", 0.0)
    for _ in range(100):
        try:
            again(resume=True, report=stop_after(2))
            break
        except StopError:
            continue
    assert (tmp_path / "t.safetensors").read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("renames", RENAMES.values(), ids=RENAMES)
def test_a_killed_training_ends_in_the_same_bits(
    again: Callable[..., object], whole: Path, tones: Recordings, cache: Path, tmp_path: Path, renames: int
) -> None:
    words = [sys.executable, str(TOY), str(tones.path), str(tmp_path / "t"), str(cache), str(renames)]
    killed = subprocess.run(words, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    again(resume=True)
    assert (tmp_path / "t.safetensors").read_bytes() == whole.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t.json", "t.png", "t.safetensors"]


def test_two_trainings_of_one_seed_end_in_the_same_bits(again: Callable[..., object], whole: Path, tmp_path: Path):
    torch.manual_seed(5)  # whatever was drawn before
    again()
    assert (tmp_path / "t.safetensors").read_bytes() == whole.read_bytes()


def test_another_seed_ends_in_other_weights(again: Callable[..., object], whole: Path, tmp_path: Path):
    again(seed=1)
    assert (tmp_path / "t.safetensors").read_bytes() != whole.read_bytes()


def test_a_finished_training_is_left_as_it_is(again: Callable[..., object], tmp_path: Path):
    finished = again()
    before = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert again(resume=True) == finished
    assert {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == before


def test_without_resume_a_checkpoint_is_not_overwritten(again: Callable[..., object]):
    again(epochs=0)
    with pytest.raises(EarmarkError, match="exists: go on with it by --resume"):
        again(epochs=0)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"seed": 3}, "seed: 0, not 3"),
        ({"epochs": 3}, "recipe phases"),
        ({"targets": ["genre"]}, "targets instrument: .*, not None"),
    ],
    ids=["seed", "recipe", "targets"],
)
def test_another_training_cannot_be_resumed(again: Callable[..., object], other: dict[str, object], reason: str):
    with pytest.raises(StopError):
        again(report=stop_after(5))
    with pytest.raises(EarmarkError, match=reason):
        again(resume=True, **other)


def test_other_data_cannot_be_resumed(
    again: Callable[..., object], toy: TrainerInfo, toy_module, cache: Path, tmp_path: Path
):
    with pytest.raises(StopError):
        again(report=stop_after(5))
    (tmp_path / "other").mkdir()
    other = toy_module.recordings(toy_module.write_world(tmp_path / "other", rows=24))
    with pytest.raises(EarmarkError, match=r"data .*fingerprint"):
        train(toy, other, out=tmp_path / "t", cache=cache, workers=1, resume=True)


def test_as_many_threads_go_on_as_began(again: Callable[..., object], whole: Path, tmp_path: Path):
    with pytest.raises(StopError):
        again(report=stop_after(5))
    with pytest.warns(TrainingWarning, match="1 threads compute, as when the training began, not 2"):
        again(resume=True, workers=2)
    assert (tmp_path / "t.safetensors").read_bytes() == whole.read_bytes()


def test_a_training_goes_on_where_it_began(again: Callable[..., object]):
    with pytest.raises(StopError):
        again(report=stop_after(5))
    with pytest.raises(EarmarkError, match="began on 'cpu' and goes on there"):
        again(resume=True, device="cuda")


def test_a_damaged_state_is_refused_with_its_name(again: Callable[..., object], tmp_path: Path):
    with pytest.raises(StopError):
        again(report=stop_after(5))
    (tmp_path / "t.training").write_bytes(b"cut")
    with pytest.raises(EarmarkError, match=r"t\.training is no training that can be resumed"):
        again(resume=True)
