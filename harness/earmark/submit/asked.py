"""Is it a result of what the board asks: the whole registered benchmark, in the one way that compares?"""

from collections import Counter
from collections.abc import Iterator

from earmark.errors import UnknownName
from earmark.extract import FULL_PRECISION
from earmark.protocol.marking import RESAMPLES
from earmark.protocol.reading import readers_of
from earmark.registry import installed
from earmark.submit.case import Case, Check

THEME = "benchmark"
SEED = 0


def benchmark_problems(case: Case) -> Iterator[str]:
    """The benchmark and its version are registered here."""
    asked, known = case.result.benchmark, installed().benchmarks
    if asked.name not in known:
        yield str(UnknownName("registered benchmark", asked.name[:100], known))
    elif known[asked.name].version != asked.version:
        yield (
            f"Benchmark {asked.name!r} has no version {asked.version[:100]!r} here, but {known[asked.name].version!r}: "
            "scores of different versions do not compare. Run the model again with this version of earmark."
        )


def kind_problems(case: Case) -> Iterator[str]:
    """It is a whole run, or a whole robustness run, by linear probes, in full precision, with the board's seed."""
    result = case.result
    if result.limit is not None:
        yield f"It was made with --limit {result.limit}: run the whole benchmark, without it."
    if result.asked:
        yield f"It holds only {', '.join(result.asked)[:200]}: run the whole benchmark, without --tasks."
    if any(task.probe == "mlp" for task in result.tasks):
        yield "It holds MLP probes, but the board compares linear probes: run without --probes."
    if result.model.layers or any(task.by_layer for task in result.tasks):
        yield "It compares layers: submit a model whose main layer is the one you mean, or make the layer an option."
    if result.precision != FULL_PRECISION:
        yield f"It was embedded in {result.precision[:20]}, not in {FULL_PRECISION}: run without --precision."
    if (result.seed, result.resamples) != (SEED, RESAMPLES):
        yield (
            f"Its seed is {result.seed} with {result.resamples} resamples; the board's is {SEED} with {RESAMPLES}: "
            "run without --seed."
        )


def task_problems(case: Case) -> Iterator[str]:
    """Every task of the benchmark, each once and in its order, and no other."""
    wanted = [(task.name, probe) for task in case.benchmark.tasks for probe in readers_of(task, ("linear",), SEED)]
    held = [(task.task, task.probe) for task in case.result.tasks]
    if missing := [name for name, probe in wanted if (name, probe) not in held]:
        yield f"These tasks are missing: {', '.join(missing)}. Run the whole benchmark, without --tasks."
    if more := [f"{name[:60]} ({probe})" for name, probe in held if (name, probe) not in wanted]:
        yield f"The benchmark does not ask {', '.join(more[:20])}: leave them out."
    if twice := [name[:60] for (name, _), count in Counter(held).items() if count > 1]:
        yield f"These tasks stand twice: {', '.join(twice[:20])}."
    if sorted(wanted) == sorted(held) and wanted != held:
        yield f"Its tasks are in another order than the benchmark's: {', '.join(name for name, _ in wanted)}."


def question_problems(case: Case) -> Iterator[str]:
    """Each task asks what the benchmark asks: the same target in the same form with the same classes and protocol."""
    for task, found in zip(case.benchmark.tasks, case.result.tasks, strict=True):
        if task.dataset not in installed().datasets:
            yield f"Data set {task.dataset!r} of task {task.name!r} is not registered here."
            continue
        target = next(t for t in installed().datasets[task.dataset].targets if t.name == task.target)
        for what, claimed, asked in (
            ("data set", found.dataset, task.dataset),
            ("target", found.target, task.target),
            ("family", found.family, target.family),
            ("form", found.form, target.form),
            ("protocol", found.protocol, task.protocol),
            ("classes", found.classes, target.classes),
        ):
            if claimed != asked:
                yield f"Task {task.name!r}: its {what} is {str(claimed)[:200]!r}, but the benchmark's {asked!r}."


CHECKS = (
    Check(name="benchmark", theme=THEME, proves="it is registered, in this version", examine=benchmark_problems),
    Check(name="kind", theme=THEME, proves="a whole run by linear probes", examine=kind_problems),
    Check(name="tasks", theme=THEME, proves="complete, each once", examine=task_problems, needs=("benchmark",)),
    Check(name="questions", theme=THEME, proves="as the benchmark asks them", examine=question_problems,
          needs=("tasks",)),
)  # fmt: skip
