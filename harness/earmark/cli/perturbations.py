"""``bench perturbations``: the changes of audio that there are."""

import json
from typing import TYPE_CHECKING

import typer

from earmark.cli.options import Json
from earmark.cli.screen import table

if TYPE_CHECKING:
    from earmark.perturbation import Perturbation, Preset

NAME = "perturbations"
COLUMNS = ("perturbation", "version", "levels, mild to severe", "unit", "moves", "what")


def command(as_json: Json = False) -> None:
    """List the changes of audio that the installed plugins bring, and the presets of several."""
    from earmark.registry import installed  # noqa: PLC0415 - `--help` loads no plugin

    found, presets = installed().perturbations.values(), installed().presets.values()
    if as_json:
        listed = {"perturbations": [_record(p) for p in found], "presets": [_preset_record(p) for p in presets]}
        typer.echo(json.dumps(listed, indent=2))
        return
    typer.echo(table([_row(each) for each in found], list(COLUMNS)))
    typer.echo("\nSeveral together: bench robust --model X --perturbations PRESET\n")
    rows = [[p.name, p.version, str(len(p.conditions)), p.summary] for p in presets]
    typer.echo(table(rows, ["preset", "version", "conditions", "what"]))


def _row(each: "Perturbation") -> list[str]:
    levels = ", ".join(each.spell(level) for level in each.levels)
    return [each.name, each.version, levels, each.unit, ", ".join(each.moves), each.summary]


def _record(each: "Perturbation") -> dict[str, object]:
    return {
        "name": each.name,
        "version": each.version,
        "unit": each.unit,
        "levels": list(each.levels),
        "names": dict(each.names),
        "moves": list(each.moves),
        "license": each.license,
        "source": each.source,
        "summary": each.summary,
    }


def _preset_record(preset: "Preset") -> dict[str, object]:
    return {
        "name": preset.name,
        "version": preset.version,
        "conditions": [list(pair) for pair in preset.conditions],
        "source": preset.source,
        "summary": preset.summary,
    }
