"""The split of a table: read from its column, or drawn by group."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from earmark.dataset import SPLITS
from earmark.errors import UnknownName
from earmark_benchmarks.table.sheet import Problem, Row, places

SPELLINGS: Mapping[str, str] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev"), "valid"),
    **dict.fromkeys(("test", "testing", "eval"), "test"),
}
SHARES: Mapping[str, float] = {"train": 0.6, "test": 0.2, "valid": 0.2}
"""What a drawn split aims at; in a tie the first is filled."""


def read_split(rows: Sequence[Row], column: str) -> tuple[dict[int, str], list[Problem]]:
    """The split of each row as the table says, by the order of the row, and what is wrong with it."""
    found: dict[int, str] = {}
    problems: list[Problem] = []
    for row in rows:
        text = row.text(column)
        if text.casefold() in SPELLINGS:
            found[row.order] = SPELLINGS[text.casefold()]
        else:
            problems.append(row.problem(_wrong_split(text, column)))
    return found, problems


def _wrong_split(text: str, column: str) -> str:
    if text:
        return str(UnknownName("split", text, SPELLINGS))
    return f"the split is empty; fill column {column!r} in every row, or in none and it is drawn."


def torn_groups(rows: Sequence[Row], groups: Mapping[int, str], splits: Mapping[int, str]) -> list[Problem]:
    """One problem for each group that stands on both sides of a split."""
    sides: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in (row for row in rows if row.order in splits):
        sides[groups[row.order]][splits[row.order]].append(row)
    return [_torn(group, side) for group, side in sides.items() if len(side) > 1]


def _torn(group: str, side: Mapping[str, list[Row]]) -> Problem:
    where = " and ".join(f"{split} ({places(rows)})" for split, rows in side.items())
    first = min(row.order for rows in side.values() for row in rows)
    return Problem(order=first, sentence=f"group {group!r} stands in {where}; keep all its tracks on one side.")


def draw_split(groups: Mapping[int, str], features: Mapping[int, Sequence[str]], seed: int) -> dict[int, str]:
    """Give each group to the split that lacks most of what it holds: 60 % train, 20 % valid, 20 % test.

    `features` are what should be spread evenly, by row: a class, or that a target is labelled (after Sechidis et
    al. 2011, iterative stratification). Groups with the rarest features come first; the seed orders the others.
    A feature that one group alone holds goes to train: it cannot be tested, but it can be learned.
    """
    held = _held(groups, features)
    total = sum(held.values(), Counter[str]())
    spread = Counter(feature for counts in held.values() for feature in counts)
    placed: dict[str, Counter[str]] = {split: Counter() for split in SHARES}
    chosen: dict[str, str] = {}
    for group in _shuffled(held, spread, seed):
        lone = min(spread[feature] for feature in held[group]) == 1
        lacking = max(SHARES, key=lambda split: _lack(SHARES[split], held[group], total, placed[split]))
        chosen[group] = "train" if lone else lacking
        placed[chosen[group]].update(held[group])
    return {order: chosen[group] for order, group in groups.items()}


def _held(groups: Mapping[int, str], features: Mapping[int, Sequence[str]]) -> dict[str, Counter[str]]:
    """How often each group holds each feature; the empty feature counts its tracks."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for order, group in groups.items():
        held[group].update(["", *features[order]])
    return held


def _shuffled(held: Mapping[str, Counter[str]], spread: Mapping[str, int], seed: int) -> list[str]:
    """The groups by their rarest feature, then the larger first, then as drawn."""
    drawn = [str(g) for g in np.random.default_rng(seed).permutation(sorted(held))]
    return sorted(drawn, key=lambda g: (min(spread[f] for f in held[g]), -held[g][""]))


def _lack(share: float, group: Mapping[str, int], total: Mapping[str, int], placed: Mapping[str, int]) -> float:
    """How much of its share of the group's features a split still lacks, each feature counting alike."""
    return sum(1 - placed.get(f, 0) / (share * total[f]) for f in group)


def empty_splits(splits: Iterable[str]) -> list[str]:
    """The splits in which nothing stands."""
    present = set(splits)
    return [split for split in SPLITS if split not in present]
