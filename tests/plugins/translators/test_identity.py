import numpy as np

from earmark import ModelInfo
from earmark_plugins.translators.identity import provide_translators


def test_every_vector_stays_where_it_is() -> None:
    (info,) = provide_translators()
    model = ModelInfo(name="m", version="1", sample_rate=8000, dim=3, load=object)
    vectors = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    np.testing.assert_array_equal(info.open(model)(vectors, 1.25), vectors)
