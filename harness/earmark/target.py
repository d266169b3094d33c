"""What is asked of a track, and the form of its answer."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from earmark.errors import LabelError

FAMILIES = ("genre", "era", "mood", "key", "tempo", "instrument", "vocal", "segmentation")
TONICS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
KEYS = tuple(f"{tonic} {mode}" for mode in ("major", "minor") for tonic in TONICS)
"""The 24 keys in mir_eval's spelling; the index is the pitch class of the tonic, plus 12 for minor."""
ENHARMONIC = {
    "C#": "Db",
    "D#": "Eb",
    "F#": "Gb",
    "G#": "Ab",
    "A#": "Bb",
    "Cb": "B",
    "Fb": "E",
    "E#": "F",
    "B#": "C",
}
MODES = {"major": "major", "maj": "major", "minor": "minor", "min": "minor", "m": "minor", "": "major"}
SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Labelled sections in order: `labels[i]` sounds from `edges_s[i]` to `edges_s[i + 1]`."""

    edges_s: tuple[float, ...]
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.edges_s) != len(self.labels) + 1 or not self.labels:
            raise LabelError(f"A timeline of {len(self.labels)} sections needs one edge more, not {len(self.edges_s)}.")
        if not all(math.isfinite(e) and e >= 0 for e in self.edges_s):
            raise LabelError(f"A timeline's times are seconds from 0 up, not {self.edges_s}.")
        if any(b <= a for a, b in zip(self.edges_s, self.edges_s[1:], strict=False)):
            raise LabelError(f"A timeline's times must rise, unlike {self.edges_s}.")

    @property
    def intervals_s(self) -> list[tuple[float, float]]:
        """Start and end of every section in seconds."""
        return list(zip(self.edges_s, self.edges_s[1:], strict=False))


Label = str | float | tuple[str, ...] | Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is asked of a track (genre, key, tempo, segments) and the form of its answer."""

    name: str
    family: str
    """One of the eight FAMILIES."""
    form: str
    """One of FORMS: class, ordered, classes, presence, key, tempo, number or timeline."""
    classes: tuple[str, ...] = ()
    """The vocabulary, in order where the form is ordered."""
    years: tuple[float, ...] = ()
    """For an ordered target of periods: the middle year of each class."""

    def __post_init__(self) -> None:
        for value, known, what in ((self.family, FAMILIES, "family"), (self.form, FORMS, "form")):
            if value not in known:
                raise LabelError(f"Target {self.name!r} has {what} {value!r}; it must be one of {', '.join(known)}.")
        if self.years and len(self.years) != len(self.classes):
            raise LabelError(f"Target {self.name!r} has {len(self.classes)} classes but {len(self.years)} years.")


def parse_key(text: str) -> str:
    """Spell a key as one of KEYS: ``c# min`` becomes ``Db minor``; raises LabelError."""
    words = text.replace("♯", "#").replace("♭", "b").split()
    tonic, mode = (words[0], words[1].lower()) if len(words) == 2 else _split_mode(text.strip())
    tonic = tonic[:1].upper() + tonic[1:].lower()
    tonic = ENHARMONIC.get(tonic, tonic)
    if tonic not in TONICS or mode not in MODES:
        raise LabelError(f"{text!r} is no key; write for example 'C major', 'F# minor' or 'Bb minor'.")
    return f"{tonic} {MODES[mode]}"


def _split_mode(text: str) -> tuple[str, str]:
    tonic = text[:2] if text[1:2] in ("#", "b") else text[:1]
    mode = text[len(tonic) :]
    return tonic, mode if mode == "m" else mode.lower() if mode != "M" else "major"


def parse_number(text: str) -> float:
    """Read a finite number; raises LabelError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise LabelError(f"{text!r} is no number.")
    return value


def parse_tempo(text: str) -> float:
    """Read a tempo in beats per minute; raises LabelError outside 20..400."""
    value = parse_number(text)
    if not SLOWEST_BPM <= value <= FASTEST_BPM:
        raise LabelError(f"{text!r} is no tempo in BPM between {SLOWEST_BPM:g} and {FASTEST_BPM:g}.")
    return value


def parse_classes(text: str) -> tuple[str, ...]:
    """Read several classes separated by ``;`` or ``|``, sorted, each once."""
    return tuple(sorted({part.strip() for part in text.replace("|", ";").split(";") if part.strip()}))


PRESENT = MappingProxyType(
    {"1": "yes", "yes": "yes", "true": "yes", "y": "yes", "0": "no", "no": "no", "false": "no", "n": "no"}
)


def parse_presence(text: str) -> str:
    """Read yes or no (also 1 and 0, true and false); raises LabelError."""
    answer = PRESENT.get(text.strip().lower())
    if answer is None:
        raise LabelError(f"{text!r} is neither yes nor no.")
    return answer


def parse_timeline(text: str) -> Timeline:
    """Read sections written ``0-12.5:verse; 12.5-20:chorus``, without gaps; raises LabelError."""
    edges: list[float] = []
    labels: list[str] = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        times, _, label = part.partition(":")
        start, dash, end = times.partition("-")
        if not (dash and label.strip()):
            raise LabelError(f"{part!r} is no section; write start-end:label in seconds, such as 0-12.5:verse.")
        if edges and not math.isclose(edges[-1], parse_number(start), abs_tol=1e-3):
            raise LabelError(f"{part!r} does not start where the section before it ends ({edges[-1]:g} s).")
        edges.extend([parse_number(start)] if not edges else [])
        edges.append(parse_number(end))
        labels.append(label.strip())
    return Timeline(edges_s=tuple(edges), labels=tuple(labels))


FORMS: Mapping[str, Callable[[str], Label]] = MappingProxyType(
    {
        "class": str.strip,
        "ordered": str.strip,
        "classes": parse_classes,
        "presence": parse_presence,
        "key": parse_key,
        "tempo": parse_tempo,
        "number": parse_number,
        "timeline": parse_timeline,
    }
)
"""How each form of answer is read from a cell of text."""


DIGITS = 9
"""Of a number in a label, as far as every machine computes it alike: their sines differ in the sixteenth."""


def portable(label: Label | None) -> Any:
    """The label in terms of JSON, its numbers rounded to DIGITS: equal on every machine that computes it."""
    if isinstance(label, Timeline):
        return {"edges_s": [portable(edge) for edge in label.edges_s], "labels": list(label.labels)}
    if isinstance(label, tuple):
        return list(label)
    return float(f"{label:.{DIGITS}g}") if isinstance(label, float) else label


def check_label(target: Target, label: Label) -> str:
    """Say what is wrong with a label, or nothing: its type, its vocabulary and its range follow from the target."""
    kind = KINDS.get(target.form, str)
    if not isinstance(label, kind) or isinstance(label, bool):
        return f"{label!r} is no {kind.__name__}, which a target of form {target.form} takes"
    named = label if isinstance(label, tuple) else (label,) if isinstance(label, str) else ()
    known = {"key": KEYS, "presence": ("yes", "no")}.get(target.form, target.classes)
    unknown = [name for name in named if name not in known]
    if unknown:
        return f"{unknown[0]!r} is none of {', '.join(known)}"
    if isinstance(label, float) and not math.isfinite(label):
        return f"{label!r} is no finite number"
    if target.form == "tempo" and not SLOWEST_BPM <= float(label) <= FASTEST_BPM:  # type: ignore[arg-type]
        return f"{label!r} BPM is not between {SLOWEST_BPM:g} and {FASTEST_BPM:g}"
    return ""


KINDS: Mapping[str, type] = MappingProxyType({"classes": tuple, "tempo": float, "number": float, "timeline": Timeline})
"""The type of a label by form; all others are text."""
