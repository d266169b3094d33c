"""Is all of the audio heard, each moment in the frame that stands for it?"""

import numpy as np
import numpy.typing as npt

from earmark.audio import Samples
from earmark.check import signals
from earmark.check.finding import Check, Found, failed, passed
from earmark.check.subject import Answer, Subject, distance

THEME = "time"
TRACK_S = 40.0
"""What a model without a window is given: longer than the crop of most models."""
EDGE = 0.2
"""Share of the audio at either end that is exchanged for something else."""
CHANGE = 1 / 3
"""Where, as a share of the audio, the music turns to noise."""
SLACK = 0.1
"""How far from there the frames may turn, as a share of the audio: they may hear what is around them."""
SLACK_FRAMES = 2
FEWEST_FRAMES = 4


def every_moment(subject: Subject) -> Found:
    """Music, against the same music with another first or last fifth."""
    plain, other = _sounds(subject)
    edge = round(EDGE * len(plain))
    whole = subject.embed(plain)
    for where, changed in (
        ("last", np.concatenate([plain[:-edge], other[-edge:]])),
        ("first", np.concatenate([other[:edge], plain[edge:]])),
    ):
        if distance(whole, subject.embed(changed)) <= subject.tolerance:
            return failed(f"the {where} {EDGE * len(plain) / subject.info.sample_rate:.1f} s change nothing")
    return passed(f"in {len(plain) / subject.info.sample_rate:g} s")


def in_order(subject: Subject) -> Found:
    """Music that turns to noise: the frames must turn there too, by the harness's even placement."""
    plain, other = _sounds(subject)
    change = round(CHANGE * len(plain))
    layer = (subject.info.main_layer,)
    before, after, turning = (
        _frames(subject.embed(sound, layers=layer))
        for sound in (plain, other, np.concatenate([plain[:change], other[change:]]))
    )
    if not len(before) == len(after) == len(turning):
        return failed(f"{len(before)}, {len(after)} and {len(turning)} frames for equally long clips")
    if len(turning) < FEWEST_FRAMES:
        return passed(f"too few frames to tell ({len(turning)}): the harness places them")
    length_s = len(plain) / subject.info.sample_rate
    turned_s = _turn(before, after, turning) / len(turning) * length_s
    measured = f"{turned_s:.2f} s for a change at {CHANGE * length_s:.2f} s"
    slack_s = max(SLACK, SLACK_FRAMES / len(turning)) * length_s
    return passed(measured) if abs(turned_s - CHANGE * length_s) <= slack_s else failed(measured)


def _sounds(subject: Subject) -> tuple[Samples, Samples]:
    """Music and noise of the same length, as long as a window or a short track."""
    duration_s, rate = subject.info.window_s or TRACK_S, subject.info.sample_rate
    return signals.music(duration_s, rate, 1), signals.hiss(duration_s, rate, 2)


def _frames(answer: Answer) -> npt.NDArray[np.float64]:
    (layer,) = answer.values()
    return np.asarray(layer[0], dtype=np.float64)


def _turn(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64], turning: npt.NDArray[np.float64]) -> int:
    """The frame from which on `turning` is nearer to `after` than to `before`, all [frames, dim].

    Of all places to part it, the one that leaves the least distance: frames that cannot tell the two do not count.
    """
    to_before = np.linalg.norm(turning - before, axis=1)
    to_after = np.linalg.norm(turning - after, axis=1)
    cost = np.concatenate([[0.0], np.cumsum(to_before)]) + np.concatenate([np.cumsum(to_after[::-1])[::-1], [0.0]])
    return int(np.argmin(cost))


CHECKS = (
    Check(
        name="every moment",
        theme=THEME,
        proves="the beginning and the end are heard",
        remedy="Do not crop in `embed`; declare what the model takes at once as window_s: the harness slices.",
        examine=every_moment,
        needs=("second call",),
    ),
    Check(
        name="frame times",
        theme=THEME,
        proves="frames stand in the order of time, evenly",
        remedy="Return frames first to last that span the audio evenly: no class token, none of the padding's frames.",
        examine=in_order,
        needs=("every moment",),
    ),
)
