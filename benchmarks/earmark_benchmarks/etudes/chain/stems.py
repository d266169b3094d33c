"""What stands before the microphones: band, drums and voice apart, as eras balance them differently."""

from dataclasses import dataclass

import numpy as np

from earmark_benchmarks.etudes.chain.effects import active_rms, amplitude
from earmark_benchmarks.etudes.render import Samples


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stems:
    """Three signals [samples] of one length at RATE; silent where nobody plays."""

    band: Samples
    drums: Samples
    voice: Samples

    def mixed(self, *, drums_db: float = 0.0, voice_db: float = 0.0) -> Samples:
        """Sum of the three, drums and voice changed by so much."""
        return self.band + amplitude(drums_db) * self.drums + amplitude(voice_db) * self.voice


def balanced(band: Samples, drums: Samples, voice: Samples, voice_db: float) -> Stems:
    """Stems whose voice, where it sings, is `voice_db` above band and drums together."""
    if not np.any(voice):
        return Stems(band=band, drums=drums, voice=voice)
    sung = voice * (active_rms(band + drums) * amplitude(voice_db) / active_rms(voice))
    return Stems(band=band, drums=drums, voice=sung)
