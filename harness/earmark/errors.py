"""Everything that earmark raises on purpose.

EarmarkError
├── UnknownName     a model, data set, benchmark or task that nobody registered
├── PluginError     a plugin that breaks its contract
├── AudioError      a file that is no audio, is empty, or holds samples that are no numbers
├── LabelError      a label outside its vocabulary or range
├── DatasetError    a table or folder that cannot become a data set; lists all of its problems
├── StoreError      a cache folder that cannot be used
└── ResultError     a result that its schema refuses
    └── SubmissionError     a submission that cannot be filed; lists all that was found against it
"""

from collections.abc import Iterable
from difflib import get_close_matches


class EarmarkError(Exception):
    """Whatever a user can mend: the command line prints its sentence without a traceback."""


class UnknownName(EarmarkError):  # noqa: N818 - the name is the message
    """Nothing of that kind has that name; says the nearest names there are.

    >>> print(UnknownName("model", "log-mell", ["log-mel", "mfcc"]))
    No model is called 'log-mell'. Did you mean 'log-mel'? There are: log-mel, mfcc.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        listed = f" There are: {', '.join(names)}." if names else " None is registered."
        self._said = (kind, name, tuple(names))
        super().__init__(f"No {kind} is called {name!r}.{hint}{listed}")

    def __reduce__(self) -> tuple[type["UnknownName"], tuple[str, str, tuple[str, ...]]]:
        """Cross from a worker process: an exception is rebuilt from what it was made of."""
        return type(self), self._said


class PluginError(EarmarkError):
    """A plugin that breaks its contract."""


class AudioError(EarmarkError):
    """A file that is no audio, is empty, or holds samples that are no numbers."""


class LabelError(EarmarkError):
    """A label outside its vocabulary or range."""


class DatasetError(EarmarkError):
    """A table or folder that cannot become a data set; lists all of its problems at once."""

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  {p}" for p in self.problems)]))


class StoreError(EarmarkError):
    """A cache folder that cannot be used."""


class ResultError(EarmarkError):
    """A result that its schema refuses."""


class SubmissionError(ResultError):
    """A submission that cannot be filed on a leaderboard; lists all that was found against it."""

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join([message, *(f"  {p}" for p in self.problems)]))
