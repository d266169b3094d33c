"""Ogg streams in memory, by way of libsndfile: what the codecs of Xiph share.

Source: libsndfile, whose `SFC_SET_COMPRESSION_LEVEL` sets the quality of Vorbis and the bit rate of Opus
(https://libsndfile.github.io/libsndfile/command.html). Licence: Apache-2.0, as the rest of earmark.
"""

import io

from earmark.audio import Samples

BLOCK_SAMPLES = 65_536
"""Written at once: Vorbis in libsndfile 1.2.2 crashes where ten minutes are, and encodes other blocks otherwise."""


def encode(samples: Samples, rate: int, *, codec: str, compression: float) -> bytes:
    """Encode mono samples [samples] as an Ogg stream of VORBIS or OPUS.

    `compression` goes from 0 (the most bits) to 1 (the fewest). Streams differ in a random serial number, which has no
    influence on what is decoded.
    """
    import soundfile  # noqa: PLC0415 - listing perturbations needs no encoder

    stream = io.BytesIO()
    with soundfile.SoundFile(
        stream, "w", samplerate=rate, channels=1, format="OGG", subtype=codec, compression_level=compression
    ) as file:
        for start in range(0, len(samples), BLOCK_SAMPLES):
            file.write(samples[start : start + BLOCK_SAMPLES])
    return stream.getvalue()


def decode(encoded: bytes) -> Samples:
    """Decode an Ogg stream of one channel to samples [samples]."""
    import soundfile  # noqa: PLC0415 - listing perturbations needs no decoder

    samples: Samples = soundfile.read(io.BytesIO(encoded), dtype="float32")[0]
    return samples
