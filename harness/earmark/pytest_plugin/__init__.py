"""The release gate in a user's own test suite: the fixture `embed_benchmark`, and the options that fill it.

``pytest --earmark-model my_model.py --earmark-baseline result.json`` and a test that asks for the fixture. pytest loads
this with every suite on the machine, so importing it imports nothing heavy: see `EmbedBenchmark` for what is done.
"""

import pytest

from earmark.pytest_plugin.settings import OPTIONS, Settings
from earmark.pytest_plugin.told import PROPERTY, told

__all__ = ["embed_benchmark", "pytest_addoption", "pytest_terminal_summary"]

WITHOUT_MODEL = (
    "names no model: pytest --earmark-model my_model.py --earmark-baseline result.json "
    "(or earmark_model and earmark_baseline under [tool.pytest.ini_options])"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer every option on the command line and in the ini file."""
    group = parser.getgroup("earmark", "release gate for music embeddings (fixture embed_benchmark)")
    for option in OPTIONS:
        option.offer(parser, group)


@pytest.fixture
def embed_benchmark(request: pytest.FixtureRequest) -> object:
    """The release gate for the model of --earmark-model; call it, or its parts.

    ``check()`` holds the model to its contract, ``scores()`` gates it against the baseline, ``speed()`` is a
    pytest-benchmark of extraction and ``memory()`` gates what it adds to a process; ``embed_benchmark()`` does all.
    """
    settings = Settings.of(request.config)
    if not settings.model:
        pytest.skip(f"embed_benchmark {WITHOUT_MODEL}")
    from earmark.pytest_plugin.gated import EmbedBenchmark  # noqa: PLC0415 - only suites that use it pay for it

    return EmbedBenchmark(request, settings)


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured; first, for a regression that pytest-benchmark finds ends the summary by an exception."""
    lines = told(terminalreporter.stats)
    if lines:
        terminalreporter.section(PROPERTY)
    for line in lines:
        terminalreporter.write_line(line)
