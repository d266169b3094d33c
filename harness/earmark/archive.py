"""The results that are filed in a folder: what leaderboards, the gate and submissions all read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import ResultError, UnknownName
from earmark.protocol import result_path
from earmark.result import Result, read_result
from earmark.result.table import model_name

LEADERBOARD = "leaderboard:"
"""What a result is called by that is meant as it is filed: ``leaderboard:MODEL@VERSION``."""
RESULTS = "results"
"""The subfolder that holds a folder a model, in it a folder a version, in it a file a benchmark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A result and where it is filed."""

    path: Path
    result: Result

    @property
    def name(self) -> str:
        """The model's name with its options."""
        return model_name(self.result)

    @property
    def is_robust(self) -> bool:
        """Whether it is of `bench robust`."""
        return self.result.robustness is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A folder of filed results; nothing is stored of it, every question reads the files."""

    folder: Path

    def home(self, result: Result) -> Path:
        """Where that result is or would be filed: names are made safe for paths."""
        return self.folder / result_path(result)

    def paths(self) -> list[Path]:
        """The files of all results, in an order that depends on their names alone."""
        return sorted((self.folder / RESULTS).glob("*/*/*.json"), key=lambda path: path.parts)

    def results(self, benchmark: str | None = None) -> Iterator[Filed]:
        """Every filed result, or those on one benchmark; raises ResultError for one that cannot be read."""
        for path in self.paths():
            filed = Filed(path=path, result=read_result(path))
            if benchmark in (None, filed.result.benchmark.name):
                yield filed

    def benchmarks(self) -> list[str]:
        """Names of the benchmarks that there are results on; raises ResultError, saying how to file one, without."""
        if not self.paths():
            raise ResultError(
                f"No result is filed in {self.folder}: run `bench run --model NAME`, then file what it wrote with "
                f"`bench submit results/NAME/VERSION/etudes.json --to {self.folder}`."
            )
        return sorted({filed.result.benchmark.name for filed in self.results()})

    def only_benchmark(self) -> str:
        """The one that there are results on; raises ResultError where there are several."""
        known = self.benchmarks()
        if len(known) > 1:
            raise ResultError(f"{self.folder} has results on {', '.join(known)}: name one by --benchmark.")
        return known[0]

    def find(self, words: str, benchmark: str, *, robust: bool = False) -> Filed:
        """The result that ``MODEL@VERSION`` names, or ``MODEL`` where one version is filed.

        Raises UnknownName, and ResultError where nothing is filed, or several versions and none is named.
        """
        name, _, version = words.rpartition("@") if "@" in words else (words, "", "")
        known = [filed for filed in self.results(benchmark) if filed.is_robust == robust]
        if not known:
            kind = "bench robust" if robust else "bench run"
            raise ResultError(
                f"{self.folder} holds no result of `{kind}` on {benchmark}; --board names another folder."
            )
        found = [f for f in known if f.name == name and version in ("", f.result.model.version)]
        if not found:
            raise UnknownName("filed result", words, [f"{f.name}@{f.result.model.version}" for f in known])
        if len(found) > 1:
            versions = ", ".join(f"{name}@{f.result.model.version}" for f in found)
            raise ResultError(f"{words!r} names several results: say which of {versions}.")
        return found[0]


def named_path(words: str, board: Path, beside: Result | None = None, benchmark: str | None = None) -> Path:
    """Where a result lies: the words are a path, or ``leaderboard:MODEL@VERSION`` as `board` has it.

    Of what is filed the one on `benchmark`, or else on that of the result that it is to stand `beside`, or else on the
    only one; robust where that is. Raises ResultError and UnknownName.
    """
    filed = _filed(words, board, beside, benchmark)
    return filed.path if filed else Path(words).expanduser()


def named_result(words: str, board: Path, beside: Result | None = None, benchmark: str | None = None) -> Result:
    """The result that lies there; raises ResultError and UnknownName."""
    filed = _filed(words, board, beside, benchmark)
    return filed.result if filed else read_result(Path(words).expanduser())


def _filed(words: str, board: Path, beside: Result | None, benchmark: str | None) -> Filed | None:
    """The one that is meant as it is filed; None where the words are a path."""
    if not words.startswith(LEADERBOARD):
        return None
    archive = Archive(folder=board)
    on = benchmark or (beside.benchmark.name if beside else archive.only_benchmark())
    robust = beside is not None and beside.robustness is not None
    return archive.find(words.removeprefix(LEADERBOARD), on, robust=robust)
