"""The MIDI file says what the score says."""

import io

import pretty_midi
import pytest

from earmark_benchmarks.etudes.compose import compose
from earmark_benchmarks.etudes.design import draw
from earmark_benchmarks.etudes.midi import to_midi
from earmark_benchmarks.etudes.score import Part, Score

TICK_S = 2e-4  # half a tick of rounding at 60 BPM, and the tempo's own rounding over half a minute


@pytest.fixture(scope="module")
def scores() -> list[Score]:
    return [compose(factors) for factors in draw(12, seed=4)]


def read(midi: bytes) -> pretty_midi.PrettyMIDI:
    return pretty_midi.PrettyMIDI(io.BytesIO(midi))


def played(score: Score) -> list[Part]:
    return [part for part in score.parts if part.role != "voice"]


def test_the_file_holds_the_notes_of_the_score(scores: list[Score]) -> None:
    for score in scores:
        for part, instrument in zip(played(score), read(to_midi(score)).instruments, strict=True):
            expected = sorted((note.pitch, note.start_s, note.end_s, note.velocity) for note in part.notes)
            found = sorted((note.pitch, note.start, note.end, note.velocity) for note in instrument.notes)
            assert [(note[0], note[3]) for note in found] == [(note[0], note[3]) for note in expected]
            for one, other in zip(found, expected, strict=True):
                assert one[1:3] == pytest.approx(other[1:3], abs=TICK_S)


def test_programs_and_drums_are_those_of_the_parts(scores: list[Score]) -> None:
    for score in scores:
        expected = [(part.program, part.role == "drums") for part in played(score)]
        assert [(one.program, one.is_drum) for one in read(to_midi(score)).instruments] == expected


def test_the_tempo_of_the_file_is_the_label(scores: list[Score]) -> None:
    for score in scores:
        _, tempi = read(to_midi(score)).get_tempo_changes()
        assert tempi == pytest.approx([score.factors.tempo_bpm], rel=1e-5)


def test_level_and_chorus_are_set_once_at_the_start(scores: list[Score]) -> None:
    for instrument in read(to_midi(scores[0])).instruments:
        assert sorted(change.number for change in instrument.control_changes) == [7, 91, 93]
        assert all(change.time == 0 and 0 <= change.value <= 127 for change in instrument.control_changes)


def test_the_sung_part_stays_out_unless_asked_for(scores: list[Score]) -> None:
    sung = next(score for score in scores if score.factors.vocal != "none")
    assert len(read(to_midi(sung, voice=True)).instruments) == len(read(to_midi(sung)).instruments) + 1


def test_the_same_score_gives_the_same_bytes(scores: list[Score]) -> None:
    assert to_midi(scores[0]) == to_midi(scores[0])
