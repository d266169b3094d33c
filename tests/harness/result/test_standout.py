import numpy as np
import pytest

from earmark.result.standout import holm


def test_holm_gives_the_textbook_values() -> None:
    # By hand after Holm (1979): sorted .01 .02 .03 .04 times 4 3 2 1, then made monotone.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_holm_never_passes_one_and_keeps_the_order() -> None:
    p_values = np.random.default_rng(0).random(20).tolist()
    adjusted = holm(p_values)
    assert max(adjusted) <= 1
    assert all(a >= p for a, p in zip(adjusted, p_values, strict=True))
    assert [adjusted[i] for i in np.argsort(p_values)] == sorted(adjusted)


def test_no_task_needs_no_correction() -> None:
    assert holm([]) == []
