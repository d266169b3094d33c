"""What is asked of a model: tasks, and the benchmarks that name and version them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from earmark.errors import EarmarkError
from earmark.target import Target

PROTOCOL = "1"
"""How a score is made; any change of a recipe, a metric or a grid raises it."""
PROBED, FOOTE, BOUNDARIES = "probe", "foote", "boundary-probe"
RECIPES = (PROBED, FOOTE, BOUNDARIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One target of one data set, read from the embedding by one recipe."""

    name: str
    dataset: str
    target: str
    recipe: str = PROBED
    """probe: linear and MLP probes on track vectors; foote and boundary-probe: segmentation from frames."""
    protocol: str = PROTOCOL

    def __post_init__(self) -> None:
        if self.recipe not in RECIPES:
            raise EarmarkError(f"Task {self.name!r} has recipe {self.recipe!r}; it must be one of {RECIPES}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A named, versioned tuple of tasks; any change is a new version."""

    name: str
    version: str
    tasks: tuple[Task, ...]
    summary: str = ""

    def __post_init__(self) -> None:
        for name, count in Counter(task.name for task in self.tasks).items():
            if count > 1:
                raise EarmarkError(f"Benchmark {self.name!r} has {count} tasks called {name!r}; rename all but one.")

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets it needs, each once, in order."""
        return tuple(dict.fromkeys(t.dataset for t in self.tasks))


def tasks_for(dataset: str, targets: Iterable[Target]) -> tuple[Task, ...]:
    """Ask every target once by probe, and a timeline both without training and by a boundary probe."""
    tasks: list[Task] = []
    for target in targets:
        recipes = (FOOTE, BOUNDARIES) if target.form == "timeline" else (PROBED,)
        tasks += [Task(name=_name(target, r), dataset=dataset, target=target.name, recipe=r) for r in recipes]
    return tuple(tasks)


def _name(target: Target, recipe: str) -> str:
    return target.name if recipe == PROBED else f"{target.name}.{recipe}"
