"""The contract of a model that answers for whole recordings by their id."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from earmark.audio import Audio, Samples
from earmark.check import signals
from earmark.check.finding import Check, Found, failed, passed, skipped
from earmark.check.subject import Answer, Subject, distance
from earmark.extract.listed import frames_of
from earmark.model import Recorded

THEME = "recordings by id"
TRACK_S = 4.0
SHORT_S = 0.05
UNSTATED_RATE_HZ = 44_100  # of what is offered to a model that states no rate, because it hears nothing
UNKNOWN = "it knows none of the recordings that it can be tried with"


def asked(subject: Subject, **sounds: Samples) -> dict[str, Answer | str]:
    """Ask for recordings of these sounds: by id an answer [1, frames, dim] or the sentence that says why not.

    Raises PluginError for what is no answer, and ValueError for an id that is unknown, missing or comes twice.
    """
    rate = _rate(subject)
    recorded = [Recorded(id=i, load=lambda s=s: Audio(samples=s, rate=rate)) for i, s in sounds.items()]  # type: ignore[misc]
    model: Any = subject.opened.model
    found: dict[str, Answer | str] = {}
    for track, answer in model.embed_tracks(recorded):
        if track not in sounds or track in found:
            raise ValueError(f"it answers {'twice' if track in found else 'unasked'} for {track!r}")
        found[track] = answer if isinstance(answer, str) else {"": frames_of(subject.info, answer, track)[np.newaxis]}
    if missing := [track for track in sounds if track not in found]:
        raise ValueError(f"it gives no answer for {missing[0]!r}")
    return found


def _rate(subject: Subject) -> int:
    return subject.info.sample_rate or UNSTATED_RATE_HZ


def _music(subject: Subject, seeds: Iterable[int]) -> dict[str, Samples]:
    return {f"check-{seed}": signals.music(TRACK_S, _rate(subject), seed) for seed in seeds}


def each_answered(subject: Subject) -> Found:
    """Three recordings that it cannot know."""
    answers = asked(subject, **_music(subject, (1, 2, 3)))
    sentences = [answer for answer in answers.values() if isinstance(answer, str)]
    if len(sentences) == len(answers):
        return passed(f"of recordings it does not know it says: {sentences[0]}")
    return passed(f"{len(answers) - len(sentences)} embeddings of dim {subject.info.dim}")


def second_call(subject: Subject) -> Found:
    """The same recording twice."""
    sounds = _music(subject, (1,))
    return _same(subject, asked(subject, **sounds), asked(subject, **sounds))


def other_order(subject: Subject) -> Found:
    """Three recordings first to last, last to first, and one by itself."""
    sounds = _music(subject, (1, 2, 3))
    forward = asked(subject, **sounds)
    found = _same(subject, forward, asked(subject, **dict(reversed(sounds.items()))))
    return found if found.outcome == "failed" else _same(subject, asked(subject, **_music(subject, (2,))), forward)


def odd_audio(subject: Subject) -> Found:
    """Silence, noise at full scale and 50 ms of music; `checked` refuses what is not finite."""
    rate = _rate(subject)
    silence, noise = np.zeros(round(TRACK_S * rate), np.float32), signals.full_scale_noise(TRACK_S, rate, 1)
    answers = asked(subject, silence=silence, noise=noise, short=signals.music(SHORT_S, rate, 1))
    return skipped(UNKNOWN) if all(isinstance(answer, str) for answer in answers.values()) else passed()


def _same(subject: Subject, one: dict[str, Answer | str], other: dict[str, Answer | str]) -> Found:
    pairs = [(answer, other[track]) for track, answer in one.items()]
    known = [(a, b) for a, b in pairs if not isinstance(a, str) and not isinstance(b, str)]
    if any(isinstance(a, str) != isinstance(b, str) for a, b in pairs):
        return failed("it has embeddings one time and none the other")
    if not known:
        return skipped(UNKNOWN)
    apart = max(distance(a, b) for a, b in known)
    measured = f"apart {apart:.1e}, at most {subject.tolerance:g}"
    return passed(measured) if apart <= subject.tolerance else failed(measured)


CHECKS = (
    Check(
        name="answers",
        theme=THEME,
        proves="each recording is answered once, as declared",
        remedy="Yield each id that was asked once, with embeddings [frames, dim] or [dim], or a sentence why not.",
        examine=each_answered,
    ),
    Check(
        name="second call",
        theme=THEME,
        proves="a second call answers the same",
        remedy="Keep nothing from one call to the next, and seed every draw.",
        examine=second_call,
        needs=("answers",),
    ),
    Check(
        name="order",
        theme=THEME,
        proves="the other recordings and their order do not matter",
        remedy="Embed each recording by itself, and pair answers with ids rather than with places.",
        examine=other_order,
        needs=("second call",),
    ),
    Check(
        name="odd audio",
        theme=THEME,
        proves="silence, full scale and 50 ms embed to finite numbers",
        remedy="Add a small number inside logarithms and divisions; pad what is shorter than a frame.",
        examine=odd_audio,
        needs=("answers",),
    ),
)
