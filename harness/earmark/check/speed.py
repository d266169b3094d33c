"""What does it cost?"""

import time

from earmark.audio import Audio
from earmark.check import signals
from earmark.check.finding import WARNING, Check, Found, failed, passed, skipped
from earmark.check.subject import Subject

THEME = "cost"
LEAST_S = 20.0
"""Of audio to time."""
SLOWEST = 1.0
"""Seconds of audio a second: below it, an hour of music takes more than an hour."""
MOST_BYTES = 4e9
"""Memory for 20 minutes that every machine has to spare."""


def fast_enough(subject: Subject) -> Found:
    """Some recordings through the harness, on one thread where the device is a CPU."""
    rate = subject.info.sample_rate
    audio = Audio(samples=signals.music(max(LEAST_S, subject.clip_s), rate, 1), rate=rate)
    start = time.perf_counter()
    subject.tracks(clip=audio)
    speed = audio.duration_s / (time.perf_counter() - start)
    measured = f"{speed:{',.0f' if speed >= SLOWEST else '.2f'}} s of audio a second on {subject.device}, one thread"
    return passed(measured) if speed >= SLOWEST else failed(measured)


def small_enough(subject: Subject) -> Found:
    """The peak that twenty minutes of audio added to a process of its own."""
    if subject.quick:
        return skipped("left out by --quick")
    most = subject.elsewhere.borne().memory_bytes
    measured = f"{most / 1e6:,.0f} MB for 20 minutes"
    return passed(measured) if most <= MOST_BYTES else failed(measured)


CHECKS = (
    Check(
        name="memory",
        theme=THEME,
        proves="20 minutes of audio fit into 4 GB",
        remedy="Declare window_s, so that the harness hands over a window at a time, or work in chunks of frames.",
        examine=small_enough,
        severity=WARNING,
        needs=("20 minutes",),
    ),
    Check(
        name="speed",
        theme=THEME,
        proves="it embeds faster than the music plays",
        remedy="Embed a batch at once instead of row by row; move loops into torch.",
        examine=fast_enough,
        severity=WARNING,
        needs=("layers",),
    ),
)
