"""MP3: encoded at a constant bit rate and decoded again. No label moves.

The bit rate is that of one channel, since the mono mix is encoded: 64 kbit/s here are about as good as 128 kbit/s of a
stereo file. Time stays as it was: the delay of encoder and decoder is taken out, and the length is exact.

MP3 has nine sample rates from 8 to 48 kHz and not every bit rate at each. A recording at another rate is encoded at the
next higher one that has the bit rate, and below 64 kbit/s at no more than the rate to which the LAME encoder itself
goes; it is then brought back to its own rate (soxr HQ).

Source: ISO/IEC 11172-3 and 13818-3; LAME 3.100 by way of fast-mp3-augment 0.2, both under the LGPL
(https://github.com/nomonosound/fast-mp3-augment). Licence of this file: Apache-2.0, as the rest of earmark.
"""

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples
from earmark_plugins.rates import fitted, nearest_rate, there_and_back

LEVELS_KBIT_S = (192.0, 128.0, 64.0, 32.0, 16.0)  # from what nobody hears to a voice message
MPEG_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MPEG_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG_2_5 = (8, 16, 24, 32, 40, 48, 56, 64)
BIT_RATES = {
    **dict.fromkeys((8000, 11_025, 12_000), MPEG_2_5),
    **dict.fromkeys((16_000, 22_050, 24_000), MPEG_2),
    **dict.fromkeys((32_000, 44_100, 48_000), MPEG_1),
}
"""By sample rate in Hz: the bit rates in kbit/s that the standard has."""
HIGHEST_HZ = {8: 8000, 16: 16_000, 24: 16_000, 32: 22_050, 40: 24_000, 48: 32_000, 56: 32_000}
"""By bit rate in kbit/s: the sample rate to which LAME 3.100 takes a mono recording, where it does not keep it."""
QUALITY = 3
"""LAME's own default, with its psychoacoustic model; 7, that of fast-mp3-augment, shapes no noise."""
SHORTEST_S = 0.1
"""What is shorter is followed by silence while it is encoded: the library takes no less."""


def compressed(audio: Audio, level_kbit_s: float, _: np.random.Generator) -> Audio:
    """Encode as MP3 and decode."""
    return there_and_back(
        audio,
        encoding_rate(audio.rate, level_kbit_s),
        lambda samples, rate: round_trip(samples, rate, round(level_kbit_s)),
    )


def encoding_rate(own: int, level_kbit_s: float) -> int:
    """Return the sample rate in Hz at which a recording at `own` Hz is encoded, at a bit rate that MP3 has."""
    having = [rate for rate, bit_rates in BIT_RATES.items() if level_kbit_s in bit_rates]
    highest = HIGHEST_HZ.get(round(level_kbit_s), max(having))
    return nearest_rate(own, (rate for rate in having if rate <= highest))


def round_trip(samples: Samples, rate: int, kbit_s: int) -> Samples:
    """Encode and decode samples at a rate that MP3 has: as many, where they were."""
    from fast_mp3_augment import compress_roundtrip  # noqa: PLC0415 - listing perturbations needs no encoder

    long_enough = fitted(samples, max(len(samples), int(np.ceil(SHORTEST_S * rate))))
    return fitted(compress_roundtrip(long_enough, rate, kbit_s, quality=QUALITY), len(samples))


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="mp3",
            version="1",
            unit="kbit/s",
            levels=LEVELS_KBIT_S,
            limits=(8.0, 320.0),
            only=tuple(float(rate) for rate in sorted({*MPEG_1, *MPEG_2})),
            apply=compressed,
            license="Apache-2.0",
            source="ISO/IEC 11172-3; LAME by way of fast-mp3-augment 0.2",
            summary="Encoded as MP3 at a constant bit rate, in mono, and decoded.",
        )
    ]
