"""From an opened table to a data set: recordings, labels, groups and a split, or all that is wrong at once."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from earmark.audio import AudioBytes, AudioFile
from earmark.dataset import Dataset, Track
from earmark.target import Label, Timeline
from earmark_benchmarks.table import checks
from earmark_benchmarks.table.columns import Layout, lay_out
from earmark_benchmarks.table.labels import Column, read_column
from earmark_benchmarks.table.sheet import Problem, Row, Sheet, enumerated, refuse
from earmark_benchmarks.table.splits import draw_split, empty_splits, read_split, torn_groups

NOTHING: Mapping[str, str] = {}
FEWEST_GROUPS = 3
"""One for each split."""


def read_table(
    path: Path,
    *,
    opener: Callable[[Path], Sheet],
    columns: Mapping[str, str] = NOTHING,
    targets: Mapping[str, str] = NOTHING,
    forms: Mapping[str, str] = NOTHING,
    seed: int = 0,
    name: str | None = None,
) -> Dataset:
    """Read a table of recordings as a data set; raises DatasetError with every problem it has.

    `columns` maps id, path, group and split, and `targets` genre or mood.valence, to the table's own columns;
    an empty column means that there is none. What is not named is taken from columns that carry our names.
    `forms` overrules the form that a target's content suggests, such as ``{"mood": "class"}`` for moods in digits.
    A table without a split gets one drawn by group with `seed`: it stands in the tracks, and `notes` say so.
    """
    sheet = opener(path.expanduser())
    layout = lay_out(sheet, columns, targets)
    rows = sheet.rows(layout.columns)
    refuse(sheet, _empty(rows))
    draft = _draft(sheet, layout, rows, forms, seed)
    unclear = () if "split" in columns else sheet.split_problems
    refuse(sheet, (*sheet.problems, *unclear, *layout.problems, *draft.problems))
    return _dataset(name or path.resolve().stem, sheet, draft)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A table as understood, sound or not; every mapping is by the order of the row."""

    rows: Sequence[Row]
    ids: Mapping[int, str]
    groups: Mapping[int, str]
    sources: Mapping[int, AudioFile | AudioBytes]
    splits: Mapping[int, str]
    columns: Sequence[Column]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    drawn_split: bool


def _empty(rows: Sequence[Row]) -> list[Problem]:
    return [] if rows else [Problem(sentence="it has no rows; give at least one recording a row.")]


def _draft(sheet: Sheet, layout: Layout, rows: Sequence[Row], forms: Mapping[str, str], seed: int) -> Draft:
    read = [read_column(n, c, rows, sheet.folder, forms.get(n)) for n, c in layout.targets.items()]
    sources, missing = _sources(sheet, layout, rows)
    ids = _ids(rows, layout)
    groups = {row.order: row.text(layout.group) or ids[row.order] for row in rows}
    drawn = not any(row.text(layout.split) for row in rows)
    splits, wrong = _splits(rows, layout, groups, read, seed if drawn else None)
    kept = [_without_rare(column, groups, splits) for column in read]
    return Draft(
        rows=rows,
        ids=ids,
        groups=groups,
        sources=sources,
        splits=splits,
        columns=kept,
        problems=(
            *missing,
            *wrong,
            *_row_problems(rows, layout, ids, sources),
            *_problems(rows, kept, splits, sources),
        ),
        drawn_split=drawn,
        notes=(*_group_notes(rows, layout), *_split_notes(drawn, seed), *_target_notes(kept, splits)),
    )


def _ids(rows: Sequence[Row], layout: Layout) -> dict[int, str]:
    """The table's ids, else the recordings' names, with their place where several recordings have one name."""
    names = {row.order: _file(row, layout) or row.place for row in rows}
    often = Counter(names.values())
    unique = {row.order: n if often[n := names[row.order]] == 1 else f"{n} ({row.place})" for row in rows}
    return {row.order: row.text(layout.id) or unique[row.order] for row in rows}


def _file(row: Row, layout: Layout) -> str:
    cell = row.cells.get(layout.path or "", "")
    return cell.name if isinstance(cell, AudioBytes) else row.text(layout.path)


def _sources(
    sheet: Sheet, layout: Layout, rows: Sequence[Row]
) -> tuple[dict[int, AudioFile | AudioBytes], list[Problem]]:
    """Where each recording is, and a problem for each that is not there."""
    found: dict[int, AudioFile | AudioBytes] = {}
    problems: list[Problem] = []
    for row in rows if layout.path else ():
        cell = row.cells.get(layout.path or "", "")
        file = sheet.folder / Path(row.text(layout.path)).expanduser()
        if isinstance(cell, AudioBytes):
            found[row.order] = cell
        elif not row.text(layout.path):
            problems.append(row.problem(f"no recording is named; fill column {layout.path!r}."))
        elif not file.is_file():
            problems.append(row.problem(f"there is no file {str(cell)!r} in {sheet.folder}."))
        else:
            found[row.order] = AudioFile(file)
    return found, problems


def _splits(
    rows: Sequence[Row], layout: Layout, groups: Mapping[int, str], read: Sequence[Column], seed: int | None
) -> tuple[dict[int, str], list[Problem]]:
    """The split as the table has it, or, with a seed, drawn."""
    if seed is None:
        splits, problems = read_split(rows, layout.split or "")
        grouped = [row for row in rows if row.text(layout.group)]
        return splits, [*problems, *torn_groups(grouped, groups, splits), *_unfilled(splits, problems)]
    count = len(set(groups.values()))
    if count < FEWEST_GROUPS:
        few = (
            f"{count} group{'s' if count > 1 else ''} cannot fill train, valid and test; give at least {FEWEST_GROUPS}."
        )
        return {}, [Problem(sentence=few)]
    return draw_split(groups, _features(rows, groups, read), seed), []


def _unfilled(splits: Mapping[int, str], problems: Sequence[Problem]) -> list[Problem]:
    empty = [] if problems else empty_splits(splits.values())
    advice = "move some tracks there, or name no split (--column split=) and it is drawn by group"
    return [Problem(sentence=f"no track is in {' and '.join(empty)}; {advice}.")] if empty else []


def _features(rows: Sequence[Row], groups: Mapping[int, str], read: Sequence[Column]) -> dict[int, list[str]]:
    """What a drawn split should spread evenly: the classes, and for other forms that a track is labelled."""
    features: dict[int, list[str]] = {row.order: [] for row in rows}
    for column in read:
        rare = checks.rare_classes(column, groups, dict.fromkeys(groups, "train"))
        for order, label in column.labels.items():
            parts = label if isinstance(label, tuple) else (label if column.target.classes else "",)
            features[order] += [f"{column.target.name} {part}" for part in parts if part not in rare]
    return features


def _without_rare(column: Column, groups: Mapping[int, str], splits: Mapping[int, str]) -> Column:
    """A target of several classes without those that cannot be both learned and tested, and a note of them."""
    rare = checks.rare_classes(column, groups, splits) if column.target.form == "classes" else ()
    if not rare:
        return column
    target = replace(column.target, classes=tuple(c for c in column.target.classes if c not in rare))
    labels = {
        o: tuple(c for c in label if c not in rare) for o, label in column.labels.items() if isinstance(label, tuple)
    }
    note = f"{target.name}: left out, being on one group only or not in train: {enumerated(rare)}."
    return replace(column, target=target, labels=labels, notes=(*column.notes, note))


def _row_problems(
    rows: Sequence[Row], layout: Layout, ids: Mapping[int, str], sources: Mapping[int, AudioFile | AudioBytes]
) -> list[Problem]:
    files = {order: str(s.path.resolve()) for order, s in sources.items() if isinstance(s, AudioFile)}
    again = checks.doubled(rows, files, "recording")
    named = {row.order: ids[row.order] for row in rows if row.text(layout.id)}
    return [*again, *checks.doubled(rows, named, "id")]


def _problems(
    rows: Sequence[Row],
    read: Sequence[Column],
    splits: Mapping[int, str],
    sources: Mapping[int, AudioFile | AudioBytes],
) -> list[Problem]:
    found = [problem for column in read for problem in column.problems]
    found += [problem for column in read for problem in checks.ends(rows, column, sources)]
    whole = len(splits) == len(rows)  # else what is wrong with the split explains it
    return found + [p for column in read for p in (checks.answerable(rows, column, splits) if whole else ())]


def _group_notes(rows: Sequence[Row], layout: Layout) -> list[str]:
    alone = sum(not row.text(layout.group) for row in rows)
    if not alone:
        return []
    return [f"{alone} of {len(rows)} tracks name no group: split and intervals take them as independent of each other."]


def _split_notes(drawn: bool, seed: int) -> list[str]:
    return [f"The split was drawn by group with seed {seed}: about 60 % train, 20 % valid, 20 % test."] if drawn else []


def _target_notes(read: Sequence[Column], splits: Mapping[int, str]) -> list[str]:
    """What each column has to say, where its split is whole."""
    whole = all(order in splits for column in read for order in column.labels)
    return [
        note for column in read for note in (*column.notes, *(checks.never_tested(column, splits) if whole else ()))
    ]


def _dataset(name: str, sheet: Sheet, draft: Draft) -> Dataset:
    tracks = tuple(_track(row, draft) for row in draft.rows)
    return Dataset(
        name=name,
        version=_version(sheet, tracks),
        license="",
        source=sheet.path.name,
        targets=tuple(column.target for column in draft.columns),
        tracks=tracks,
        notes=draft.notes,
        drawn_split=draft.drawn_split,
    )


def _track(row: Row, draft: Draft) -> Track:
    labelled = [column for column in draft.columns if row.order in column.labels]
    return Track(
        id=draft.ids[row.order],
        group=draft.groups[row.order],
        split=draft.splits[row.order],
        source=draft.sources[row.order],
        labels={column.target.name: column.labels[row.order] for column in labelled},
    )


def _version(sheet: Sheet, tracks: Sequence[Track]) -> str:
    """Twelve digits of the content: another label, file name, group or split is another version."""
    from blake3 import blake3  # noqa: PLC0415 - listing commands need no checksum

    lines = sorted(json.dumps([t.id, _name_in(sheet, t), t.group, t.split, _plain(t.labels)]) for t in tracks)
    return blake3("\n".join(lines).encode()).hexdigest(length=6)


def _name_in(sheet: Sheet, track: Track) -> str:
    """The recording's name, without the folder that the whole table may be moved to."""
    name = Path(track.source.name)
    return name.relative_to(sheet.folder).as_posix() if name.is_relative_to(sheet.folder) else name.as_posix()


def _plain(labels: Mapping[str, Label]) -> dict[str, object]:
    return {n: [v.edges_s, v.labels] if isinstance(v, Timeline) else v for n, v in sorted(labels.items())}
