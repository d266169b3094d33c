"""Labels of sections."""

import numpy as np
import pytest

from earmark.probe.sections import section_labels, section_timeline

STEP_S = 0.5


def form(labels: str, length: int = 16, noise: float = 0.5, dim: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Frames of sections of `length` frames that sound as their letters say, and the cuts between them."""
    rng = np.random.default_rng(7)
    sound = {letter: rng.standard_normal(dim) for letter in sorted(set(labels))}
    clean = np.repeat(np.stack([sound[letter] for letter in labels]), length, axis=0)
    frames = clean + noise * rng.standard_normal(clean.shape)
    return frames.astype(np.float32), np.arange(1, len(labels)) * length


@pytest.mark.parametrize("labels", ["AABA", "ABAB", "ABACA", "ABCA", "ABC", "AB", "ABCDE"])
def test_repeated_sections_share_a_label(labels: str) -> None:
    assert "".join(section_labels(*form(labels))) == labels


def test_labels_are_given_in_order_of_appearance() -> None:
    assert section_labels(*form("BCB")) == ("A", "B", "A")


def test_scale_and_a_constant_feature_change_no_label() -> None:
    frames, cuts = form("AABA")
    wider = np.column_stack([1000 * frames, np.full(len(frames), 0.1)]).astype(np.float32)
    assert section_labels(wider, cuts) == section_labels(frames, cuts)


def test_one_section_is_a() -> None:
    frames, _ = form("A")
    assert section_timeline(frames, [], step_s=STEP_S, duration_s=8.0).labels == ("A",)


def test_the_timeline_spans_the_duration_and_keeps_the_boundaries() -> None:
    frames, _ = form("ABA")
    found = section_timeline(frames, [8.0, 16.0], step_s=STEP_S, duration_s=24.3)
    assert found.edges_s == (0.0, 8.0, 16.0, 24.3)
    assert found.labels == ("A", "B", "A")


@pytest.mark.parametrize("count", [1, 3])
def test_a_boundary_past_the_last_frame_is_survived(count: int) -> None:
    found = section_timeline(np.ones((count, 4), dtype=np.float32), [2.0, 4.0], step_s=STEP_S, duration_s=6.0)
    assert len(found.labels) == 3


def test_the_27th_kind_is_aa() -> None:
    frames = np.repeat(np.eye(27, dtype=np.float32), 4, axis=0)
    assert section_labels(frames, np.arange(1, 27) * 4)[-2:] == ("Z", "AA")
