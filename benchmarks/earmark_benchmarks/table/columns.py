"""Which column of a table is what: as the user says, else the columns that carry our names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from earmark.errors import UnknownName
from earmark.target import FAMILIES
from earmark_benchmarks.table.sheet import Problem, Sheet

ROLES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "track_id"),
    "path": ("path", "file", "filename", "file_name", "audio"),
    "group": ("group", "artist", "song", "album"),
    "split": ("split",),
}
"""What a table says of a track beside its labels, and the columns that are taken unasked, the first one found."""
USUAL: Mapping[str, tuple[str, ...]] = {
    **{family: (family,) for family in FAMILIES},
    "tempo": ("tempo", "bpm"),
    "instrument": ("instrument", "instruments"),
    "vocal": ("vocal", "vocals"),
    "segmentation": ("segmentation", "segments", "sections"),
}
"""The columns that are taken as targets when the user names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The table's column for each of our names; None where there is none."""

    id: str | None
    path: str | None
    group: str | None
    split: str | None
    targets: Mapping[str, str]
    """Column by name of the target."""
    problems: tuple[Problem, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that has to be read, each once."""
        named = (self.id, self.path, self.group, self.split, *self.targets.values())
        return tuple(dict.fromkeys(column for column in named if column))


def lay_out(sheet: Sheet, columns: Mapping[str, str], targets: Mapping[str, str]) -> Layout:
    """Find every column; what the user names must exist, and an empty name means: there is none.

    `columns` may also name targets: whatever is a family, such as ``{"genre": "category"}``.
    """
    asked = {**{name: column for name, column in columns.items() if name not in ROLES}, **targets}
    given = asked or _usual_targets(sheet.columns)
    roles = {role: columns[role] if role in columns else _usual(sheet, role) for role in ROLES}
    return Layout(
        **{role: column if column in sheet.columns else None for role, column in roles.items()},
        targets={n: c for n, c in given.items() if c in sheet.columns and family_of(n) in FAMILIES},
        problems=(*_unknown(sheet, {**columns, **asked}), *_absent(sheet, roles, given)),
    )


def family_of(name: str) -> str:
    """The family of a target: ``mood`` of ``mood.valence``."""
    return name.partition(".")[0]


def _usual(sheet: Sheet, role: str) -> str:
    known = {column.casefold(): column for column in reversed(sheet.columns)}
    found = [known[name] for name in ROLES[role] if name in known]
    return next(iter([*found, *(sheet.recordings if role == "path" else ())]), "")


def _usual_targets(columns: Sequence[str]) -> dict[str, str]:
    known = {column.casefold(): column for column in reversed(columns)}
    plain = {family: known[name] for family, names in USUAL.items() for name in reversed(names) if name in known}
    dotted = {name: column for name, column in known.items() if "." in name and family_of(name) in FAMILIES}
    return plain | dotted


def _unknown(sheet: Sheet, asked: Mapping[str, str]) -> list[Problem]:
    columns = [column for column in asked.values() if column and column not in sheet.columns]
    names = [name for name in asked if name not in ROLES and family_of(name) not in FAMILIES]
    wrong = [UnknownName("column", column, filter(None, sheet.columns)) for column in columns]
    return [Problem(sentence=str(e)) for e in (*wrong, *(UnknownName("target", n, FAMILIES) for n in names))]


def _absent(sheet: Sheet, roles: Mapping[str, str], targets: Mapping[str, str]) -> list[Problem]:
    there = f"The table has: {', '.join(filter(None, sheet.columns))}."
    found = []
    if not roles["path"]:
        found.append(f"no column holds the recordings; name it with --column path=COLUMN. {there}")
    if not targets:
        found.append(f"no column holds a target; name one with --target genre=COLUMN. {there}")
    return [Problem(sentence=sentence) for sentence in found]
