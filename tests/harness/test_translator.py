import numpy as np
import pytest

from earmark import ModelInfo, TranslatorInfo
from earmark.errors import PluginError, UnknownName
from earmark.registry import find_translator

MODEL = ModelInfo(name="m", version="1", sample_rate=8000, dim=3, load=object)
VECTORS = np.ones((2, 3), np.float32)


def info(translate: object) -> TranslatorInfo:
    return TranslatorInfo(name="t", version="1", load=lambda _: translate)  # type: ignore[arg-type]


def test_a_translator_moves_the_vectors_of_a_model() -> None:
    found = info(lambda vectors, speed: vectors * speed).open(MODEL)(VECTORS, 1.5)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.full((2, 3), 1.5))


def test_a_translator_may_write_to_what_it_gets() -> None:
    def write(vectors: np.ndarray, _: float) -> np.ndarray:
        vectors[:] = 7
        return vectors

    info(write).open(MODEL)(VECTORS, 1.5)
    assert (VECTORS == 1).all()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (np.ones((2, 4)), r"returned float64 \[2, 4\] for vectors \[2, 3\]; it must keep the shape at × 1.5"),
        (np.full((2, 3), np.nan), "returned NaN or infinite values for 2 of 2 tracks at × 1.5 speed"),
        (np.full((2, 3), 1e300), "returned NaN or infinite values for 2 of 2 tracks"),
        ("vectors", "returned <U7"),
    ],
)
def test_an_answer_that_is_no_such_vectors_is_refused(answer: object, sentence: str) -> None:
    with pytest.raises(PluginError, match=f"Translator 't' {sentence}"):
        info(lambda *_: answer).open(MODEL)(VECTORS, 1.5)


def test_a_translator_that_fails_is_named() -> None:
    with pytest.raises(PluginError, match=r"Translator 't' failed at × 1\.5 speed: TypeError"):
        info(lambda: None).open(MODEL)(VECTORS, 1.5)


def test_a_translator_that_does_not_suit_says_so_itself() -> None:
    def load(model: ModelInfo) -> None:
        raise PluginError(f"I know nothing of {model.name}.")

    with pytest.raises(PluginError, match="I know nothing of m"):
        TranslatorInfo(name="t", version="1", load=load).open(MODEL)  # type: ignore[arg-type]


def test_a_translator_that_cannot_be_loaded_is_named() -> None:
    with pytest.raises(PluginError, match="'t' could not be loaded for 'm': KeyError"):
        TranslatorInfo(name="t", version="1", load=lambda _: {}["weights"]).open(MODEL)


def test_a_speed_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0, not 0"):
        info(lambda v, _: v).open(MODEL)(VECTORS, 0.0)


def test_a_translator_needs_a_name_a_version_and_a_way_to_load() -> None:
    for fields in ({"name": ""}, {"version": 1}, {"load": "weights.pt"}):
        with pytest.raises(PluginError):
            TranslatorInfo(**({"name": "t", "version": "1", "load": lambda _: None} | fields))  # type: ignore[arg-type]


def test_a_misspelt_translator_is_unknown() -> None:
    with pytest.raises(UnknownName, match="'identitty'"):
        find_translator("identitty")


def test_a_translator_is_its_own_answer() -> None:
    own = info(lambda v, _: v)
    assert find_translator(own) is own


def test_the_name_of_the_oracle_is_taken() -> None:
    with pytest.raises(PluginError, match="cannot be called 'oracle'"):
        TranslatorInfo(name="oracle", version="1", load=lambda _: lambda vectors, _: vectors)
