"""What is true of an étude, read from its score."""

from earmark_benchmarks.etudes.mood import quadrant
from earmark_benchmarks.etudes.score import Score

TONICS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

Value = str | float | list[str] | list[tuple[float, float, str]]


def labels_of(score: Score) -> dict[str, Value]:
    """All labels of a score by name of the target, as JSON holds them."""
    factors = score.factors
    played = {part.family for part in score.parts if part.notes} - {"voice"}
    return {
        "genre": factors.genre,
        "era": factors.era,
        "mood": quadrant(score.valence, score.arousal),
        "valence": score.valence,
        "arousal": score.arousal,
        "key": f"{TONICS[factors.tonic]} {factors.mode}",
        "tempo": factors.tempo_bpm,
        "instruments": sorted(played),
        "vocal": factors.vocal,
        "segments": [(s.start_s, s.end_s, s.label) for s in score.sections],
    }
