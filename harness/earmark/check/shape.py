"""Does the model open, and does it answer in the shape that it states?"""

from earmark.check.finding import Check, Found, passed
from earmark.check.subject import Answer, Subject

THEME = "shape"


def stated_shape(subject: Subject) -> Found:
    """One row and two rows of audio give [batch, frames, dim]."""
    layers = (subject.info.main_layer,)
    one = subject.embed(subject.clip(1), layers=layers)
    subject.embed(subject.clip(1), subject.clip(2), layers=layers)
    return passed(_described(one))


def every_layer(subject: Subject) -> Found:
    """Each layer that the info names is in the answer, with its own dimension."""
    if not subject.info.layers:
        return passed("it names no layers")
    return passed(_described(subject.embed(subject.clip(1), subject.clip(2))))


def _described(answer: Answer) -> str:
    named = [f"{layer} {list(part.shape)}".strip() for layer, part in answer.items()]
    return named[0] if len(named) == 1 else f"{len(named)} layers, the last {named[-1]}"


LOAD = Check(
    name="load",
    theme=THEME,
    proves="it opens",
    remedy="Make `load` return an object with a method `embed` from what the info's options say.",
    examine=lambda _: passed(),
)
"""Stands for the opening itself, which comes before there is a subject."""

CHECKS = (
    Check(
        name="shape",
        theme=THEME,
        proves="embed answers [batch, frames, dim] as declared",
        remedy="Return a float tensor [batch, frames, dim] of at least one frame; set ModelInfo(dim=...) to match.",
        examine=stated_shape,
    ),
    Check(
        name="layers",
        theme=THEME,
        proves="every declared layer is in the answer",
        remedy="Return [layers, batch, frames, dim], or a mapping whose keys are those of ModelInfo(layers=...).",
        examine=every_layer,
        needs=("shape",),
    ),
)
