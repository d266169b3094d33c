"""The bootstrap of macro AP against a loop over scikit-learn: reported, not judged."""

from time import perf_counter

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from sklearn.metrics import average_precision_score

from earmark.metric import MACRO_AP, group_weights

RESAMPLES, TRACKS, CLASSES = 1000, 1000, 50
SAMPLED = 20  # resamples given to scikit-learn; its time is scaled to all of them
SAME = 1e-12  # both are sums of the same fractions, in another order


@pytest.mark.parametrize("share", [0.07, 0.5], ids=["rare-classes", "common-classes"])
def test_bootstrap_of_macro_ap_against_scikit_learn(benchmark: BenchmarkFixture, share: float) -> None:
    random = np.random.default_rng(0)
    reference = random.random((TRACKS, CLASSES)) < share
    estimated = random.random((TRACKS, CLASSES)) + 0.3 * reference
    weights = group_weights([str(track) for track in range(TRACKS)], RESAMPLES, 0)
    found = benchmark.pedantic(MACRO_AP.function, (reference, estimated, weights), rounds=3, warmup_rounds=1)
    start = perf_counter()
    expected = [average_precision_score(reference, estimated, sample_weight=w) for w in weights[:SAMPLED]]
    loop_s = (perf_counter() - start) * RESAMPLES / SAMPLED
    np.testing.assert_allclose(found[:SAMPLED], expected, atol=SAME)
    benchmark.extra_info["scikit_learn_s"] = round(loop_s, 1)
    if benchmark.stats is not None:  # None under --benchmark-disable
        benchmark.extra_info["ratio"] = round(loop_s / benchmark.stats.stats.median, 1)
