"""One étude from its score to its samples: band, voice, room and chain."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from earmark_benchmarks.etudes.chain import balanced, record
from earmark_benchmarks.etudes.chain.effects import active_rms, amplitude
from earmark_benchmarks.etudes.midi import to_midi
from earmark_benchmarks.etudes.mixing import mixed
from earmark_benchmarks.etudes.render import RATE, Samples, render
from earmark_benchmarks.etudes.score import Part, Score
from earmark_benchmarks.etudes.voice import draw_singer, sing

SINGER, DESK, CHAIN = 0x51, 0xDE, 0xC4
"""Streams of chance apart from the composer's, so that no change there moves them."""
VOICE_DB = (-4.0, 3.0)
"""Level of the voice, where it sings, against the rest."""
DRUMS_DB = (-8.0, 5.0)
"""Level of the drums, where they play, against the band. Softer ones, which an era may take back by 6 dB more,
nobody could hear who is asked for them; louder ones, which an era may lift by 6 dB more, would bury the band."""
FULL_SCALE = 32_767


def perform(score: Score, soundfont: bytes) -> npt.NDArray[np.int16]:
    """Play, sing and record a score: int16 [samples] at render.RATE, the same ones whenever and wherever."""
    dice = np.random.default_rng([score.factors.seed, SINGER])
    band, drums = _played(score, soundfont)
    stems = balanced(band, _heard(drums, band), _sung(score, dice), dice.uniform(*VOICE_DB))
    stems = mixed(stems, score, np.random.default_rng([score.factors.seed, DESK]))
    samples = record(stems, score.factors.era, np.random.default_rng([score.factors.seed, CHAIN]), score.loudness)
    return np.rint(samples * FULL_SCALE).astype(np.int16)


def _played(score: Score, soundfont: bytes) -> tuple[Samples, Samples]:
    """Band and drums, each rendered alone: panning would not part them, as some programs are stereo."""
    drums = tuple(part for part in score.parts if part.role == "drums")
    band = tuple(part for part in score.parts if part.role not in ("drums", "voice"))
    return _rendered(score, band, soundfont), _rendered(score, drums, soundfont)


def _heard(drums: Samples, band: Samples) -> Samples:
    """Drums [samples] whose active level lies within DRUMS_DB of the band's."""
    if not (np.any(drums) and np.any(band)):
        return drums
    found_db = 20 * np.log10(active_rms(drums) / active_rms(band))
    return drums * amplitude(float(np.clip(found_db, *DRUMS_DB) - found_db))


def _rendered(score: Score, parts: tuple[Part, ...], soundfont: bytes) -> Samples:
    if not parts:
        return np.zeros(round(score.duration_s * RATE))
    return render(to_midi(replace(score, parts=parts)), soundfont, score.duration_s)


def _sung(score: Score, dice: np.random.Generator) -> Samples:
    notes = tuple(note for part in score.parts if part.role == "voice" for note in part.notes)
    singer = draw_singer("low" if score.factors.vocal == "low" else "high", dice)
    return sing(tuple(sorted(notes, key=lambda note: note.start_s)), score.duration_s, singer, dice)
