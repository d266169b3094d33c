"""How an étude is played, and the valence and arousal that follow from it.

Cues and signs as in the literature on expression (Gabrielsson & Lindström 2010, Juslin & Lindström 2010):
arousal rises with tempo, loudness, density, short notes and brightness; valence with the major mode, short
notes, a high register, a bright sound and, a little, tempo. Each cue is -1..1:

    arousal = 0.30 tempo + 0.36 loudness + 0.20 density + 0.05 staccato + 0.04 brightness + 0.05 noise
    valence = 0.20 mode + 0.24 register + 0.14 staccato + 0.32 brightness + 0.04 tempo + 0.06 noise

Loudness, density and the rest are drawn around the étude's energy and a latent cheerfulness of its seed. Level
and brightness carry much of it, as they do in recorded music. The quadrant (Russell 1980) is that of the two
signs.
"""

from dataclasses import dataclass

import numpy as np

from earmark_benchmarks.etudes.chance import stream
from earmark_benchmarks.etudes.score import Factors

SLOWEST_BPM, FASTEST_BPM = 60.0, 200.0
QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
"""Happy, angry, sad, calm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """The manner of playing; every cue from -1 to 1."""

    loudness: float
    density: float
    staccato: float
    register: float
    brightness: float
    valence: float
    arousal: float

    @property
    def beat_force(self) -> float:
        """The MIDI velocity that everything is played around."""
        return 76.0 + 28.0 * self.loudness

    @property
    def tilt(self) -> float:
        """How bright the sound is, -1 to 1: what is played louder has more overtones."""
        return _clip(0.45 * self.loudness + 0.8 * self.brightness)

    @property
    def gate(self) -> float:
        """The share of its written length that a note sounds."""
        return 0.74 - 0.34 * self.staccato


def perform(factors: Factors) -> Performance:
    """Draw the manner of playing of an étude and state its valence and arousal."""
    rng = stream(factors.seed, "performance")
    energy, cheer = 2 * factors.energy - 1, float(rng.uniform(-1, 1))
    noise = rng.uniform(-1, 1, size=7)
    loudness = _clip(0.85 * energy + 0.2 * noise[0])
    density = _clip(0.7 * energy + 0.35 * noise[1])
    staccato = _clip(0.1 * energy + 0.7 * cheer + 0.3 * noise[2])
    register = _clip(0.8 * cheer + 0.3 * noise[3])
    brightness = _clip(0.1 * energy + 0.7 * cheer + 0.35 * noise[4])
    tempo, mode = tempo_cue(factors.tempo_bpm), 1.0 if factors.mode == "major" else -1.0
    return Performance(
        loudness=loudness,
        density=density,
        staccato=staccato,
        register=register,
        brightness=brightness,
        arousal=_clip(
            0.30 * tempo + 0.36 * loudness + 0.20 * density + 0.05 * staccato + 0.04 * brightness + 0.05 * noise[5]
        ),
        valence=_clip(
            0.20 * mode + 0.24 * register + 0.14 * staccato + 0.32 * brightness + 0.04 * tempo + 0.06 * noise[6]
        ),
    )


def tempo_cue(tempo_bpm: float) -> float:
    """Place a tempo on a logarithmic scale from -1 (60 BPM) to 1 (200 BPM)."""
    share = np.log(tempo_bpm / SLOWEST_BPM) / np.log(FASTEST_BPM / SLOWEST_BPM)
    return _clip(2 * float(share) - 1)


def quadrant(valence: float, arousal: float) -> str:
    """Return Russell's quadrant: Q1 happy, Q2 angry, Q3 sad, Q4 calm."""
    if arousal >= 0:
        return "Q1" if valence >= 0 else "Q2"
    return "Q4" if valence >= 0 else "Q3"


def _clip(value: float) -> float:
    return float(min(1.0, max(-1.0, value)))
