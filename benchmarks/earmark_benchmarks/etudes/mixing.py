"""The mixing desk: what a style likes to hear, and how force and cheer brighten every instrument.

Records of a genre share a spectral profile whatever they were recorded with (Pestana et al., AES 135, 2013), and
an instrument that is played harder has stronger high partials (Fletcher & Rossing 1998, chapter 9). The
SoundFont's samples hardly do; the tilt here does it for them. The figures are our choices.
"""

import numpy as np

from earmark_benchmarks.etudes.chain import Stems
from earmark_benchmarks.etudes.chain.effects import high_shelf, low_shelf, peak, saturate
from earmark_benchmarks.etudes.render import Samples
from earmark_benchmarks.etudes.score import Score
from earmark_benchmarks.etudes.styles import STYLES

LOW_HZ, MIDDLE_HZ, HIGH_HZ = 180.0, 1_000.0, 2_500.0
TASTE_DB = 2.5
"""How far one mixer of a style differs from another, either way."""
TILT_HZ, TILT_DB = 1_000.0, 8.0
"""The brightest playing lifts what is above by so much; the darkest cuts it."""
DRIVE_DB = (-13.0, 7.0)
"""Level of the band against the bend at middling force, and what force adds."""


def mixed(stems: Stems, score: Score, dice: np.random.Generator) -> Stems:
    """Stems equalised as the style likes them, tilted as bright and driven as hard as they are played."""
    tone_db = np.array(STYLES[score.factors.genre].tone) + dice.uniform(-TASTE_DB, TASTE_DB, size=3)
    band, drums = (_tilted(_toned(stem, tone_db), score.brightness) for stem in (stems.band, stems.drums))
    return Stems(band=_driven(band, score.loudness), drums=drums, voice=stems.voice)


def _toned(samples: Samples, tone_db: Samples) -> Samples:
    low_db, middle_db, high_db = tone_db.tolist()
    return high_shelf(peak(low_shelf(samples, LOW_HZ, low_db), MIDDLE_HZ, middle_db, 0.7), HIGH_HZ, high_db)


def _driven(samples: Samples, force: float) -> Samples:
    """Amplifiers, valves and heads bend under force: harder playing is denser and harsher."""
    return saturate(samples, DRIVE_DB[0] + DRIVE_DB[1] * force) if np.any(samples) else samples


def _tilted(samples: Samples, brightness: float) -> Samples:
    return high_shelf(samples, TILT_HZ, TILT_DB * brightness)
