"""The composed études: what the labels promise stands in the notes."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise

import mir_eval
import numpy as np
import numpy.typing as npt
import pytest

from earmark_benchmarks.etudes.compose import compose
from earmark_benchmarks.etudes.design import draw
from earmark_benchmarks.etudes.score import Note, Score, Section

PIECES = 120
SHORTEST_S, LONGEST_S, MEAN_S = 25.0, 36.0, 30.0
FEWEST_NOTES = 10  # of any labelled instrument
KEY_SCORE, KEY_EXACT = 0.75, 0.6  # a profile on the notes must mostly find the key; on real scores it does
CONTRASTED = 0.95  # pieces whose recurring sections are more alike than any two others
PEAK_SHARE = 0.9  # pieces whose onsets repeat at the beat
FRAME_S = 0.01
BREATH_S, LONGEST_PHRASE_S = 0.2, 9.0  # between breaths; a trained singer holds some twelve seconds
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
PROFILES = {  # Krumhansl & Kessler (1982)
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
RANGES = {  # MIDI pitches that the instruments of a family play between them (orchestration books, rounded)
    "acoustic guitar": (40, 84),
    "bass": (28, 55),
    "brass": (28, 84),
    "drums": (35, 81),
    "electric guitar": (40, 86),
    "electric piano": (28, 103),
    "flute": (60, 98),
    "mallets": (45, 108),
    "organ": (24, 96),
    "piano": (21, 108),
    "reed": (34, 91),
    "strings": (28, 100),
    "synth lead": (24, 96),
    "synth pad": (24, 96),
    "voice": (43, 79),
}


@pytest.fixture(scope="module")
def scores() -> list[Score]:
    return [compose(factors) for factors in draw(PIECES, seed=9)]


def notes_of(score: Score, *, drums: bool = False) -> list[Note]:
    return [note for part in score.parts if drums or part.role != "drums" for note in part.notes]


def test_the_same_factors_give_the_same_score(scores: list[Score]) -> None:
    assert [compose(score.factors) for score in scores[:5]] == scores[:5]


def test_another_process_writes_the_same_notes(scores: list[Score]) -> None:
    code = (
        "import hashlib; from earmark_benchmarks.etudes.compose import compose; "
        "from earmark_benchmarks.etudes.design import draw; "
        f"print(hashlib.sha256(repr([compose(f) for f in draw({PIECES}, seed=9)[:3]]).encode()).hexdigest())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert found.stdout.strip() == hashlib.sha256(repr(scores[:3]).encode()).hexdigest()


def test_pieces_last_half_a_minute(scores: list[Score]) -> None:
    lengths = [score.duration_s for score in scores]
    assert min(lengths) > SHORTEST_S
    assert max(lengths) < LONGEST_S
    assert np.mean(lengths) == pytest.approx(MEAN_S, abs=1.0)


def test_sections_cover_the_piece_from_the_first_note_to_the_end(scores: list[Score]) -> None:
    for score in scores:
        assert score.sections[0].start_s == min(note.start_s for note in notes_of(score, drums=True))
        assert score.sections[-1].end_s == score.duration_s
        assert all(one.end_s == other.start_s for one, other in pairwise(score.sections))
        assert 3 <= len(score.sections) <= 5


def test_boundaries_lie_whole_beats_apart(scores: list[Score]) -> None:
    for score in scores:
        starts = np.array([section.start_s for section in score.sections[1:]])
        beats = np.diff(starts) * score.factors.tempo_bpm / 60
        assert beats == pytest.approx(np.round(beats), abs=1e-6)


def test_a_constant_answer_to_the_first_boundary_fails(scores: list[Score]) -> None:
    first = np.array([score.sections[1].start_s for score in scores])
    near = [np.mean(abs(first - guess) < 0.5) for guess in np.arange(2, 15, 0.25)]
    assert max(near) < 0.3


def test_every_note_lies_within_the_piece(scores: list[Score]) -> None:
    for score in scores:
        assert all(0 <= note.start_s < note.end_s <= score.duration_s for note in notes_of(score, drums=True))
        assert all(1 <= note.velocity <= 127 for note in notes_of(score, drums=True))


def test_every_labelled_family_plays_and_no_other(scores: list[Score]) -> None:
    for score in scores:
        heard = Counter({part.family: len(part.notes) for part in score.parts})
        assert set(heard) - {"voice", "drums"} == set(score.factors.families)
        assert min(heard.values()) >= FEWEST_NOTES


def test_every_pitch_is_within_the_range_of_its_family(scores: list[Score]) -> None:
    for part in (part for score in scores for part in score.parts):
        low, high = RANGES[part.family]
        assert low <= min(note.pitch for note in part.notes)
        assert max(note.pitch for note in part.notes) <= high


def test_no_pitch_of_a_part_sounds_twice_at_once(scores: list[Score]) -> None:
    for part in (part for score in scores for part in score.parts):
        for pitch in {note.pitch for note in part.notes}:
            line = sorted((note.start_s, note.end_s) for note in part.notes if note.pitch == pitch)
            assert all(one[1] <= other[0] for one, other in pairwise(line))


def test_somebody_sings_where_the_label_says_so(scores: list[Score]) -> None:
    for score in scores:
        assert any(part.role == "voice" for part in score.parts) == (score.factors.vocal != "none")


def test_the_voice_is_one_line_that_breathes(scores: list[Score]) -> None:
    for part in (part for score in scores for part in score.parts if part.role == "voice"):
        line = sorted((note.start_s, note.end_s) for note in part.notes)
        gaps = [other[0] - one[1] for one, other in pairwise(line)]
        assert min(gaps) >= 0
        ends = [index for index, gap in enumerate(gaps) if gap > BREATH_S] + [len(line) - 1]
        starts = [0, *(index + 1 for index in ends[:-1])]
        assert max(line[last][1] - line[first][0] for first, last in zip(starts, ends, strict=True)) < LONGEST_PHRASE_S


def test_low_and_high_voices_have_their_registers(scores: list[Score]) -> None:
    means: dict[str, list[float]] = {"low": [], "high": []}
    for score in scores:
        for part in (part for part in score.parts if part.role == "voice"):
            means[score.factors.vocal].append(float(np.mean([note.pitch for note in part.notes])))
    assert max(means["low"]) < min(means["high"])


def chroma(score: Score) -> npt.NDArray[np.float64]:
    """Duration of each pitch class [12]."""
    return np.bincount(
        [note.pitch % 12 for note in notes_of(score)],
        weights=[note.end_s - note.start_s for note in notes_of(score)],
        minlength=12,
    )


def krumhansl_key(score: Score) -> str:
    """The key whose profile correlates best with the durations of the pitch classes."""
    found = [
        (np.corrcoef(np.roll(profile, tonic), chroma(score))[0, 1], f"{TONICS[tonic]} {mode}")
        for mode, profile in PROFILES.items()
        for tonic in range(12)
    ]
    return max(found)[1]


def test_a_key_profile_finds_the_key(scores: list[Score]) -> None:
    expected = [f"{TONICS[score.factors.tonic]} {score.factors.mode}" for score in scores]
    marks = [
        mir_eval.key.weighted_score(key, krumhansl_key(score)) for key, score in zip(expected, scores, strict=True)
    ]
    assert np.mean(marks) > KEY_SCORE
    assert np.mean(np.array(marks) == 1.0) > KEY_EXACT


def beat_strength(score: Score) -> tuple[float, float]:
    """Autocorrelation of onsets: the most at one to four beats, and what nine in ten other lags stay below."""
    train = np.zeros(int(score.duration_s / FRAME_S) + 1)
    for note in notes_of(score, drums=True):
        train[round(note.start_s / FRAME_S)] += note.velocity
    train = np.convolve(train, np.hanning(9), "same")
    train -= train.mean()
    power = np.correlate(train, train, "full")[len(train) - 1 :]
    lags = np.round(np.arange(1, 5) * 60 / score.factors.tempo_bpm / FRAME_S).astype(int)
    return max(power[lag - 2 : lag + 3].max() for lag in lags), float(np.percentile(power[20:400], 90))


def test_onsets_repeat_at_the_beat(scores: list[Score]) -> None:
    strengths = [beat_strength(score) for score in scores]
    assert np.mean([beat > others for beat, others in strengths]) > PEAK_SHARE


def content(score: Score, section: Section) -> set[tuple[int, int]]:
    """Pitch classes by sixteenth of a section."""
    step_s = 15 / score.factors.tempo_bpm
    return {
        (round((note.start_s - section.start_s) / step_s), note.pitch % 12)
        for note in notes_of(score)
        if section.start_s - 0.03 <= note.start_s < section.end_s - 0.03
    }


def likeness(one: set[tuple[int, int]], other: set[tuple[int, int]]) -> float:
    return len(one & other) / max(1, len(one | other))


def test_equal_labels_share_their_material_and_others_do_not(scores: list[Score]) -> None:
    told_apart = []
    for score in scores:
        likely = [
            (one.label == other.label, likeness(content(score, one), content(score, other)))
            for one, other in combinations(score.sections, 2)
        ]
        same, different = [value for equal, value in likely if equal], [value for equal, value in likely if not equal]
        told_apart += [min(same) > max(different)] if same else []
    assert np.mean(told_apart) > CONTRASTED


def test_energy_makes_it_louder_and_denser(scores: list[Score]) -> None:
    energy = [score.factors.energy for score in scores]
    loudness = [np.mean([note.velocity for note in notes_of(score)]) for score in scores]
    assert np.corrcoef(energy, loudness)[0, 1] > 0.8


def test_arousal_rises_with_the_tempo_and_valence_with_the_major_mode(scores: list[Score]) -> None:
    table = [
        (score.arousal, np.log(score.factors.tempo_bpm), score.valence, score.factors.mode == "major")
        for score in scores
    ]
    columns = np.array(table, dtype=float).T
    assert np.corrcoef(columns[0], columns[1])[0, 1] > 0.4
    assert np.corrcoef(columns[2], columns[3])[0, 1] > 0.4


def test_all_four_quadrants_of_mood_are_filled(scores: list[Score]) -> None:
    counts = Counter((score.valence >= 0, score.arousal >= 0) for score in scores)
    assert min(counts.values()) > PIECES / 8


def test_most_pieces_have_drums_and_every_genre_some_without(scores: list[Score]) -> None:
    with_drums = Counter(score.factors.genre for score in scores if any(part.role == "drums" for part in score.parts))
    genres = Counter(score.factors.genre for score in scores)
    assert 0.6 < with_drums.total() / PIECES < 0.85
    assert all(0 < with_drums[genre] < genres[genre] for genre in genres)


def bar_profile(score: Score) -> npt.NDArray[np.float64]:
    """Onsets by place in the bar, for drums low, drums high, low and high pitches [4 * 24]."""
    start_s, beat_s = score.sections[1].start_s, 60 / score.factors.tempo_bpm
    profile = np.zeros((4, 24))
    for part in score.parts:
        for note in part.notes:
            row = (0 if note.pitch < 42 else 1) if part.role == "drums" else (2 if note.pitch < 52 else 3)
            profile[row, round((note.start_s - start_s) / beat_s * 6) % 24] += 1
    return np.concatenate([row / max(1.0, row.sum()) for row in profile])


def test_genres_can_be_told_apart_by_their_rhythm(scores: list[Score]) -> None:
    profiles = np.array([bar_profile(score) for score in scores])
    distances = ((profiles[:, None] - profiles[None]) ** 2).sum(2) + 9 * np.eye(len(scores))
    genres = np.array([score.factors.genre for score in scores])
    hits = np.mean(genres[distances.argmin(1)] == genres)
    assert 0.3 < hits < 0.95  # chance is 0.1; at 1.0 one look at the bar would do
