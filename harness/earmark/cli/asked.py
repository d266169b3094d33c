"""The options that every measurement takes, in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, get_type_hints

from earmark.cli.answer import Out, check_out
from earmark.cli.options import (
    Benchmark,
    Cache,
    Columns,
    Data,
    Device,
    Json,
    Limit,
    Models,
    Precision,
    Quiet,
    Seed,
    Targets,
    Tasks,
    TrustRemoteCode,
    TrustWeights,
    Workers,
    data_of,
    names,
    trusted,
)

if TYPE_CHECKING:
    from earmark.protocol import Recordings
    from earmark.protocol.begin import How


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a user asks of every measurement."""

    models: list[str]
    on: "str | Recordings"
    how: "How"
    out: Path | None
    as_json: bool
    quiet: bool

    def also(self, **more: "Unpack[How]") -> "How":
        """How it is measured, with what only this command asks."""
        return {**self.how, **more}


def asked(  # noqa: PLR0913, PLR0917 - each parameter is an option of the command line
    model: Models,
    benchmark: Benchmark = None,
    data: Data = None,
    target: Targets = None,
    column: Columns = None,
    tasks: Tasks = None,
    limit: Limit = None,
    device: Device = "auto",
    precision: Precision = "float32",
    trust_weights: TrustWeights = False,
    trust_remote_code: TrustRemoteCode = False,
    workers: Workers = None,
    seed: Seed = 0,
    out: Out = None,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> Asked:
    """Read the options; raises EarmarkError for what cannot be meant."""
    check_out(out, model)
    how: How = {
        "tasks": names(tasks),
        "limit": limit,
        "device": device,
        "precision": precision,
        "trust": trusted(weights=trust_weights, remote_code=trust_remote_code),
        "workers": workers,
        "seed": seed,
        "cache": cache,
    }
    on = data_of(benchmark, data, target, column)
    return Asked(models=model, on=on, how=how, out=out, as_json=as_json, quiet=quiet)


def measurement(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that takes what is `Asked`, and options of its own, the options of every measurement."""
    _, *own = signature(command).parameters.values()
    common = list(signature(asked).parameters.values())

    def measure(**options: Any) -> None:
        mine = {parameter.name: options.pop(parameter.name) for parameter in own}
        command(asked(**options), **mine)

    whole: Any = measure
    whole.__doc__ = command.__doc__
    whole.__signature__ = signature(asked).replace(parameters=[common[0], *own, *common[1:]], return_annotation=None)
    hints = get_type_hints(asked, include_extras=True, localns={"Asked": Asked}) | _hints(command)
    whole.__annotations__ = {p.name: hints[p.name] for p in (*common, *own)}
    return measure


def _hints(command: Callable[..., None]) -> dict[str, Any]:
    return {name: each.annotation for name, each in signature(command).parameters.items()}
