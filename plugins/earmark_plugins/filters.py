"""Filters as second-order sections, run once through a recording: what the perturbations of its spectrum share."""

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from earmark import Audio

Kind = Literal["low", "high", "bandpass"]
Sections = npt.NDArray[np.float64]
"""Second-order sections [sections, 6] as scipy orders them: b0, b1, b2, a0, a1, a2."""
ORDER = 4
"""Of the Butterworth filters: 24 dB per octave, the slope of a crossover."""


def butterworth(
    corners_hz: float | tuple[float, float], kind: Literal["low", "high", "bandpass"], rate: int
) -> Sections:
    """Design a Butterworth filter of order 4 on each side: 3.01 dB down at each corner, 24 dB per octave beyond."""
    from scipy import signal  # noqa: PLC0415 - listing perturbations needs no filter design

    sections: Sections = signal.butter(ORDER, corners_hz, kind, fs=rate, output="sos")
    return sections


def filtered(audio: Audio, sections: Sections) -> Audio:
    """Filter from start to end (causally), from rest, in double precision: the same rate and number of samples."""
    from scipy import signal  # noqa: PLC0415 - listing perturbations filters nothing

    samples = signal.sosfilt(sections, audio.samples.astype(np.float64))
    return replace(audio, samples=samples.astype(np.float32), channels=None)
