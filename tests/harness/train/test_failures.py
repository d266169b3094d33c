"""Whatever fails, the last good checkpoint stays, and a sentence says what to do."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark import EarmarkError
from earmark.errors import DatasetError
from earmark.protocol import Recordings
from earmark.train import read_checkpoint, train
from earmark.train import whole as whole_module
from earmark.trainer import Phase, TrainerInfo

ENOUGH = 12  # writes: a few epochs are on the disk by then


def full_after(writes: int) -> Callable[[Path, bytes], None]:
    """Return a way to write that fails half way through, as a full disk does, from some write on."""
    left, write = iter(range(writes)), whole_module._write_synced

    def try_to(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    return try_to


@pytest.mark.parametrize("writes", [ENOUGH, ENOUGH + 1, ENOUGH + 2])
def test_a_full_disk_leaves_the_last_checkpoint(
    toy: TrainerInfo, tones: Recordings, cache: Path, whole: Path, tmp_path: Path, monkeypatch, writes: int
):
    with monkeypatch.context() as patch:
        patch.setattr(whole_module, "_write_synced", full_after(writes))
        with pytest.raises(EarmarkError, match=r"No space left on device.*--resume"):
            train(toy, tones, out=tmp_path / "t", cache=cache, workers=1)
    assert read_checkpoint(tmp_path / "t").curve
    assert sorted(p.name for p in tmp_path.iterdir()) == ["t.json", "t.safetensors", "t.training"]
    train(toy, tones, out=tmp_path / "t", cache=cache, workers=1, resume=True)
    assert (tmp_path / "t.safetensors").read_bytes() == whole.read_bytes()


def test_a_loss_that_is_no_number_ends_the_training(
    toy_with: Callable[..., TrainerInfo], tones: Recordings, cache: Path, tmp_path: Path
):
    mad = toy_with(
        Phase(epochs=1, optimizer="adam", learning_rate=1e-3), Phase(epochs=2, optimizer="sgd", learning_rate=1e30)
    )
    with pytest.raises(
        EarmarkError, match=r"became (nan|inf) in epoch 2, step \d, at sgd's learning rate 1e\+30.*epoch 1"
    ):
        train(mad, tones, out=tmp_path / "t", cache=cache, workers=1)
    assert read_checkpoint(tmp_path / "t").best_epoch == 1


def test_one_unreadable_recording_is_skipped_and_named(toy: TrainerInfo, toy_module, cache: Path, tmp_path: Path):
    table = toy_module.write_world(tmp_path, rows=32)
    (tmp_path / "9.wav").write_bytes(b"no audio")
    on = toy_module.recordings(table)
    checkpoint = train(toy, on, out=tmp_path / "t", epochs=0, cache=cache, workers=1)
    assert [track for track, _ in checkpoint.plan.data.skipped] == ["t9"]
    assert checkpoint.plan.data.train == 15


def test_many_unreadable_recordings_are_an_error(toy: TrainerInfo, toy_module, cache: Path, tmp_path: Path):
    table = toy_module.write_world(tmp_path)
    for i in (0, 1):
        (tmp_path / f"{i}.wav").write_bytes(b"no audio")
    with pytest.raises(DatasetError, match="2 of 12 recordings cannot be read"):
        train(toy, toy_module.recordings(table), out=tmp_path / "t", cache=cache, workers=1)
