"""Pink noise: Gaussian noise of equal power in every octave, at a signal-to-noise ratio. No label moves.

The power falls by 3 dB an octave from 20 Hz to half of the recording's own rate; below 20 Hz there is none, so that
the audible share does not shrink with the length of the recording. The ratio is of mean powers over the whole
recording.

Source: textbook (a spectrum of Gaussian coefficients over the square root of the frequency, transformed back).
Licence: Apache-2.0, as the rest of earmark.
"""

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples
from earmark_plugins.snr import LADDER_DB, LIMITS_DB, with_noise

LOWEST_HZ = 20.0


def rumbling(audio: Audio, snr_db: float, random: np.random.Generator) -> Audio:
    """Add pink noise `snr_db` below the recording."""
    return with_noise(audio, pink(len(audio.samples), audio.rate, random), snr_db)


def pink(samples: int, rate: int, random: np.random.Generator) -> Samples:
    """Draw pink noise [samples] of arbitrary power.

    At least a second is drawn and then cut: a spectrum of a shorter time has no lines as low as 20 Hz.
    """
    from scipy.fft import irfft, next_fast_len  # noqa: PLC0415 - listing commands need no scipy

    size = next_fast_len(max(samples, rate), real=True)
    frequencies_hz = np.fft.rfftfreq(size, 1.0 / rate)
    spectrum = random.standard_normal(2 * len(frequencies_hz), dtype=np.float32).view(np.complex64)
    audible = frequencies_hz >= LOWEST_HZ
    spectrum[audible] /= np.sqrt(frequencies_hz[audible]).astype(np.float32)
    spectrum[~audible] = 0.0
    noise: Samples = irfft(spectrum, size)[:samples]
    return noise * np.float32(np.sqrt(size))  # keeps the numbers near one


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="pink-noise",
            version="1",
            unit="dB SNR",
            levels=LADDER_DB,
            limits=LIMITS_DB,
            apply=rumbling,
            license="Apache-2.0",
            source="textbook",
            summary="Pink noise under the recording.",
        )
    ]
