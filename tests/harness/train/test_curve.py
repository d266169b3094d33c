"""The picture of a training."""

from pathlib import Path

import pytest

from earmark import EarmarkError
from earmark.train.curve import Epoch, draw_curve


def epoch(number: int, **known: object) -> Epoch:
    made = {"optimizer": "adam", "learning_rate": 1e-3, "train_loss": 1 / number, "valid_loss": 1.0}
    return Epoch(**{"number": number, "scores": {"genre": 0.5, "key": None}} | made | known)


def test_a_picture_names_targets_phases_and_the_best_epoch(tmp_path: Path):
    curve = [epoch(1), epoch(2), epoch(3, optimizer="sgd", learning_rate=0.01)]
    draw_curve("a title", curve, 2, tmp_path / "c.svg")
    comments = (tmp_path / "c.svg").read_text()  # matplotlib writes each text beside its outlines
    for text in ("a title", "adam 0.001", "sgd 0.01", "best epoch (2)", "genre", "mean over targets"):
        assert f"<!-- {text} -->" in comments


@pytest.mark.parametrize("epochs", [1, 200])
def test_any_number_of_epochs_is_drawn(tmp_path: Path, epochs: int):
    draw_curve("t", [epoch(n) for n in range(1, epochs + 1)], 1, tmp_path / "c.png")
    assert (tmp_path / "c.png").read_bytes()[:4] == b"\x89PNG"


def test_a_score_that_cannot_be_had_does_not_count():
    assert epoch(1, scores={"a": 0.2, "b": None, "c": 0.4}).score == pytest.approx(0.3)


def test_another_format_is_refused(tmp_path: Path):
    with pytest.raises(EarmarkError, match=r"not '\.jpg'"):
        draw_curve("t", [epoch(1)], 1, tmp_path / "c.jpg")
