"""Is the declared sample rate the real one?

That cannot be known of every model from outside: samples carry no rate. What can be known is whether something that
the model holds contradicts it, and whether audio of two rates, resampled to the declared one, embeds alike.
"""

from typing import Any

import numpy as np

from earmark.audio import Audio, resample
from earmark.check import signals
from earmark.check.finding import Check, Found, failed, passed
from earmark.check.held import held
from earmark.check.subject import TINY, Answer, Subject
from earmark.extract.embeddings import Vectors

THEME = "sample rate"
NAMES = ("sample_rate", "sampling_rate", "samplerate", "sr", "rate_hz", "orig_freq", "fs")
"""What feature extractors, configurations and resamplers call the rate that they take."""
SLOWEST_HZ = 1000
"""Numbers below it are no sample rate."""
RATES_HZ = (16_000, 44_100)
ALIKE = 1e-3
"""Difference of two track vectors, relative, that a resampler may leave."""


def nothing_contradicts(subject: Subject) -> Found:
    """Attributes that name a rate, on the model and on everything that it holds."""
    declared = subject.info.sample_rate
    named = ((path, *rate) for path, value in held(subject.opened.model) for rate in _rates(value))
    rates = {f"{path}.{name}".lstrip("."): rate for path, name, rate in named}
    if not rates:
        return passed("nothing that it holds names a rate")
    if declared in rates.values():
        return passed(f"{next(path for path, rate in rates.items() if rate == declared)} is {declared} Hz")
    path, rate = next(iter(rates.items()))
    return failed(
        f"its {path} is {rate:g} Hz, but its info says {declared} Hz",
        f"Set ModelInfo(sample_rate={rate:g}), or give its parts the rate that you declare.",
    )


def _rates(value: Any) -> list[tuple[str, float]]:
    """The sample rates that an object or a mapping names."""
    take = value.get if isinstance(value, dict) else lambda name: vars(value).get(name, vars(type(value)).get(name))
    if not isinstance(value, dict) and not hasattr(value, "__dict__"):
        return []
    found = [(name, take(name)) for name in (*NAMES, *map(str.upper, NAMES))]
    return [(name, rate) for name, rate in found if isinstance(rate, (int, float)) and rate >= SLOWEST_HZ]


def two_renderings(subject: Subject) -> Found:
    """A chirp and a tone made at 16 and at 44.1 kHz: resampled by the harness, and handed over as they are."""
    rate = subject.info.sample_rate
    made = [Audio(samples=signals.chirp_and_tone(2 * subject.clip_s, hz), rate=hz) for hz in RATES_HZ]
    low, high = (subject.track(resample(audio, rate)) for audio in made)
    wrong = [subject.track(Audio(samples=audio.samples, rate=rate)) for audio in made if audio.rate != rate]
    right_apart = _apart(low, high)
    wrong_apart = max(min(_apart(low, answer), _apart(high, answer)) for answer in wrong)
    measured = f"16 and 44.1 kHz apart {right_apart:.1e}, at a wrong rate {wrong_apart:.1e}"
    return passed(measured) if right_apart <= ALIKE or right_apart < wrong_apart else failed(measured)


def _apart(one: Answer, other: Answer) -> float:
    """The distance of two track vectors, relative to the longer; the worst layer counts."""
    pairs = [(vector, other[layer]) for layer, vector in one.items()]
    return max(_norm(a - b) / max(_norm(a), _norm(b), TINY) for a, b in pairs)


def _norm(vector: Vectors) -> float:
    return float(np.linalg.norm(vector))


CHECKS = (
    Check(
        name="declared rate",
        theme=THEME,
        proves="nothing that it holds contradicts the declared rate",
        remedy="Set ModelInfo(sample_rate=...) to what the model was trained with.",
        examine=nothing_contradicts,
        needs=("shape",),
    ),
    Check(
        name="two renderings",
        theme=THEME,
        proves="16 and 44.1 kHz agree once resampled, better than unresampled",
        remedy="Do not read what lies below the noise of recordings: log(x + 1e-10), with samples in [-1, 1].",
        examine=two_renderings,
        needs=("second call",),
    ),
)
