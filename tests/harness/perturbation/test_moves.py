"""What becomes of a label: by hand, and by laws that hold for every label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.perturbation import moves
from earmark.target import KEYS, Timeline

SONG = Timeline(edges_s=(0.0, 10.0, 25.0, 30.0), labels=("verse", "chorus", "verse"))
KEY = st.sampled_from(KEYS)
SEMITONES = st.integers(-48, 48)
SPEED = st.floats(0.25, 4.0)
TIMELINE = st.lists(st.floats(0.1, 60.0), min_size=2, max_size=9).map(
    lambda lengths_s: Timeline(
        edges_s=tuple(sum(lengths_s[:i]) for i in range(len(lengths_s))),
        labels=tuple("abcdefgh"[: len(lengths_s) - 1]),
    )
)


@pytest.mark.parametrize(("bpm", "speed", "then"), [(120.0, 1.25, 150.0), (100.0, 0.5, 50.0), (200.0, 2.0, 400.0)])
def test_the_tempo_is_multiplied_by_the_speed(bpm, speed, then):
    assert moves.faster(bpm, speed) == then


@pytest.mark.parametrize(("bpm", "speed"), [(30.0, 0.5), (201.0, 2.0)])
def test_no_tempo_is_known_where_no_label_reaches(bpm, speed):
    assert moves.faster(bpm, speed) is None


def test_twice_as_fast_everything_comes_after_half_the_time():
    assert moves.sooner(SONG, 2.0) == Timeline(edges_s=(0.0, 5.0, 12.5, 15.0), labels=SONG.labels)


@given(TIMELINE, SPEED)
def test_every_section_is_shorter_by_the_speed(song, speed):
    moved = moves.sooner(song, speed)
    for (start, end), (moved_start, moved_end) in zip(song.intervals_s, moved.intervals_s, strict=True):
        assert (moved_end - moved_start) * speed == pytest.approx(end - start)
        assert moved_start * speed == pytest.approx(start)


@pytest.mark.parametrize(
    ("key", "semitones", "then"),
    [("C major", 1, "Db major"), ("B major", 1, "C major"), ("C minor", -1, "B minor"), ("A minor", 15, "C minor")],
)
def test_the_key_moves_within_its_mode(key, semitones, then):
    assert moves.transposed(key, semitones) == then


@given(KEY, SEMITONES)
def test_there_and_back_is_the_same_key(key, semitones):
    assert moves.transposed(moves.transposed(key, semitones), -semitones) == key


@given(KEY, SEMITONES, SEMITONES)
def test_two_shifts_are_one_by_their_sum(key, first, second):
    assert moves.transposed(moves.transposed(key, first), second) == moves.transposed(key, first + second)


@given(KEY, st.integers(-4, 4))
def test_octaves_leave_the_key(key, octaves):
    assert moves.transposed(key, 12.0 * octaves) == key


@pytest.mark.parametrize("semitones", [0.5, -1.001])
def test_between_two_keys_there_is_none(semitones):
    assert moves.transposed("C major", semitones) is None


def test_silence_is_a_section_at_either_end():
    assert moves.padded(SONG, 2.0) == Timeline(
        edges_s=(0.0, 2.0, 12.0, 27.0, 32.0, 34.0), labels=("silence", "verse", "chorus", "verse", "silence")
    )


def test_silence_that_is_there_becomes_longer():
    song = Timeline(edges_s=(0.0, 1.0, 9.0, 10.0), labels=("Silence", "a", "silence"))
    assert moves.padded(song, 2.0) == Timeline(edges_s=(0.0, 3.0, 11.0, 14.0), labels=song.labels)


def test_what_no_section_covers_before_the_first_one_counts_as_silence():
    song = Timeline(edges_s=(1.0, 9.0), labels=("a",))
    assert moves.padded(song, 2.0) == Timeline(edges_s=(0.0, 3.0, 11.0, 13.0), labels=("silence", "a", "silence"))


def test_a_timeline_of_silence_stays_one():
    silence = Timeline(edges_s=(0.0, 4.0), labels=("silence",))
    assert moves.padded(silence, 1.0) == Timeline(edges_s=(0.0, 6.0), labels=("silence",))


def test_no_silence_changes_nothing():
    assert moves.padded(SONG, 0.0) == SONG


@given(TIMELINE, st.floats(0.01, 60.0))
def test_what_is_padded_and_then_cut_is_as_before(song, silence_s):
    end_s = silence_s + song.edges_s[-1]
    back = moves.cut(moves.padded(song, silence_s), silence_s, end_s)
    assert back.labels == song.labels
    assert back.edges_s == pytest.approx(song.edges_s)


@pytest.mark.parametrize(
    ("start_s", "end_s", "then"),
    [
        (5.0, 12.0, Timeline(edges_s=(0.0, 5.0, 7.0), labels=("verse", "chorus"))),
        (10.0, 25.0, Timeline(edges_s=(0.0, 15.0), labels=("chorus",))),
        (28.0, 99.0, Timeline(edges_s=(0.0, 2.0), labels=("verse",))),
        (0.0, 30.0, SONG),
    ],
)
def test_an_excerpt_has_the_sections_that_sound_in_it_by_its_own_clock(start_s, end_s, then):
    assert moves.cut(SONG, start_s, end_s) == then


def test_an_excerpt_that_starts_before_the_first_section_waits_for_it():
    song = Timeline(edges_s=(4.0, 8.0), labels=("a",))
    assert moves.cut(song, 1.0) == Timeline(edges_s=(3.0, 7.0), labels=("a",))


@pytest.mark.parametrize(("start_s", "end_s"), [(30.0, 40.0), (31.0, float("inf")), (5.0, 5.0)])
def test_an_excerpt_without_sections_has_no_timeline(start_s, end_s):
    assert moves.cut(SONG, start_s, end_s) is None


def test_what_rounding_leaves_of_a_section_is_gone():
    assert moves.cut(SONG, 10.0 - 1e-9).labels == ("chorus", "verse")


@pytest.mark.parametrize("move", [moves.sooner, moves.padded, moves.cut])
def test_what_is_no_timeline_is_named(move):
    with pytest.raises(TypeError, match="'waltz' is no timeline"):
        move("waltz", 1.0)
