"""What a change of audio does to a label: the moves that perturbations share.

Each gives the label that is then true, or None where no such label can be written: a tempo out of range, a key
between two keys, a section that is cut away.
"""

from dataclasses import replace

from earmark.target import FASTEST_BPM, KEYS, SLOWEST_BPM, Label, Timeline

OCTAVE = 12
SILENCE = "silence"
"""What a section is called in which nothing sounds."""
SHORTEST_S = 1e-6
"""What is left of a section that is cut shorter is gone: rounding, not music."""


def faster(tempo_bpm: Label, speed: float) -> float | None:
    """The tempo of audio that plays `speed` times as fast; None where no tempo label reaches."""
    moved = float(tempo_bpm) * speed  # type: ignore[arg-type] # a tempo is a number
    return moved if SLOWEST_BPM <= moved <= FASTEST_BPM else None


def sooner(sections: Label, speed: float) -> Timeline:
    """The sections of audio that plays `speed` times as fast."""
    timeline = _timeline(sections)
    return replace(timeline, edges_s=tuple(edge / speed for edge in timeline.edges_s))


def transposed(key: Label, semitones: float) -> str | None:
    """The key of audio that sounds so many semitones higher; None for a shift between two keys."""
    if semitones != round(semitones):
        return None
    mode, tonic = divmod(KEYS.index(str(key)), OCTAVE)
    return KEYS[mode * OCTAVE + (tonic + round(semitones)) % OCTAVE]


def padded(sections: Label, silence_s: float) -> Timeline:
    """The sections of audio with so many seconds of silence before and after it, which are sections of their own.

    Silence that a timeline starts or ends with, labelled or left out, becomes longer: nobody hears where it was.
    """
    timeline = _timeline(sections)
    if silence_s < SHORTEST_S:
        return timeline
    edges_s, labels = [edge + silence_s for edge in timeline.edges_s], list(timeline.labels)
    if labels[0].lower() != SILENCE:
        edges_s, labels = [0.0, *edges_s], [SILENCE, *labels]
    if labels[-1].lower() != SILENCE:
        edges_s, labels = [*edges_s, edges_s[-1]], [*labels, SILENCE]
    return Timeline(edges_s=(0.0, *edges_s[1:-1], edges_s[-1] + silence_s), labels=tuple(labels))


def cut(sections: Label, start_s: float, end_s: float = float("inf")) -> Timeline | None:
    """The sections of what sounds from `start_s` to `end_s`, by the clock of the excerpt; None where there are none."""
    timeline = _timeline(sections)
    kept = [
        (max(low, start_s) - start_s, min(high, end_s) - start_s, label)
        for (low, high), label in zip(timeline.intervals_s, timeline.labels, strict=True)
        if min(high, end_s) - max(low, start_s) > SHORTEST_S
    ]
    if not kept:
        return None
    return Timeline(edges_s=(kept[0][0], *(high for _, high, _ in kept)), labels=tuple(label for *_, label in kept))


def _timeline(sections: Label) -> Timeline:
    if not isinstance(sections, Timeline):
        raise TypeError(f"{sections!r} is no timeline.")
    return sections
