import numpy as np
import pytest

from earmark import metric
from earmark.answer import ANSWERS, TEMPO_BINS_BPM, best_guess
from earmark.target import FORMS, KEYS, Label, Target

ACC1_SHARE = 0.04
GENRE = Target(name="genre", family="genre", form="class", classes=("a", "b", "c"))
TEMPO = Target(name="tempo", family="tempo", form="tempo")
EXAMPLES: dict[str, tuple[Target, list[Label]]] = {
    "class": (GENRE, ["a", "c", "b", "a"]),
    "ordered": (
        Target(name="era", family="era", form="ordered", classes=("50s", "60s"), years=(1955.0, 1965.0)),
        ["50s", "60s", "60s", "50s"],
    ),
    "classes": (
        Target(name="i", family="instrument", form="classes", classes=("drums", "piano")),
        [("drums",), ("piano",), ("drums", "piano"), ()],
    ),
    "presence": (Target(name="v", family="vocal", form="presence", classes=("no", "yes")), ["yes", "no", "yes", "no"]),
    "key": (Target(name="key", family="key", form="key"), ["C major", "B minor", "Db major", "A minor"]),
    "tempo": (TEMPO, [31.0, 119.7, 120.0, 287.0]),
    "number": (Target(name="v", family="mood", form="number"), [-0.5, 0.1, 0.9, 0.2]),
}


def test_every_form_but_the_timeline_has_an_answer() -> None:
    assert set(ANSWERS) == set(FORMS) - {"timeline"} == set(EXAMPLES)


@pytest.mark.parametrize("form", EXAMPLES)
def test_a_perfect_probe_gets_the_best_score(form: str) -> None:
    target, labels = EXAMPLES[form]
    answer = ANSWERS[form]
    estimated = answer.decode(target, answer.encode(target, labels))
    for each in answer.metrics(target):
        perfect = 1.0 if each.higher_is_better else 0.0
        assert each(answer.reference(target, labels), estimated) == pytest.approx(perfect), each.name


def test_every_tempo_comes_back_within_half_the_tolerance() -> None:
    tempi = np.exp(np.linspace(np.log(20), np.log(400), 997)).tolist()
    answer = ANSWERS["tempo"]
    found = answer.decode(TEMPO, answer.encode(TEMPO, tempi))
    inside = slice(30, -30)  # at the ends of the range bins are missing on one side
    assert np.abs(found / tempi - 1)[inside].max() < ACC1_SHARE / 4
    assert np.abs(found / tempi - 1).max() < ACC1_SHARE


def test_a_tempo_beyond_the_bins_is_read_as_the_nearest() -> None:
    answer = ANSWERS["tempo"]
    found = answer.decode(TEMPO, answer.encode(TEMPO, [15.0, 500.0]))
    np.testing.assert_allclose(found, [TEMPO_BINS_BPM[0], TEMPO_BINS_BPM[-1]], rtol=ACC1_SHARE)


def test_tempo_bins_lie_closer_than_the_tolerance() -> None:
    assert np.diff(np.log(TEMPO_BINS_BPM)).max() < np.log1p(ACC1_SHARE)


def test_the_best_guess_of_a_class_is_the_majority_in_train() -> None:
    guess = best_guess(GENRE, ["b", "b", "a", "c"], 5, metric.ACCURACY)
    assert guess.argmax(1).tolist() == [1] * 5


def test_the_best_guess_of_a_key_earns_by_the_mirex_table() -> None:
    # By hand: C major earns 1 + .5 (its fifth) + .3 (relative) + .2 (parallel), G major only 1 + .5, and so on.
    labels = ["C major", "G major", "A minor", "C minor"]
    guess = best_guess(EXAMPLES["key"][0], labels, 1, metric.MIREX)
    assert KEYS[int(guess[0].argmax())] == "C major"


def test_the_best_guess_of_a_tempo_covers_the_most_tracks() -> None:
    guess = best_guess(TEMPO, [100.0, 101.0, 102.0, 180.0, 60.0], 2, metric.ACC1)
    assert ((guess > 97) & (guess < 105)).all()


def test_the_best_guess_of_a_number_is_the_mean() -> None:
    guess = best_guess(EXAMPLES["number"][0], [0.0, 0.5, 1.0], 2, metric.R2)
    np.testing.assert_allclose(guess, [0.5, 0.5])


def test_the_best_guess_of_a_mean_error_is_in_the_middle() -> None:
    era = Target(name="era", family="era", form="ordered", classes=tuple("abcde"))
    guess = best_guess(era, ["a", "a", "c", "e", "e"], 1, metric.MAE_PERIODS)
    assert int(guess[0].argmax()) == 2


@pytest.mark.parametrize("form", ["classes", "presence"])
def test_a_constant_ranks_nothing(form: str) -> None:
    target, labels = EXAMPLES[form]
    answer = ANSWERS[form]
    by_rank = {"classes": metric.MACRO_AUC, "presence": metric.ROC_AUC}[form]
    guess = best_guess(target, labels, len(labels), by_rank)
    assert by_rank(answer.reference(target, labels), guess) == pytest.approx(0.5)
