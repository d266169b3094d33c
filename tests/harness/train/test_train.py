"""What a training comes to: a network that has learned, chosen by validation, beside an honest description."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from sklearn.metrics import accuracy_score, log_loss

from earmark import EarmarkError
from earmark.errors import UnknownName
from earmark.protocol import Recordings
from earmark.train import loop, read_checkpoint, train
from earmark.train.chance import WEIGHTS, drawn_from
from earmark.train.loop import Standing, enter_phase
from earmark.train.state import State
from earmark.trainer import Phase, TrainerInfo

LOSS_TOLERANCE = 1e-3  # recordings are kept in 16 bits
CHUNKS, WINDOW = 3, 1000  # of the toy


def adam(epochs: int, rate: float = 1e-2) -> Phase:
    return Phase(epochs=epochs, optimizer="adam", learning_rate=rate)


@pytest.fixture
def learned(toy_with: Callable[..., TrainerInfo], tones: Recordings, cache: Path, tmp_path: Path) -> Path:
    """The toy, trained on the genre alone until it knows it."""
    train(toy_with(adam(20)), tones, out=tmp_path / "t", targets=["genre"], cache=cache, workers=1)
    return tmp_path / "t.safetensors"


def test_any_architecture_learns_by_the_same_loop(learned: Path):
    assert read_checkpoint(learned).best.scores == {"genre": 1.0}  # two pitches two octaves apart


def test_loss_and_score_are_those_that_scikit_learn_finds_for_the_weights(
    learned: Path, toy: TrainerInfo, tones: Recordings
):
    """Three evenly spaced chunks of each validation clip: the mean of their losses, the best of their mean."""
    network = toy.build("tiny", 2)
    network.load_state_dict(load_file(learned))
    tracks = [t for t in tones.read(0).tracks if t.split == "valid"]
    waves = [t.load().samples for t in tracks]
    step = (len(waves[0]) - WINDOW) // CHUNKS
    chunks = np.stack([[w[i * step : i * step + WINDOW] for i in range(CHUNKS)] for w in waves])
    with torch.no_grad():
        logits = network.eval()(torch.from_numpy(chunks.reshape(-1, WINDOW)))
    probabilities = logits.double().softmax(1).numpy()
    genres = [t.labels["genre"] for t in tracks]
    best = read_checkpoint(learned).best
    loss = log_loss(np.repeat(genres, CHUNKS), probabilities, labels=["high", "low"])
    estimated = probabilities.reshape(len(tracks), CHUNKS, 2).mean(1).argmax(1)
    assert best.valid_loss == pytest.approx(loss, abs=LOSS_TOLERANCE)
    assert best.score == accuracy_score(genres, np.array(["high", "low"])[estimated])


def test_the_best_epoch_has_the_lowest_validation_loss(whole: Path):
    checkpoint = read_checkpoint(whole)
    assert checkpoint.best_epoch == 1 + int(np.argmin([epoch.valid_loss for epoch in checkpoint.curve]))
    assert checkpoint.finished


def test_a_phase_begins_with_the_best_weights(toy: TrainerInfo):
    """Not with the last ones, as where `self.load = path` stands in place of a call."""
    best, last = toy.build("tiny", 2), toy.build("tiny", 2)
    optimizer = torch.optim.Adam(last.parameters())
    state = State(checkpoint=None, best=best.state_dict(), network=last, optimizer=optimizer)
    enter_phase(Phase(epochs=1, optimizer="sgd", learning_rate=0.1), state)
    assert all(torch.equal(tensor, best.state_dict()[name]) for name, tensor in last.state_dict().items())
    assert [id(p) for p in state.optimizer.param_groups[0]["params"]] == [id(p) for p in last.parameters()]


def test_at_each_switch_the_loop_reloads_the_best(
    toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    entered = []

    def watch(phase: Phase, state: State) -> None:
        enter_phase(phase, state)
        on_disk = load_file(tmp_path / "t.safetensors")
        same = all(torch.equal(t, on_disk[name]) for name, t in state.network.state_dict().items())
        entered.append((phase.optimizer, phase.learning_rate, state.epoch, same))

    monkeypatch.setattr(loop, "enter_phase", watch)
    train(toy, tones, out=tmp_path / "t", cache=cache, workers=1)
    assert entered == [("adam", 1e-2, 0, True), ("sgd", 1e-2, 3, True), ("sgd", 1e-3, 5, True)]


def test_no_epochs_write_the_untrained_network(toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path: Path):
    checkpoint = train(toy, tones, out=tmp_path / "t", epochs=0, seed=7, cache=cache, workers=1)
    with drawn_from("cpu", 7, WEIGHTS):
        untrained = toy.build("tiny", checkpoint.plan.outputs).state_dict()
    found = load_file(tmp_path / "t.safetensors")
    assert all(torch.equal(found[name], tensor) for name, tensor in untrained.items())
    assert (checkpoint.best, checkpoint.curve, checkpoint.finished) == (None, (), True)


def test_epochs_shrink_every_phase(toy: TrainerInfo):
    """Half of 3, 2 and 1 epochs: phases that end after 1.5, 2.5 and 3, rounded to even."""
    assert [p.epochs for p in toy.recipes["tiny"].lasting(3).phases] == [2, 1]
    assert [p.epochs for p in toy.recipes["tiny"].lasting(12).phases] == [6, 4, 2]


def test_a_training_leaves_torch_as_it_was(toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path: Path):
    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    train(toy, tones, out=tmp_path / "t", cache=cache, workers=2, epochs=1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.get_num_threads() == threads


def test_recordings_are_decoded_once_for_all_trainings(
    toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
):
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("earmark.extract.recordings.decode", never)
    train(toy, tones, out=tmp_path / "t", cache=cache, workers=1)
    assert (tmp_path / "t.safetensors").read_bytes() == whole.read_bytes()


def test_whoever_watches_is_told_of_losses_and_scores(toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path: Path):
    told: list[Standing] = []
    checkpoint = train(toy, tones, out=tmp_path / "t", cache=cache, workers=1, report=told.append)
    finished = [standing for standing in told if standing.just_finished]
    assert [standing.latest for standing in finished] == list(checkpoint.curve)
    assert len(told) == len(finished) * (4 + 1)  # 8 clips, 2 crops each, batches of 4


def test_the_description_says_what_was_left_out(toy: TrainerInfo, toy_module, cache: Path, tmp_path: Path):
    table = toy_module.write_world(tmp_path)
    lines = table.read_text().splitlines()
    with_tempo = [lines[0] + ",tempo", *(f"{line},{60 + i}" for i, line in enumerate(lines[1:]))]
    table.write_text("\n".join(with_tempo))
    checkpoint = train(toy, Recordings(path=table), out=tmp_path / "t", epochs=0, cache=cache, workers=1)
    assert checkpoint.notes == ("Not trained on: tempo.",)
    assert [t["name"] for t in checkpoint.plan.targets] == ["genre", "instrument", "vocal"]


@pytest.mark.parametrize(
    ("wrong", "error", "sentence"),
    [
        ({"size": "huge"}, UnknownName, "No size of toy is called 'huge'"),
        ({"targets": ["genera"]}, UnknownName, "Did you mean 'genre'"),
        ({"epochs": -1}, EarmarkError, "0 epochs or more, not -1"),
        ({"plot": Path("curve.gif")}, EarmarkError, r"not '\.gif'"),
    ],
    ids=["size", "target", "epochs", "plot"],
)
def test_a_mistake_is_told_before_anything_is_written(
    toy: TrainerInfo, tones: Recordings, cache: Path, tmp_path: Path, wrong: dict[str, object], error, sentence: str
):
    with pytest.raises(error, match=sentence):
        train(toy, tones, out=tmp_path / "t", cache=cache, workers=1, **wrong)
    assert not list(tmp_path.iterdir())


def test_an_unknown_trainer_or_data_set_gets_a_hint(tones: Recordings, cache: Path, tmp_path: Path):
    with pytest.raises(UnknownName, match="Did you mean 'short-chunk-cnn'"):
        train("short-chunk-cn", tones, out=tmp_path / "t", cache=cache)
    with pytest.raises(UnknownName, match="Did you mean 'etudes'"):
        train("short-chunk-cnn", "etude", out=tmp_path / "t", cache=cache)
