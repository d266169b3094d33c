"""Identity: every vector stays where it is. The floor that a translator of tempo must beat.

It suits every model. Source: the untranslated query of McCallum et al. 2024 (arXiv 2401.08902). Licence: Apache-2.0,
as the rest of earmark.
"""

import numpy as np
import numpy.typing as npt

from earmark import TranslatorInfo, hookimpl
from earmark.translator import Embedder, Translate


def stay(vectors: npt.NDArray[np.float32], _: float) -> npt.NDArray[np.float32]:
    """Return the vectors [tracks, dim] as they are."""
    return vectors


def load(_: Embedder) -> Translate:
    """Return the same function for every model."""
    return stay


@hookimpl
def provide_translators() -> list[TranslatorInfo]:
    """Return the one translator of this file."""
    return [
        TranslatorInfo(
            name="identity",
            version="1",
            load=load,
            license="Apache-2.0",
            source="McCallum et al. 2024, arXiv 2401.08902: the untranslated query",
            summary="Every vector stays where it is: the floor.",
        )
    ]
