"""A model that is one file, a program with its weights: what its card tells, rows in, frames out."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark import ModelInfo
from earmark.errors import PluginError
from earmark_plugins.card import (
    ABOUT,
    VERSION_DIGITS,
    Key,
    complain,
    content_hash,
    dims,
    positive,
    read_card,
    switch,
    text,
    told,
    whole,
)

if TYPE_CHECKING:
    from torch import Tensor, nn

KEYS: Mapping[str, Key] = {
    "sample_rate": whole("16000", required=True),
    "dim": whole("512", required=True),
    "window_s": positive("3.0"),
    "hop_s": positive("3.0"),
    **ABOUT,
    "input": text("audio"),
    "output": text("embedding"),
    "layers": dims("{ first = 256, last = 512 }"),
    "layer": text("last"),
    "batch_size": whole("1"),
    "channel_axis": switch("true"),
}
"""What the card of such a file may tell."""

Run = Callable[["Tensor"], Any]
"""Maps audio [batch, samples] or [batch, 1, samples] to whatever the program answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a program takes audio and which of its answers is wanted; part of the model's fingerprint."""

    digest: str
    """blake3 of the file and its weights: 64 hex digits."""
    samples: int | None
    """In a window; None: whole tracks."""
    input: str = ""
    """The name of the input, where a file has several."""
    output: str = ""
    """The name or index of the answer that is taken, where a program gives several."""
    layers: tuple[str, ...] = ()
    """Names of the answers that are layers."""
    batch_size: int | None = None
    """Rows that the program takes at once; None: any number."""
    channel_axis: bool = False
    """Whether the program takes [batch, 1, samples]."""


def describe_file(
    kind: str, argument: str, load: Callable[..., Any], parts: Callable[[Path], Iterable[Path]] = lambda path: [path]
) -> ModelInfo:
    """What the card beside a file tells of the model in it; ``load(path, form, device=...)`` opens it.

    `parts` names the files that hold program and weights. Raises PluginError.
    """
    path = Path(argument).expanduser()
    if not path.is_file():
        raise PluginError(f"There is no file {path} for {kind}:; give the path of a model file.")
    card = read_card(path.with_suffix(".toml"), KEYS)
    digest = content_hash(parts(path))
    return ModelInfo(
        name=f"{kind}:{card.get('name', path.stem)}",
        version=card.get("version", digest[:VERSION_DIGITS]),
        load=functools.partial(load, path.resolve(), _form(card, digest)),
        **told(card, "sample_rate", "dim", "window_s", "hop_s", "license", "source", "training_data", "summary"),
        **told(card, "gain", "layers", "layer"),
    )


def _form(card: Mapping[str, Any], digest: str) -> Form:
    samples = round(card["window_s"] * card["sample_rate"]) if "window_s" in card else None
    stated = told(card, "input", "output", "batch_size", "channel_axis")
    return Form(digest=digest, samples=samples, layers=tuple(card.get("layers", ())), **stated)


def held(program: Any) -> "nn.Module":
    """A torch program as a module that the harness can freeze: already in evaluation, it takes no switch any more.

    TorchScript refuses ``requires_grad_``, and an exported program ``eval``.
    """
    import torch  # noqa: PLC0415 - listing models imports no torch

    class Held(torch.nn.Module):
        """Whatever the program is, unswitched."""

        def __init__(self) -> None:
            super().__init__()
            self.program = program

        def forward(self, audio: "Tensor") -> Any:
            """Return what the program answers."""
            return self.program(audio)

        def train(self, mode: bool = True) -> "Held":  # noqa: ARG002, FBT001, FBT002, RUF100 - torch's signature
            """Leave the program as it is."""
            return self

    return Held()


def check_shape(path: Path, form: Form, batch: int | None, samples: int | None) -> None:
    """Raise PluginError when the sizes that a file's program is bound to are not those of the card; None: any."""
    problems = []
    if samples is not None and samples != form.samples:
        cut = "cuts no windows" if form.samples is None else f"cuts windows of {form.samples}"
        problems.append(
            f"The program takes exactly {samples} samples, but the card {cut}: set window_s = {samples} / sample_rate, "
            "or export it with a dynamic length."
        )
    if batch is not None and form.batch_size not in (None, batch):
        problems.append(
            f"The program takes exactly {batch} rows at once, but the card says batch_size = {form.batch_size}."
        )
    complain(str(path.with_suffix(".toml")), problems)


def embed_rows(run: Run, audio: "Tensor", form: Form) -> "Tensor | dict[str, Tensor]":
    """Run a program on audio [batch, samples] in batches that it takes: frames [batch, frames, dim], or by layer.

    Where it takes only so many rows at once the last batch is filled up with silence, which is cut off again.
    """
    pieces = [_answers(run(rows), form, kept) for rows, kept in _batches(audio, form)]
    if len(pieces) == 1:
        return _only(pieces[0], form)
    import torch  # noqa: PLC0415 - listing models imports no torch

    return _only({name: torch.cat([piece[name] for piece in pieces]) for name in pieces[0]}, form)


def _batches(audio: "Tensor", form: Form) -> "Iterator[tuple[Tensor, int]]":
    """Yield batches that the program takes, and how many of the rows of each are audio."""
    size = form.batch_size or len(audio)
    shaped = audio[:, None] if form.channel_axis else audio
    for start in range(0, len(audio), size):
        rows = shaped[start : start + size]
        missing = size - len(rows)
        yield (rows.new_zeros(size, *rows.shape[1:]).index_copy_(0, _first(rows), rows) if missing else rows), len(rows)


def _first(rows: "Tensor") -> "Tensor":
    import torch  # noqa: PLC0415 - listing models imports no torch

    return torch.arange(len(rows), device=rows.device)


def _only(answers: "dict[str, Tensor]", form: Form) -> "Tensor | dict[str, Tensor]":
    return answers if form.layers else next(iter(answers.values()))


def _answers(answer: Any, form: Form, kept: int) -> "dict[str, Tensor]":
    """Those of a program's answers that are wanted, by name, each [kept, frames, dim]."""
    return {name: _frames(tensor)[:kept] for name, tensor in _wanted(by_name(answer), form).items()}


def by_name(answer: Any) -> dict[str, Any]:
    """Name what a program answered: a mapping by its keys, several answers by their index."""
    if isinstance(answer, Mapping):
        return {str(name): tensor for name, tensor in answer.items()}
    if isinstance(answer, (tuple, list)):
        return {str(index): tensor for index, tensor in enumerate(answer)}
    return {"0": answer}


def _wanted(answers: Mapping[str, Any], form: Form) -> Mapping[str, Any]:
    """Pick the layers, or the one embedding; raises PluginError that names what there is."""
    if form.layers and all(name in answers for name in form.layers):
        return {name: answers[name] for name in form.layers}
    if form.layers and len(answers) == len(form.layers):  # answers without names are layers in their order
        return dict(zip(form.layers, answers.values(), strict=True))
    if not form.layers and form.output in answers:
        return {form.output: answers[form.output]}
    if not form.layers and not form.output and len(answers) == 1:
        return answers
    there = ", ".join(f"{name} {list(getattr(tensor, 'shape', ()))}" for name, tensor in answers.items())
    raise PluginError(
        f"The program answers with {there}; the card must say which is the embedding, output = "
        f'"{next(iter(answers), 0)}", or name all layers, layers = {{ name = dim }}.'
    )


def _frames(tensor: Any) -> Any:
    """One frame for each row where the program gives [batch, dim]."""
    return tensor[:, None] if getattr(tensor, "ndim", 0) == 2 else tensor
