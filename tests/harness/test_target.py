import math

import mir_eval
import pytest

from earmark.errors import LabelError
from earmark.target import (
    KEYS,
    Target,
    Timeline,
    parse_classes,
    parse_key,
    parse_presence,
    parse_tempo,
    parse_timeline,
    portable,
)


def test_the_24_keys_are_mir_evals() -> None:
    assert len(set(KEYS)) == 24
    for key in KEYS:
        mir_eval.key.validate_key(key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C major", "C major"),
        ("c# min", "Db minor"),
        ("F# minor", "Gb minor"),
        ("Bb", "Bb major"),
        ("Am", "A minor"),
        ("AM", "A major"),
        ("e♭ Minor", "Eb minor"),
        ("Cb major", "B major"),
        (" G  maj ", "G major"),
    ],
)
def test_keys_are_read_in_many_spellings(text: str, key: str) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["H minor", "", "C dorian", "major", "C major minor", "X"])
def test_what_is_no_key_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(LabelError, match="is no key"):
        parse_key(text)


@pytest.mark.parametrize("text", ["fast", "nan", "0", "19", "401", "inf", ""])
def test_what_is_no_tempo_is_refused(text: str) -> None:
    with pytest.raises(LabelError):
        parse_tempo(text)


def test_several_classes_are_sorted_and_stand_once() -> None:
    assert parse_classes("piano; drums|piano;") == ("drums", "piano")


def test_presence_reads_yes_and_no() -> None:
    assert [parse_presence(t) for t in ("Yes", "0", "TRUE", "n")] == ["yes", "no", "yes", "no"]
    with pytest.raises(LabelError, match="neither yes nor no"):
        parse_presence("perhaps")


def test_a_timeline_is_read_from_a_cell() -> None:
    timeline = parse_timeline("0-12.5:verse; 12.5-20:chorus: loud")
    assert timeline.intervals_s == [(0.0, 12.5), (12.5, 20.0)]
    assert timeline.labels == ("verse", "chorus: loud")


@pytest.mark.parametrize("text", ["0-5:a; 6-7:b", "5-2:a", "a-b:c", "0-5", "", "0-5:a; 5-5:b", "-1-4:a"])
def test_a_broken_timeline_is_refused(text: str) -> None:
    with pytest.raises(LabelError):
        parse_timeline(text)


def test_a_timeline_needs_one_edge_more_than_labels() -> None:
    with pytest.raises(LabelError, match="one edge more"):
        Timeline(edges_s=(0.0, 1.0), labels=("a", "b"))


def test_a_target_of_an_unknown_family_is_refused() -> None:
    with pytest.raises(LabelError, match="must be one of genre, era"):
        Target(name="x", family="weather", form="class")


def test_a_label_is_alike_on_machines_that_differ_in_the_last_digit() -> None:
    def later(number: float) -> float:
        return math.nextafter(number, math.inf)

    one = Timeline(edges_s=(0.0, 7.863649421167482), labels=("A",))
    other = Timeline(edges_s=(0.0, later(7.863649421167482)), labels=("A",))
    assert portable(one) == portable(other) == {"edges_s": [0.0, 7.86364942], "labels": ["A"]}
    assert portable(61.04036107051381) == portable(later(61.04036107051381)) == 61.0403611
    assert portable(("bass", "organ")) == ["bass", "organ"]
    assert portable(61.04) != portable(61.05)
