"""Which parts of which clips a network hears."""

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import Audio
from earmark.errors import StoreError
from earmark.train.lessons import Clips, batches
from earmark.train.waves import Waves

RATE = 100
HALF_A_STEP = 0.5 / 32_767  # of 16 bits, at a peak of one


@pytest.fixture
def waves(tmp_path: Path) -> Waves:
    return Waves(tmp_path, RATE)


def ramp(waves: Waves, length: int) -> Clips:
    """A clip whose samples are their own place over its length."""
    waves.write("ramp", Audio(samples=np.arange(length, dtype=np.float32) / length, rate=RATE))
    return Clips(waves=waves, checksums=("ramp",), lengths=np.array([length]), answers=())


def starts(chunks: np.ndarray, length: int) -> list[int]:
    return np.round(chunks[:, 0] * length).astype(int).tolist()


@pytest.mark.parametrize("peak", [1.0, 1e-4, 3.0])
def test_samples_are_kept_to_16_bits_of_their_peak(waves: Waves, peak: float):
    samples = (peak * np.sin(np.arange(500.0))).astype(np.float32)
    waves.write("a", Audio(samples=samples, rate=RATE))
    np.testing.assert_allclose(waves.read("a", 0, 500), samples, atol=1.01 * HALF_A_STEP * peak)


def test_silence_stays_silent(waves: Waves):
    waves.write("s", Audio(samples=np.zeros(9, np.float32), rate=RATE))
    assert not waves.read("s", 0, 9).any()


def test_after_the_end_comes_silence(waves: Waves):
    waves.write("a", Audio(samples=np.ones(3, np.float32), rate=RATE))
    assert waves.read("a", 1, 4).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_a_damaged_file_is_named(waves: Waves):
    waves.write("a", Audio(samples=np.ones(3, np.float32), rate=RATE))
    waves.path("a").write_bytes(b"cut")
    with pytest.raises(StoreError, match=r"a\.safetensors cannot be read .* delete it"):
        waves.read("a", 0, 3)


def test_chunks_are_spaced_as_published(waves: Waves):
    """Won et al. 2020: the step is (length - window) // 16, so that the last chunk ends a step before the end."""
    chunks = ramp(waves, 1_000).chunks(0, 200, 16)
    assert starts(chunks, 1_000) == [50 * i for i in range(16)]


def test_a_clip_no_longer_than_a_window_is_one_chunk(waves: Waves):
    assert ramp(waves, 150).chunks(0, 200, 16).shape == (1, 200)


@pytest.mark.parametrize(("fraction", "start"), [(0.0, 0), (0.5, 400), (0.9999, 800)])
def test_a_crop_may_start_anywhere_that_leaves_a_window(waves: Waves, fraction: float, start: int):
    assert starts(ramp(waves, 1_000).crop(0, fraction, 200)[None], 1_000) == [start]


def test_an_epoch_hears_every_clip_as_often_as_asked():
    plan = batches(37, 3, 16, (0, 0))
    assert np.bincount(np.concatenate([batch.clips for batch in plan])).tolist() == [3] * 37


def test_batches_are_of_nearly_one_size():
    """111 crops in batches of at most 16 are 7: six of 16 and one of 15, so none is of one clip alone."""
    sizes = [len(batch.clips) for batch in batches(37, 3, 16, (0, 0))]
    assert sorted(sizes) == [15, 16, 16, 16, 16, 16, 16]


def test_each_epoch_is_drawn_anew_and_each_seed_alike():
    one, again, other = (batches(20, 1, 16, seed) for seed in ((0, 1), (0, 1), (0, 2)))
    assert all(np.array_equal(a.fractions, b.fractions) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0].clips, other[0].clips)
