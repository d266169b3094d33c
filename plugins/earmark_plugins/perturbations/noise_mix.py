"""Noise mix: the white noise of Won et al. 2020, mixed in by a share of the recording's peak. No label moves.

The recording x becomes (1 - r) x + r n at level r, where n is white Gaussian noise with an absolute peak of max(x). It
is a ratio of peaks, not of powers: the recording gets quieter as the noise gets louder. As in the paper, max(x) is the
largest sample, not the largest absolute one.

The paper works at 16 kHz. The noise is made there, scaled to a peak of one there, and only then brought to the rate of
the recording, so it has the paper's density and ends at 8 kHz: a model that hears at 16 kHz meets what the paper's
models met (but for the edge of the resampler, above 7 kHz), one that hears more keeps its upper band free. For a
recording at less than 16 kHz the noise is made at its own rate. max(x) is taken of the recording at its own rate. The
paper's noise had no seed; this one has. The paper drops the last sample of an odd number; this keeps it.

Source: Won, Ferraro, Bogdanov, Serra: Evaluation of CNN-based Automatic Music Tagging Models, SMC 2020
(arXiv:2006.00751), after MUDA (McFee, Humphrey, Bello: A Software Framework for Musical Data Augmentation, ISMIR 2015).
Written from the definition. Licence: Apache-2.0, as the rest of earmark.
"""

from dataclasses import replace

import numpy as np

from earmark import Audio, Perturbation, hookimpl
from earmark.audio import Samples, resample

LEVELS = (0.1, 0.4)  # the paper's
PAPER_HZ = 16_000


def mixed(audio: Audio, share: float, random: np.random.Generator) -> Audio:
    """Weigh the recording by ``1 - share`` and noise as high as its peak by `share`."""
    noise = audio.samples.max() * paper_noise(len(audio.samples), audio.rate, random)
    return replace(audio, samples=np.float32(1.0 - share) * audio.samples + np.float32(share) * noise, channels=None)


def paper_noise(samples: int, rate: int, random: np.random.Generator) -> Samples:
    """Draw noise [samples] at `rate` Hz that has a peak of one at 16 kHz."""
    drawn_hz = min(rate, PAPER_HZ)
    noise = random.standard_normal(-(-samples * drawn_hz // rate), dtype=np.float32)
    noise /= np.abs(noise).max()
    return resample(Audio(samples=noise, rate=drawn_hz), rate).samples[:samples]


@hookimpl
def provide_perturbations() -> list[Perturbation]:
    """Return the one perturbation of this file."""
    return [
        Perturbation(
            name="noise-mix",
            version="1",
            unit="of the peak",
            levels=LEVELS,
            limits=(0.0, 1.0),
            neutral=0.0,
            apply=mixed,
            license="Apache-2.0",
            source="Won et al. 2020 (arXiv:2006.00751), after MUDA (McFee et al. 2015)",
            summary="The white noise of Won et al. 2020, by a share of the peak.",
        )
    ]
