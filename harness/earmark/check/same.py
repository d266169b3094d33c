"""Is an embedding a function of the audio alone?"""

from collections.abc import Iterable

import torch
from threadpoolctl import threadpool_limits

from earmark.audio import Audio
from earmark.check import signals
from earmark.check.finding import WARNING, Check, Found, failed, passed, skipped
from earmark.check.subject import Answer, Subject, as_answer, distance, row

THEME = "same audio, same embedding"
THREADS = 4
SEED = 1
"""Of the clip that the other process embeds too."""
LEVELS = (0.05, 0.2, 0.8)
"""Three clips, ever louder: a model that keeps the loudest it has met shows it in the other order."""


def second_call(subject: Subject) -> Found:
    """The same batch twice."""
    clip = subject.clip(1, LEVELS[0])
    return _same(subject, subject.embed(clip), subject.embed(clip))


def other_order(subject: Subject) -> Found:
    """Three clips, first to last and last to first."""
    clips = [subject.clip(seed, level) for seed, level in enumerate(LEVELS)]
    forward = [subject.embed(clip) for clip in clips]
    backward = [subject.embed(clip) for clip in reversed(clips)]
    return _worst(subject, zip(forward, reversed(backward), strict=True))


def in_a_batch(subject: Subject) -> Found:
    """Each of three clips alone, and all of them as one batch."""
    clips = [subject.clip(seed, level) for seed, level in enumerate(LEVELS)]
    together = subject.embed(*clips)
    return _worst(subject, ((subject.embed(clip), row(together, i)) for i, clip in enumerate(clips)))


def next_to_a_longer_one(subject: Subject) -> Found:
    """A short recording through the harness by itself, and after a longer one whose windows share its batch."""
    rate = subject.info.sample_rate
    short = Audio(samples=signals.music(0.7 * subject.clip_s, rate, 1), rate=rate)
    longer = Audio(samples=signals.music(2.3 * subject.clip_s, rate, 2), rate=rate)
    alone = subject.tracks(short=short)["short"]
    beside = subject.tracks(longer=longer, short=short)["short"]
    return _same(subject, as_answer(alone), as_answer(beside))


def more_threads(subject: Subject) -> Found:
    """One thread, and four."""
    clip = subject.clip(1)
    one, before = subject.embed(clip), torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        with threadpool_limits(THREADS):
            four = subject.embed(clip)
    finally:
        torch.set_num_threads(before)
    return _same(subject, one, four)


def other_process(subject: Subject) -> Found:
    """Here, and in a fresh Python that loads the model anew."""
    if subject.quick:
        return skipped("left out by --quick")
    return _same(subject, subject.embed(subject.clip(SEED)), subject.elsewhere.answered().answer)


def found_again(subject: Subject) -> Found:
    """The fingerprint that embeddings are stored under, here and in a fresh Python."""
    if subject.quick:
        return skipped("left out by --quick")
    there = subject.elsewhere.answered().fingerprint
    if there != subject.fingerprint:
        return failed(f"fingerprint {subject.fingerprint[:8]} here and {there[:8]} there")
    return passed(f"fingerprint {there[:8]}")


def _same(subject: Subject, one: Answer, other: Answer) -> Found:
    return _worst(subject, [(one, other)])


def _worst(subject: Subject, pairs: Iterable[tuple[Answer, Answer]]) -> Found:
    """Passes where the two of each pair are the same within the tolerance, relative to the largest number."""
    apart = max(distance(one, other) for one, other in pairs)
    if apart <= subject.tolerance:
        return passed(f"apart {apart:.1e}, at most {subject.tolerance:g}")
    return failed(f"apart {apart:.1e} of the largest number; at most {subject.tolerance:g} is allowed")


CHECKS = (
    Check(
        name="second call",
        theme=THEME,
        proves="a second call answers the same",
        remedy="Turn dropout and every draw of random numbers off in `embed`; keep nothing from one call to the next.",
        examine=second_call,
        needs=("layers",),
    ),
    Check(
        name="order",
        theme=THEME,
        proves="what was embedded before does not matter",
        remedy="Keep nothing from one call of `embed` to the next: no running statistics, no loudest so far.",
        examine=other_order,
        needs=("second call",),
    ),
    Check(
        name="batch",
        theme=THEME,
        proves="a clip embeds alike alone and in a batch",
        remedy="Normalise each row by itself: no mean, maximum or batch norm statistics over the batch.",
        examine=in_a_batch,
        needs=("order",),
    ),
    Check(
        name="longer neighbour",
        theme=THEME,
        proves="a clip embeds alike next to a longer one",
        remedy="Do not trim or pad rows to what the batch holds; each row is as long as the harness made it.",
        examine=next_to_a_longer_one,
        needs=("batch",),
    ),
    Check(
        name="threads",
        theme=THEME,
        proves="the number of threads does not matter",
        remedy="Let no result depend on how work is parted; sum in float32 or better.",
        examine=more_threads,
        needs=("second call",),
    ),
    Check(
        name="process",
        theme=THEME,
        proves="another process answers the same",
        remedy="Seed what `load` draws, load every weight, and let nothing depend on hash(), time or the process.",
        examine=other_process,
        needs=("order",),
    ),
    Check(
        name="fingerprint",
        theme=THEME,
        proves="another process finds what this one stored",
        remedy="Hold no times, paths of temporary files or process ids as attributes: they change the fingerprint.",
        examine=found_again,
        severity=WARNING,
        needs=("process",),
    ),
)
