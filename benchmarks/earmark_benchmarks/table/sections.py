"""Labelled sections of a recording: in a cell, or in a file of start, end and label."""

import io
import json
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from earmark.audio import AudioBytes, AudioFile
from earmark.errors import AudioError, LabelError
from earmark.target import Timeline, parse_number, parse_timeline

FILES = (".lab", ".txt", ".csv", ".tsv")
SECTION = re.compile(r"\s*([^\s,;]+)[\s,;]+([^\s,;]+)[\s,;]+(\S.*?)\s*")
GAP_S = 0.01
"""Sections that meet within this are one edge: files round their times."""
END_TOLERANCE_S = 0.5
"""A last time may lie this far past the end: encoders pad, and people round to the second."""
Section = tuple[float, float, str]


def parse_sections(text: str, folder: Path) -> Timeline:
    """Read ``0-12.5:verse; 12.5-20:chorus``, a JSON list of [start, end, label], or the path of such a file.

    Times are in seconds; sections must meet. Raises LabelError.
    """
    if text.startswith("["):
        return _join(_from_json(text))
    if text.casefold().endswith(FILES):
        return _join(_from_file(folder / text, text))
    return parse_timeline(text)


def _from_json(text: str) -> list[Section]:
    try:
        return [(float(start), float(end), str(label).strip()) for start, end, label in json.loads(text)]
    except (ValueError, TypeError) as error:
        raise LabelError(f"{text[:60]!r} is no JSON list of [start, end, label].") from error


def _from_file(path: Path, name: str) -> list[Section]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(f"the file of sections {name!r} cannot be read ({error}).") from error
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    return [_from_line(line, f"{name} line {n}") for n, line in numbered]


def _from_line(line: str, place: str) -> Section:
    match = SECTION.fullmatch(line)
    if match is None:
        raise LabelError(f"{place}: {line.strip()!r} is not start, end and label.")
    return parse_number(match[1]), parse_number(match[2]), match[3].strip('"')


def _join(sections: Sequence[Section]) -> Timeline:
    """Drop sections of no length, which annotations hold, and check that the others meet."""
    lasting = [s for s in sections if s[0] != s[1]]
    if not lasting:
        raise LabelError("there is no section.")
    for (_, before_s, _), (start_s, end_s, label) in pairwise(lasting):
        if abs(start_s - before_s) > GAP_S:
            where = f"section {label!r} ({start_s:g}-{end_s:g} s)"
            raise LabelError(f"{where} does not start where the one before it ends ({before_s:g} s).")
    return Timeline(edges_s=(lasting[0][0], *(s[1] for s in lasting)), labels=tuple(s[2] for s in lasting))


def check_end(timeline: Timeline, source: AudioFile | AudioBytes) -> None:
    """Raise LabelError when the sections go on past the end of the recording; reads its header only."""
    duration_s = _duration_s(source)
    if duration_s is not None and timeline.edges_s[-1] > duration_s + END_TOLERANCE_S:
        last = timeline.labels[-1]
        raise LabelError(
            f"section {last!r} ends at {timeline.edges_s[-1]:g} s, past the end of the recording ({duration_s:.2f} s)."
        )


def _duration_s(source: AudioFile | AudioBytes) -> float | None:
    """The length of the recording, or None where it cannot be decoded: extraction tells of that."""
    import soundfile  # noqa: PLC0415 - listing commands need no decoder

    try:
        opened = source.path if isinstance(source, AudioFile) else io.BytesIO(source.read())
        return float(soundfile.info(opened).duration)
    except (soundfile.LibsndfileError, RuntimeError, OSError, AudioError):
        return None
