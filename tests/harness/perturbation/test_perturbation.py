"""A perturbation changes audio in a way that repeats, and says what becomes of each label."""

from dataclasses import replace

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.errors import PluginError
from earmark.perturbation import Perturbation
from earmark.target import KEYS, Label, Target, Timeline

AUDIO = Audio(samples=np.linspace(-0.5, 0.5, 800, dtype=np.float32), rate=8000)
TEMPO = Target(name="tempo", family="tempo", form="tempo")
KEY = Target(name="key", family="key", form="key")
SECTIONS = Target(name="segments", family="segmentation", form="timeline")
GENRE = Target(name="genre", family="genre", form="class", classes=("waltz", "march"))
PACE = Target(name="pace", family="tempo", form="ordered", classes=("slow", "fast"))


def hiss(audio: Audio, level: float, random: np.random.Generator) -> Audio:
    noise = random.standard_normal(len(audio.samples), np.float32)
    return replace(audio, samples=audio.samples + np.float32(level) * noise)


def stretched(label: Label, speed: float) -> Label:
    assert isinstance(label, Timeline)
    return replace(label, edges_s=tuple(edge / speed for edge in label.edges_s))


def shifted(label: Label, semitones: float) -> Label:
    key = KEYS.index(str(label))
    return KEYS[key // 12 * 12 + (key + round(semitones)) % 12]


HISS = Perturbation(name="hiss", version="1", unit="amplitude", levels=(0.01, 0.1), apply=hiss)
STRETCH = replace(HISS, name="stretch", moves={"tempo": lambda bpm, speed: bpm * speed, "timeline": stretched})
SHIFT = replace(HISS, name="shift", moves={"key": shifted, "vocal": lambda label, level: None})


def test_the_same_track_and_seed_give_the_same_bits():
    first, again = (HISS.perturb(AUDIO, 0.1, track="t1", seed=3).samples for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(("track", "seed"), [("t2", 3), ("t1", 4)])
def test_another_track_or_seed_meets_other_chance(track, seed):
    first = HISS.perturb(AUDIO, 0.1, track="t1", seed=3).samples
    assert not np.array_equal(first, HISS.perturb(AUDIO, 0.1, track=track, seed=seed).samples)


def test_two_perturbations_do_not_share_their_chance():
    other = replace(HISS, name="hiss-2")
    assert HISS.chance("t1").random() != other.chance("t1").random()


def test_a_louder_level_meets_the_same_noise():
    soft, loud = (HISS.perturb(AUDIO, level, track="t1").samples - AUDIO.samples for level in (0.01, 0.1))
    np.testing.assert_allclose(loud, 10 * soft, atol=1e-6)  # float32 sums of numbers below 1


def test_a_plugin_that_writes_to_its_input_harms_nobody():
    def invert(audio: Audio, level: float, random: np.random.Generator) -> Audio:
        np.negative(audio.samples, out=audio.samples)
        return audio

    before = AUDIO.samples.copy()
    replace(HISS, apply=invert).perturb(AUDIO, 1.0, track="t1")
    np.testing.assert_array_equal(AUDIO.samples, before)


def test_a_stretch_scales_the_tempo():
    assert STRETCH.moved(TEMPO, 120.0, 1.25) == 150.0


def test_a_stretch_moves_the_edges_of_sections():
    song = Timeline(edges_s=(0.0, 10.0, 30.0), labels=("verse", "chorus"))
    assert STRETCH.moved(SECTIONS, song, 2.0) == Timeline(edges_s=(0.0, 5.0, 15.0), labels=("verse", "chorus"))


@pytest.mark.parametrize(("key", "semitones", "then"), [("B major", 1, "C major"), ("C minor", -2, "Bb minor")])
def test_a_shift_moves_the_key_within_its_mode(key, semitones, then):
    assert SHIFT.moved(KEY, key, semitones) == then


def test_a_label_that_no_move_names_stays():
    assert STRETCH.moved(GENRE, "waltz", 2.0) == "waltz"
    assert HISS.moved(TEMPO, 120.0, 0.1) == 120.0


def test_a_move_may_say_that_the_truth_is_not_known():
    register = Target(name="register", family="vocal", form="class", classes=("low", "high"))
    assert SHIFT.moved(register, "low", 5) is None


def test_a_tempo_in_words_is_not_known_after_a_stretch():
    assert STRETCH.moved(PACE, "slow", 2.0) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "its name is ''"),
        ({"unit": ""}, "its unit is ''"),
        ({"levels": ()}, "name at least one finite number"),
        ({"levels": (1.0, float("nan"))}, "name at least one finite number"),
        ({"levels": (1.0, 1.0)}, "each may stand once"),
        ({"moves": {"tempi": lambda label, level: label}}, "moves 'tempi', which is none of"),
    ],
)
def test_a_wrong_record_is_refused(changes, sentence):
    with pytest.raises(PluginError, match=sentence):
        replace(HISS, **changes)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (AUDIO.samples, "a ndarray instead of Audio"),
        (replace(AUDIO, samples=AUDIO.samples.astype(float)), r"float64 \[800\]"),
        (replace(AUDIO, samples=AUDIO.samples[:0]), "0 samples at 8000 Hz"),
        (replace(AUDIO, samples=np.full(9, np.nan, np.float32)), "NaN or infinite"),
    ],
)
def test_an_answer_that_is_no_audio_is_refused_with_the_level(answer, sentence):
    with pytest.raises(PluginError, match=f"'hiss' at 0.1 amplitude returned .*{sentence}"):
        replace(HISS, apply=lambda *_: answer).perturb(AUDIO, 0.1, track="t1")


def test_a_failing_plugin_is_named_with_its_track():
    def fail(*_: object) -> Audio:
        raise ValueError("no codec")

    with pytest.raises(PluginError, match=r"'hiss' failed at 0\.1 amplitude on t1: ValueError: no codec"):
        replace(HISS, apply=fail).perturb(AUDIO, 0.1, track="t1")
