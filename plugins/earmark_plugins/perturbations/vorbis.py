"""Ogg Vorbis: encoded at a quality of that nominal bit rate and decoded again. No label moves.

Vorbis is told a quality, not a bit rate: q0 to q10, each with a *nominal* bit rate that depends on the sample rate and
that the encoder writes into the stream. A level is that nominal bit rate for one channel, since the mono mix is
encoded. What a recording really takes follows its content. Measured, without the 4 kB of headers, on eight études of
15 s at 32 kHz and on pink noise at 44.1 kHz:

===================  ===============  ==========
nominal kbit/s       études           pink noise
===================  ===============  ==========
160                  139 to 164       151
96                   73 to 92         82
64                   51 to 58         63
48                   42 to 50         50
24                   26 to 32         33
===================  ===============  ==========

A recording is encoded at its own sample rate if that is a usual one that has the nominal bit rate, or else at the next
higher one that has it (the highest of all, where there is none), and brought back to its own (soxr HQ). Nothing moves
in time, and the length is exact.

Source: Vorbis I specification (https://xiph.org/vorbis/doc/Vorbis_I_spec.html); libvorbis by way of libsndfile.
Licence: Apache-2.0, as the rest of earmark.
"""

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples
from earmark_plugins import ogg
from earmark_plugins.rates import nearest_rate, there_and_back

LEVELS_KBIT_S = (160.0, 96.0, 64.0, 48.0, 24.0)  # from what nobody hears to a narrow stream
BEST_QUALITY = 10
AT_8 = (14.0, 16.8, 19.6, 22.4, 25.2, 28.0, 30.8, 33.6, 36.4, 39.2, 42.0)
AT_12 = (20.0, 23.0, 26.0, 29.0, 32.0, 35.0, 38.0, 41.0, 44.0, 47.0, 50.0)
AT_16 = (24.0, 32.0, 40.0, 48.0, 56.0, 64.0, 71.2, 78.4, 85.6, 92.8, 100.0)
AT_24 = (24.0, 30.444, 35.333, 40.222, 45.111, 50.0, 58.0, 66.0, 74.0, 82.0, 90.0)
AT_32 = (42.0, 52.0, 64.0, 72.0, 78.0, 86.0, 92.0, 110.0, 120.0, 140.0, 190.0)
AT_48 = (48.0, 60.0, 70.0, 80.0, 86.0, 96.0, 110.0, 120.0, 140.0, 160.0, 240.0)
NOMINAL_KBIT_S = {
    8000: AT_8,
    11_025: AT_12,
    12_000: AT_12,
    16_000: AT_16,
    22_050: AT_24,
    24_000: AT_24,
    32_000: AT_32,
    44_100: AT_48,
    48_000: AT_48,
}
"""By sample rate in Hz: the nominal bit rate of one channel at q0, q1 ... q10, as libvorbis 1.3 writes it."""


def compressed(audio: Audio, level_kbit_s: float, _: np.random.Generator) -> Audio:
    """Encode as Ogg Vorbis and decode."""
    return there_and_back(
        audio,
        encoding_rate(audio.rate, level_kbit_s),
        lambda samples, rate: ogg.decode(encoded(samples, rate, level_kbit_s)),
    )


def encoding_rate(own: int, level_kbit_s: float) -> int:
    """Return the sample rate in Hz at which a recording at `own` Hz is encoded."""
    having = (rate for rate, nominal in NOMINAL_KBIT_S.items() if nominal[0] <= level_kbit_s <= nominal[-1])
    return nearest_rate(own, having)


def encoded(samples: Samples, rate: int, level_kbit_s: float) -> bytes:
    """Encode samples at one of the rates above with the quality that has this nominal bit rate."""
    quality = np.interp(level_kbit_s, NOMINAL_KBIT_S[rate], range(BEST_QUALITY + 1))
    return ogg.encode(samples, rate, codec="VORBIS", compression=1.0 - float(quality) / BEST_QUALITY)


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="vorbis",
            version="1",
            unit="kbit/s nominal",
            levels=LEVELS_KBIT_S,
            limits=(AT_8[0], AT_48[-1]),
            apply=compressed,
            license="Apache-2.0",
            source="Vorbis I specification; libvorbis by way of libsndfile",
            summary="Encoded as Ogg Vorbis at a nominal bit rate, in mono, and decoded.",
        )
    ]
