"""A whole submission, and what is filed of it."""

import pytest

from earmark.archive import Archive
from earmark.submit import submit

pytestmark = pytest.mark.usefixtures("registered")


def test_an_honest_result_is_filed_with_its_predictions(handed, archive: Archive) -> None:
    found = submit(handed("log-mel"), archive)
    assert found.path == archive.folder / "results/log-mel/1/tiny.json"
    assert found.is_new
    (filed,) = archive.results("tiny")
    assert filed.result.tasks == found.result.tasks
    assert len(filed.result.predictions_frame()) == 9 * 18


def test_a_robustness_result_is_filed_beside_the_run(handed, archive: Archive) -> None:
    for name in ("log-mel", "mfcc", "robust"):
        submit(handed(name), archive)
    own = [path.name for path in archive.paths() if "mfcc" in path.parts]
    assert own == ["tiny-robust-time-stretch-0.8-pitch-shift-2-gain--6.json", "tiny.json"]


def test_every_check_passes(handed, archive: Archive) -> None:
    submit(handed("log-mel"), archive)
    found = submit(handed("robust"), archive)
    assert {finding.outcome for finding in found.findings} == {"passed"}
