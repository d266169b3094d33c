"""The engineer's ear: a mix is drawn towards the long-term spectrum that records have in common."""

import numpy as np
from scipy import signal

from earmark_benchmarks.etudes.chain.effects import bell
from earmark_benchmarks.etudes.chain.stems import Stems
from earmark_benchmarks.etudes.render import RATE, Samples

OCTAVES_HZ = (62.5, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
TARGET_DB = (-1.0, 0.0, -1.5, -3.5, -6.5, -10.0, -14.0, -19.0)
"""Power in octave bands: flat to 125 Hz, then falling ever faster. The shape is that of the mean of popular
records (Pestana et al., Spectral Characteristics of Popular Commercial Recordings 1950–2010, AES 135, 2013);
the numbers are rounded choices, not readings."""
LARGEST_DB = 9.0
"""As far as a desk goes."""


def equalised(stems: Stems, strength: float) -> Stems:
    """Stems whose mix lies closer to TARGET_DB by `strength` (0 leaves it, 1 reaches it), the same for all three."""
    found_db = octaves_db(stems.mixed())
    wanted_db = np.array(TARGET_DB) - found_db
    gains_db = np.clip(strength * (wanted_db - wanted_db.mean()), -LARGEST_DB, LARGEST_DB)
    sections = np.concatenate([bell(f, g, 1.2) for f, g in zip(OCTAVES_HZ, gains_db.tolist(), strict=True)])
    band, drums, voice = (_filtered(sections, stem) for stem in (stems.band, stems.drums, stems.voice))
    return Stems(band=band, drums=drums, voice=voice)


def octaves_db(samples: Samples) -> Samples:
    """Power [8] in the octaves around OCTAVES_HZ, in decibels; 30 dB below the strongest is as low as it gets."""
    frequencies, power = signal.welch(samples, RATE, nperseg=4096)
    octave = np.round(np.log2(np.maximum(frequencies, 1) / OCTAVES_HZ[0]))
    levels_db = 10 * np.log10([power[octave == k].sum() + 1e-20 for k in range(len(OCTAVES_HZ))])
    return np.asarray(np.maximum(levels_db, levels_db.max() - 30), dtype=np.float64)


def _filtered(sections: Samples, samples: Samples) -> Samples:
    return np.asarray(signal.sosfilt(sections, samples)) if np.any(samples) else samples
