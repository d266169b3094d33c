"""Band limit: what a channel of transmission lets through, from radio to the telephone and less. No label moves.

=====================  ==================  ====================================================
level                  passes              source
=====================  ==================  ====================================================
fm-radio               50 to 15,000 Hz     47 CFR 73.322: FM stereophonic sound in the United States
wideband-telephone     50 to 7000 Hz       Recommendation ITU-T G.722
telephone              300 to 3400 Hz      Recommendation ITU-T G.712, the classical telephone
octave                 707 to 1414 Hz      the octave around 1 kHz, which is left of a tin can
=====================  ==================  ====================================================

A Butterworth filter of order 4 on each side, run causally as a device does: 3.01 dB down at both edges, 24 dB per
octave beyond. Real channels have steeper edges and a flatter band; the edges are theirs, the slopes are ours.
The telephone here is its band alone, without its 8 kHz and its companding. An upper edge at half of the own rate or
above limits nothing. A level's number is the width of the band in octaves.

Source: the standards above. Licence: Apache-2.0, as the rest of earmark.
"""

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark_plugins.filters import butterworth, filtered

OCTAVES = {"fm-radio": 8.2, "wideband-telephone": 7.1, "telephone": 3.5, "octave": 1.0}
"""By name: the width of the band, which orders the ladder."""
EDGES_HZ = {8.2: (50.0, 15_000.0), 7.1: (50.0, 7000.0), 3.5: (300.0, 3400.0), 1.0: (500.0 * 2**0.5, 1000.0 * 2**0.5)}
"""By width in octaves: the frequencies at which the filter is 3.01 dB down."""


def limited(audio: Audio, level_octaves: float, _: np.random.Generator) -> Audio:
    """Take away what lies outside the band."""
    low_hz, high_hz = EDGES_HZ[level_octaves]
    if high_hz >= audio.rate / 2:
        return filtered(audio, butterworth(low_hz, "high", audio.rate))
    return filtered(audio, butterworth((low_hz, high_hz), "bandpass", audio.rate))


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="band-limit",
            version="1",
            unit="octaves",
            levels=tuple(OCTAVES.values()),
            names=OCTAVES,
            apply=limited,
            license="Apache-2.0",
            source="47 CFR 73.322, ITU-T G.722 and G.712",
            summary="Only the band that a radio or a telephone lets through.",
        )
    ]
