"""Do embeddings answer to loudness as the model says?"""

import numpy as np

from earmark.check.finding import NOTE, Check, Found, failed, passed
from earmark.check.subject import Subject, distance

THEME = "gain"
GAINS_DB = (-6.0, -20.0)
INVARIANT = 1e-3
"""How far an invariant embedding may move, relative: a small number inside a normalisation moves it a little."""


def as_stated(subject: Subject) -> Found:
    """The same clip, 6 and 20 dB quieter."""
    clip = subject.clip(1)
    loud = subject.embed(clip)
    apart = max(distance(loud, subject.embed(clip * np.float32(10 ** (db / 20)))) for db in GAINS_DB)
    found = "invariant" if apart <= INVARIANT else "heard"
    measured = f"apart {apart:.1e} at {GAINS_DB[0]:g} and {GAINS_DB[1]:g} dB"
    if subject.info.gain == found:
        return passed(f"{found}: {measured}")
    if subject.info.gain:
        return failed(f"{measured}, but its info says {subject.info.gain!r}", f"Set ModelInfo(gain={found!r}).")
    return failed(f"nobody says; {measured}", f"Set ModelInfo(gain={found!r}).", NOTE)


CHECKS = (
    Check(
        name="gain",
        theme=THEME,
        proves="embeddings move with loudness, or not, as stated",
        remedy="Set ModelInfo(gain=...) to 'heard' or 'invariant'.",
        examine=as_stated,
        needs=("second call",),
    ),
)
