"""How a singer shapes a line: pitch, loudness and vowels as curves over time, 125 points a second."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from earmark_benchmarks.etudes.render import Samples
from earmark_benchmarks.etudes.score import Note
from earmark_benchmarks.etudes.voice.singer import Singer
from earmark_benchmarks.etudes.voice.vowels import NASAL_HZ, Formants, formant_table

CURVE_HZ = 125
BREATH_GAP_S = 0.25
"""A silence at least this long ends a phrase."""
A4_HZ, A4 = 440.0, 69
CLOSURES = {
    "fricative": (0.9, 0.05),
    "plosive": (1.0, 0.035),
    "nasal": (0.5, 0.04),
    "vowel": (0.0, 0.05),
    "breath": (0.0, 0.05),
}
"""How far and for how long (s) each onset shuts the sound off before the vowel."""
CONSONANTS = ("fricative", "plosive", "nasal")

Onsets = tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """Curves [points] at CURVE_HZ and formants [points, formants]; onsets tell which note starts how."""

    f0_hz: Samples
    level: Samples
    formants_hz: Formants
    onsets: Onsets
    """Seconds and kind, one of CLOSURES."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Text:
    """The notes as arrays [notes], and which of them sounds, or sounded last, at each of `time_s` [points]."""

    starts: Samples
    ends: Samples
    pitches: Samples
    loudness: Samples
    opens: Samples
    """1 where a note begins a phrase, else 0."""
    time_s: Samples
    now: npt.NDArray[np.int64]


def shape(notes: tuple[Note, ...], duration_s: float, singer: Singer, dice: np.random.Generator) -> Line:
    """Turn written notes, sorted by their start, into what the singer's throat does."""
    text = _read(notes, duration_s)
    onsets = _onsets(text, singer, dice)
    return Line(
        f0_hz=_pitch(text, singer, dice),
        level=_level(text, onsets, singer, dice),
        formants_hz=_formants(text, onsets, singer, dice),
        onsets=onsets,
    )


def _read(notes: tuple[Note, ...], duration_s: float) -> _Text:
    time_s = np.arange(round(duration_s * CURVE_HZ)) / CURVE_HZ
    starts = np.array([note.start_s for note in notes])
    ends = np.minimum([note.end_s for note in notes], np.append(starts[1:], np.inf))
    return _Text(
        starts=starts,
        ends=ends,
        pitches=np.array([note.pitch for note in notes], dtype=float),
        loudness=np.array([(note.velocity / 100) ** 1.5 for note in notes]),
        opens=np.where(starts - np.append(-np.inf, ends[:-1]) > BREATH_GAP_S, 1.0, 0.0),
        time_s=time_s,
        now=np.clip(np.searchsorted(starts, time_s, side="right") - 1, 0, None),
    )


def _onsets(text: _Text, singer: Singer, dice: np.random.Generator) -> Onsets:
    kinds = dice.choice(CONSONANTS, size=len(text.starts), p=[0.35, 0.35, 0.3])
    kinds = np.where(dice.random(len(kinds)) < singer.diction, kinds, "vowel")
    breaths = [(start, "breath") for start in text.starts[text.opens > 0].tolist()]
    return (*breaths, *zip(text.starts.tolist(), kinds.tolist(), strict=True))


def _pitch(text: _Text, singer: Singer, dice: np.random.Generator) -> Samples:
    points, now = len(text.time_s), text.now
    since = text.time_s - text.starts[now]
    pitch = _smooth(text.pitches[now], singer.glide_s)
    pitch -= text.opens[now] * singer.scoop_semitones * np.exp(-np.maximum(since, 0) / 0.04)
    held = (text.ends - text.starts)[now] > 0.35
    swing = singer.vibrato_cents / 100 * np.clip((since - singer.vibrato_delay_s) / 0.25, 0, 1) * held
    rate = singer.vibrato_hz * (1 + 0.06 * _wander(points, 1.5, dice))
    pitch += swing * np.sin(2 * np.pi * np.cumsum(rate) / CURVE_HZ)
    pitch += 0.06 * _wander(points, 2.0, dice) + singer.jitter_cents / 100 * dice.standard_normal(points)
    return A4_HZ * 2 ** ((pitch - A4) / 12)


def _level(text: _Text, onsets: Onsets, singer: Singer, dice: np.random.Generator) -> Samples:
    time_s, now = text.time_s, text.now
    sounding = (time_s >= text.starts[now]) & (time_s < text.ends[now] - 0.02)
    level = _smooth(sounding * text.loudness[now], 0.07)
    level *= 1 + singer.shimmer * dice.standard_normal(len(now)) + 0.15 * _wander(len(now), 3.0, dice)
    for onset_s, kind in onsets:
        depth, width_s = CLOSURES[kind]
        level *= 1 - depth * np.exp(-(((time_s - onset_s + width_s / 2) / width_s) ** 4))
    return np.maximum(level, 0)


def _formants(text: _Text, onsets: Onsets, singer: Singer, dice: np.random.Generator) -> Formants:
    _, table = formant_table(singer.register, singer.tract, singer.ring)
    count, time_s, now = len(text.starts), text.time_s, text.now
    first, second = dice.choice(singer.palette, size=(2, count))
    second = np.where(dice.random(count) < singer.diphthongs, second, first)
    late = time_s > (text.starts + dice.uniform(0.5, 0.8) * (text.ends - text.starts))[now]
    formants = np.log(table[np.where(late, second[now], first[now])])
    for onset_s, kind in onsets:
        if kind == "nasal":
            formants[(time_s > onset_s - 0.07) & (time_s < onset_s), :3] = np.log(NASAL_HZ)
    return cast(Formants, np.exp(_smooth(formants, 0.08)))


def _smooth(curve: Samples, width_s: float) -> Samples:
    window = np.hanning(max(3, round(2 * width_s * CURVE_HZ)) + 2)
    return cast(Samples, ndimage.convolve1d(curve, window / window.sum(), axis=0, mode="nearest"))


def _wander(points: int, rate_hz: float, dice: np.random.Generator) -> Samples:
    """Slow noise of deviation 1 whose bends come about `rate_hz` times a second."""
    sigma = CURVE_HZ / (2 * np.pi * rate_hz)
    noise = ndimage.gaussian_filter1d(dice.standard_normal(points), sigma)
    return cast(Samples, noise * np.sqrt(2 * np.sqrt(np.pi) * sigma))
