import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from earmark.errors import PluginError
from earmark.neighbours.space import Space
from earmark.neighbours.translation import Labels, Stretched, cosines, nearest_clean, translation
from earmark.result.neighbours.record import Translation
from earmark.target import Target
from earmark.translator import TranslatorInfo

ROUNDING = 1e-6  # vectors are float32
TRACKS, SLOWEST = 600, 60.0  # ten neighbours of one genre lie within 2.5 %
TEMPO = Target(name="tempo", family="tempo", form="tempo")
GENRE = Target(name="genre", family="genre", form="class", classes=("a", "b"))


class Model:
    name, version, dim = "m", "1", 4


def info(name: str, translate: object) -> TranslatorInfo:
    return TranslatorInfo(name=name, version="2", load=lambda _: translate)  # type: ignore[arg-type]


def at(tempi_bpm: np.ndarray, genre: np.ndarray) -> np.ndarray:
    """A planted space: the tempo is an angle in one plane, once round in two octaves; the genre is a third axis."""
    angle = 2 * np.pi * np.log2(tempi_bpm / SLOWEST) / 2
    return np.stack([np.cos(angle), np.sin(angle), 0.5 * genre, 0.5 * (1 - genre)], axis=1).astype(np.float32)


def turn(vectors: np.ndarray, speed: float) -> np.ndarray:
    angle = 2 * np.pi * np.log2(speed) / 2
    plane = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.concatenate([vectors[:, :2] @ plane, vectors[:, 2:]], axis=1).astype(np.float32)


class World:
    """Tracks of every tempo in two octaves, two genres, each a group of its own; those in the middle are stretched."""

    def __init__(self) -> None:
        self.tempi = SLOWEST * 4 ** (np.arange(TRACKS) / TRACKS)
        self.genre = np.arange(TRACKS) % 2
        names = [str(i) for i in range(TRACKS)]
        self.space = Space.of(at(self.tempi, self.genre), ids=names, groups=names, seed=0)
        self.tempo = Labels(target=TEMPO, labels=self.tempi.tolist())
        self.genres = Labels(target=GENRE, labels=["ab"[g] for g in self.genre])

    def stretched(self, speed: float = 1.25) -> Stretched:
        tracks = np.arange(300, 400)
        return Stretched(speed=speed, tracks=tracks, vectors=at(self.tempi[tracks] * speed, self.genre[tracks]))

    def evaluate(self, *infos: TranslatorInfo, speed: float = 1.25) -> dict[str, Translation]:
        opened = [(each, each.open(Model())) for each in infos]
        found = translation(self.space, [self.stretched(speed)], opened, tempo=self.tempo, genre=self.genres)
        return {one.translator: one for one in found}


@pytest.fixture
def world() -> World:
    return World()


def test_the_oracle_is_the_truth(world: World) -> None:
    oracle = world.evaluate()["oracle"]
    assert [oracle.cosine.value, oracle.cosine.low, oracle.cosine.high] == pytest.approx([1, 1, 1], abs=ROUNDING)


def test_identity_is_as_near_as_the_clean_vector(world: World) -> None:
    one = world.stretched()
    expected = np.diag(cosine_similarity(world.space.vectors[one.tracks], one.vectors)).mean()
    identity = world.evaluate()["identity"]
    assert identity.cosine.value == pytest.approx(expected, abs=ROUNDING)
    assert identity.gain == 0


def test_a_translator_that_turns_the_tempo_hits_it_every_time(world: World) -> None:
    turned = world.evaluate(info("turn", turn))["turn"]
    assert turned.cosine.value == pytest.approx(1, abs=ROUNDING)
    assert [turned.tempo_hits.value, turned.tempo_hits_octave.value, turned.genre_match.value] == [1, 1, 1]


def test_identity_misses_the_tempo_and_keeps_the_genre(world: World) -> None:
    identity = world.evaluate()["identity"]
    assert [identity.tempo_hits.value, identity.genre_match.value] == [0, 1]


def test_the_gain_is_over_the_vector_as_it_was(world: World) -> None:
    found = world.evaluate(info("turn", turn))
    assert found["turn"].gain == pytest.approx(1 - found["identity"].cosine.value, abs=ROUNDING)


def test_an_octave_away_counts_only_where_octaves_do(world: World) -> None:
    found = world.evaluate(info("half", lambda v, speed: turn(v, speed / 2)))["half"]
    assert [found.tempo_hits.value, found.tempo_hits_octave.value] == [0, 1]


def test_a_translator_that_forgets_the_genre_is_seen(world: World) -> None:
    def swap(vectors: np.ndarray, speed: float) -> np.ndarray:
        return turn(vectors, speed)[:, [0, 1, 3, 2]]

    found = world.evaluate(info("swap", swap))["swap"]
    assert [found.tempo_hits.value, found.genre_match.value] == [1, 0]


def test_the_rows_are_identity_then_those_asked_then_the_oracle(world: World) -> None:
    found = world.evaluate(info("identity", lambda v, _: v), info("turn", turn))
    assert list(found) == ["identity", "turn", "oracle"]
    assert [found["turn"].version, found["turn"].tracks] == ["2", 100]


def test_without_labels_only_the_cosine_is_told(world: World) -> None:
    (identity, _) = translation(world.space, [world.stretched()], [])
    assert identity.cosine.value is not None
    assert [identity.tempo_hits, identity.tempo_hits_octave, identity.genre_match] == [None] * 3


def test_unlabelled_tracks_neither_ask_nor_answer(world: World) -> None:
    labels = [tempo if i % 3 else None for i, tempo in enumerate(world.tempi.tolist())]
    (_, oracle) = translation(world.space, [world.stretched()], [], tempo=Labels(target=TEMPO, labels=labels))
    assert oracle.tempo_hits is not None
    assert oracle.tempo_hits.value == 1


def test_the_share_is_counted_by_hand() -> None:
    tempi = [100.0, 124.0, 126.0, 150.0]
    vectors = np.array([[1, 0], [1, 0.1], [1, 0.2], [1, 0.3]], dtype=np.float32)
    space = Space.of(vectors, ids=list("abcd"), groups=list("abcd"), seed=0)
    one = Stretched(speed=1.25, tracks=np.array([0]), vectors=vectors[:1])
    (identity, _) = translation(space, [one], [], tempo=Labels(target=TEMPO, labels=tempi))
    assert identity.tempo_hits is not None
    assert identity.tempo_hits.value == pytest.approx(2 / 3)  # asked for 125: 124 and 126 of three are near it


def test_the_own_group_and_other_moved_vectors_are_nobodys_neighbours() -> None:
    vectors = np.array([[1, 0], [1, 0.1], [1, 0.2], [0, 1]], dtype=np.float32)
    space = Space.of(vectors, ids=list("abcd"), groups=["x", "x", "y", "z"], seed=0)
    found = nearest_clean(space, np.array([1, 2, 3]), np.array([0, 3]), vectors[[0, 0]])
    assert found[:, :3].tolist() == [[1, 2, -1], [0, 1, -1]]


def test_a_vector_of_zeros_has_no_direction() -> None:
    assert cosines(np.zeros((1, 2), np.float32), np.ones((1, 2), np.float32)).tolist() == [0]


def test_as_many_vectors_as_tracks_are_needed() -> None:
    with pytest.raises(ValueError, match="as many vectors"):
        Stretched(speed=1.25, tracks=np.arange(3), vectors=np.zeros((2, 4), np.float32))


def test_a_translator_of_another_shape_is_named(world: World) -> None:
    with pytest.raises(PluginError, match=r"'odd' returned float32 \[100, 2\] for vectors \[100, 4\]"):
        world.evaluate(info("odd", lambda v, _: v[:, :2]))
