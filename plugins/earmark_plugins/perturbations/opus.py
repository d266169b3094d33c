"""Opus: encoded at a bit rate and decoded again. No label moves.

The bit rate is that of one channel, since the mono mix is encoded. It is what the encoder aims at: libsndfile lets it
vary from packet to packet. Opus works at 48 kHz; a recording at another rate is taken there and back (soxr HQ). The
length is exact, and nothing moves in time by more than 0.15 ms, which is what the voice coder of the lowest bit rates
does.

Measured, with what the Ogg pages take, on eight études of 15 s and on pink noise:

===========  ==============  ==========
kbit/s       études          pink noise
===========  ==============  ==========
128          130             130
64           66              66
32           33              29
16           17              14
8            8.4 to 8.9      6.4
===========  ==============  ==========

Source: RFC 6716; libopus by way of libsndfile. Licence: Apache-2.0, as the rest of earmark.
"""

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples
from earmark_plugins import ogg
from earmark_plugins.rates import there_and_back

LEVELS_KBIT_S = (128.0, 64.0, 32.0, 16.0, 8.0)  # from what nobody hears to a bad telephone line
FEWEST_KBIT_S, MOST_KBIT_S = 6.0, 256.0
"""Of one channel, at libsndfile's compression levels 1 and 0; the bit rate is linear between them."""
RATE_HZ = 48_000


def compressed(audio: Audio, level_kbit_s: float, _: np.random.Generator) -> Audio:
    """Encode as Opus and decode."""
    return there_and_back(audio, RATE_HZ, lambda samples, _: ogg.decode(encoded(samples, level_kbit_s)))


def encoded(samples: Samples, level_kbit_s: float) -> bytes:
    """Encode samples at 48 kHz with that bit rate."""
    compression = (MOST_KBIT_S - level_kbit_s) / (MOST_KBIT_S - FEWEST_KBIT_S)
    return ogg.encode(samples, RATE_HZ, codec="OPUS", compression=compression)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="opus",
            version="1",
            unit="kbit/s",
            levels=LEVELS_KBIT_S,
            limits=(FEWEST_KBIT_S, MOST_KBIT_S),
            apply=compressed,
            license="Apache-2.0",
            source="RFC 6716; libopus by way of libsndfile",
            summary="Encoded as Opus at a bit rate, in mono, and decoded.",
        )
    ]
