"""Singing by source and filter: a glottis, a tract, a line, some consonants; no recorded voice."""

import numpy as np
import soxr

from earmark_benchmarks.etudes.render import RATE, Samples, fit
from earmark_benchmarks.etudes.score import Note
from earmark_benchmarks.etudes.voice.consonant import consonants
from earmark_benchmarks.etudes.voice.glottis import VOICE_RATE, source
from earmark_benchmarks.etudes.voice.line import Line, shape
from earmark_benchmarks.etudes.voice.singer import Singer, draw_singer
from earmark_benchmarks.etudes.voice.tract import HOP, articulate

__all__ = ["Singer", "draw_singer", "sing"]


def sing(notes: tuple[Note, ...], duration_s: float, singer: Singer, dice: np.random.Generator) -> Samples:
    """Sing one note after the other: [samples] at RATE, a vowel's level about 1; silence without notes."""
    length = round(duration_s * RATE)
    if not notes:
        return np.zeros(length)
    line = shape(notes, duration_s, singer, dice)
    voiced = articulate(_excited(line, singer, dice), _tuned(line))
    voiced /= np.sqrt(np.mean(np.square(voiced[np.abs(voiced) > 0]))) + 1e-12
    upsampled: Samples = soxr.resample(voiced, VOICE_RATE, RATE, quality="HQ")
    return fit(upsampled, length) + consonants(line.onsets, length, dice)


def _tuned(line: Line) -> Samples:
    """Formants [points, formants] whose first one follows a pitch above it, as sopranos do (Sundberg 1975)."""
    tuned = line.formants_hz.copy()
    tuned[:, 0] = np.maximum(tuned[:, 0], 1.02 * line.f0_hz)
    tuned[:, 1] = np.maximum(tuned[:, 1], tuned[:, 0] + 150)
    return tuned


def _excited(line: Line, singer: Singer, dice: np.random.Generator) -> Samples:
    points, samples = np.arange(len(line.level)) * HOP, np.arange(len(line.level) * HOP)
    level = np.interp(samples, points, line.level)
    level[level < 1e-3] = 0.0
    pulses = source(
        np.interp(samples, points, line.f0_hz),
        open_quotient=singer.open_quotient,
        speed=singer.speed,
        tilt_hz=singer.tilt_hz,
    )
    air = dice.standard_normal(len(samples)) * (0.5 + 0.5 * np.clip(pulses, -1, 1))
    return level * (pulses + singer.breath * air)
