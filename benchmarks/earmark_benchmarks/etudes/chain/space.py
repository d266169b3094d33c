"""Where it sounds: rooms, echo chambers, plates and gates as impulse responses [samples] at RATE."""

from typing import cast

import numpy as np
from scipy import fft

from earmark_benchmarks.etudes.chain.effects import amplitude, high_pass, low_pass
from earmark_benchmarks.etudes.render import RATE, Samples

Response = Samples


def room(dice: np.random.Generator, *, decay_s: float, wet_db: float) -> Response:
    """Direct sound, some early reflections, and a tail that falls by 60 dB in `decay_s`."""
    response = tail(
        dice, decay_s=decay_s, wet_db=wet_db, delay_s=dice.uniform(0.004, 0.02), damping_hz=dice.uniform(3000, 8000)
    )
    places = (dice.uniform(0.003, 0.04, size=8) * RATE).astype(int)
    response[places] += dice.normal(0, 0.35 * amplitude(wet_db), size=8)
    response[0] = 1.0
    return response


def tail(dice: np.random.Generator, *, decay_s: float, wet_db: float, delay_s: float, damping_hz: float) -> Response:
    """Noise that falls by 60 dB in `decay_s` after `delay_s`, its energy `wet_db` against a direct sound of 1."""
    length = round(min(decay_s, 2.0) * RATE)
    noise = dice.standard_normal(length) * np.exp(-6.9078 * np.arange(length) / (decay_s * RATE))
    noise = high_pass(low_pass(noise, damping_hz, 1), 120, 1)
    return _placed(noise, delay_s, wet_db)


def gate(dice: np.random.Generator, *, length_s: float, wet_db: float) -> Response:
    """Noise that stays dense for `length_s` and then stops at once: the eighties' snare."""
    length = round(length_s * RATE)
    shape = np.minimum(1.0, (length - np.arange(length)) / (0.015 * RATE)) * np.linspace(1.0, 0.7, length)
    noise = low_pass(dice.standard_normal(length), dice.uniform(2500, 7000), 1)
    return _placed(high_pass(noise, 150, 1) * shape, 0.005, wet_db)


def _placed(noise: Samples, delay_s: float, wet_db: float) -> Response:
    noise = noise * (amplitude(wet_db) / np.sqrt(np.square(noise).sum()))
    return np.concatenate([np.zeros(round(delay_s * RATE) + 1), noise])


def together(*responses: Response) -> Response:
    """Sum responses of any length [samples]; the direct sound is counted as often as they hold it."""
    total = np.zeros(max(map(len, responses)))
    for response in responses:
        total[: len(response)] += response
    return total


def convolve(samples: Samples, response: Response) -> Samples:
    """Sound [samples] in a space, cut to its own length."""
    size = fft.next_fast_len(len(samples) + len(response), real=True)
    spectrum = fft.rfft(samples, size)
    spectrum *= fft.rfft(response, size)
    return cast(Samples, fft.irfft(spectrum, size)[: len(samples)])
