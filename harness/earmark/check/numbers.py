"""Are the numbers finite, whatever the audio?"""

import numpy as np

from earmark.audio import Audio, Samples
from earmark.check import signals
from earmark.check.finding import Check, Found, passed, skipped
from earmark.check.subject import Subject

THEME = "finite numbers"
SHORT_S = 0.05
LONG_S = 20 * 60.0


def silence(subject: Subject) -> Found:
    """Zeros, as long as the model takes at once."""
    return _finite(subject, np.zeros(len(subject.clip(1)), np.float32))


def full_scale(subject: Subject) -> Found:
    """White noise from -1 to 1."""
    return _finite(subject, signals.full_scale_noise(subject.clip_s, subject.info.sample_rate, 1))


def fifty_milliseconds(subject: Subject) -> Found:
    """Less than one frame of most models."""
    return _finite(subject, signals.music(SHORT_S, subject.info.sample_rate, 1))


def twenty_minutes(subject: Subject) -> Found:
    """A long recording through the harness, in a process of its own, which may run out of memory."""
    if subject.quick:
        return skipped("left out by --quick")
    borne = subject.elsewhere.borne()
    return passed(f"{borne.took_s:.1f} s and {borne.memory_bytes / 1e6:,.0f} MB more")


def _finite(subject: Subject, samples: Samples) -> Found:
    """Embed through the harness, which refuses what is not finite; raises PluginError."""
    answer = subject.track(Audio(samples=samples, rate=subject.info.sample_rate))
    return passed(f"largest {max(float(np.abs(part).max()) for part in answer.values()):.3g}")


CHECKS = (
    Check(
        name="silence",
        theme=THEME,
        proves="silence embeds to finite numbers",
        remedy="Add a small number inside logarithms and divisions: log(x + 1e-10), x / (norm + 1e-8).",
        examine=silence,
        needs=("layers",),
    ),
    Check(
        name="full scale",
        theme=THEME,
        proves="noise at full scale embeds to finite numbers",
        remedy="Compute in float32: float16 ends at 65504.",
        examine=full_scale,
        needs=("layers",),
    ),
    Check(
        name="50 ms",
        theme=THEME,
        proves="a clip of 50 ms embeds to finite numbers",
        remedy="Pad what is shorter than a frame, or declare window_s: the harness then pads to it.",
        examine=fifty_milliseconds,
        needs=("layers",),
    ),
    Check(
        name="20 minutes",
        theme=THEME,
        proves="a recording of 20 minutes embeds to finite numbers",
        remedy="Declare window_s, so that the harness hands over a window at a time.",
        examine=twenty_minutes,
        needs=("layers",),
    ),
)
