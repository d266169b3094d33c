"""Models that answer for whole recordings by their id."""

import numpy as np
import pytest

from earmark.errors import DatasetError, PluginError
from earmark.extract import extract
from earmark.model import ModelInfo, OpenedModel


class Listed:
    """Answers from a table of arrays or sentences."""

    def __init__(self, answers):
        self.answers = answers

    def embed_tracks(self, tracks):
        yield from ((track.id, self.answers[track.id]) for track in tracks if track.id in self.answers)


def opening(answers, model=Listed, **known):
    info = ModelInfo(**{"name": "listed", "version": "1", "sample_rate": 1_000, "dim": 2, "load": model} | known)
    return lambda: OpenedModel(info=info, model=model(answers))


def test_frames_span_the_whole_recording_evenly(store, noise):
    frames = np.array([[0.0, 1.0], [4.0, 1.0]])
    found = extract(noise(2.0), opening({"t0": frames}), store).read("t0")
    assert found.frames.tolist() == [[0, 1], [0, 1], [4, 1], [4, 1]]  # half seconds
    assert found.mean.tolist() == [2.0, 1.0]
    assert found.deviation.tolist() == [2.0, 0.0]


def test_one_vector_holds_for_the_whole_recording(store, noise):
    found = extract(noise(1.0), opening({"t0": np.array([3.0, 5.0], np.float16)}), store).read("t0")
    assert found.frames.tolist() == [[3, 5], [3, 5]]


def test_a_track_without_an_answer_is_skipped_with_the_reason(store, noise):
    answers = {"t0": np.zeros(2), "t1": "no vector of that name"}
    found = extract(noise(1.0, 1.0, 1.0), opening(answers), store, max_skipped_share=1.0)
    assert dict(found.skipped) == {
        "t1": "no vector of that name",
        "t2": "Model 'listed' gave no answer for this track.",
    }
    with pytest.raises(DatasetError, match="no vector of that name"):
        extract(noise(1.0, 1.0, 1.0), opening(answers), store)


def test_the_same_bytes_under_two_ids_are_two_questions(store, record):
    tracks = [record(name, np.ones(1_000)) for name in "ab"]
    found = extract(tracks, opening({"a": np.zeros(2), "b": np.ones(2)}), store)
    assert [found.read(name).mean[0] for name in "ab"] == [0.0, 1.0]


def test_other_vectors_are_other_embeddings(store, noise):
    one, two = (extract(noise(1.0), opening({"t0": np.full(2, v)}), store).read("t0").mean[0] for v in (1.0, 2.0))
    assert (one, two) == (1.0, 2.0)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (np.zeros(3), "returned dim 3, but its info says 2"),
        (np.full(2, np.nan), "returned NaN or infinite numbers for t0"),
        ([0.0, 1.0], "returned a list; expected"),
    ],
)
def test_a_breach_is_named(store, noise, answer, sentence):
    with pytest.raises(PluginError, match=sentence):
        extract(noise(1.0), opening({"t0": answer}), store)


def test_an_answer_that_nobody_asked_for_is_named(store, noise):
    class Odd(Listed):
        def embed_tracks(self, tracks):
            yield "other", np.zeros(2)

    with pytest.raises(PluginError, match="answered for 'other', for which it was not asked"):
        extract(noise(1.0), opening({}, Odd), store)


def test_audio_comes_at_the_rate_of_the_model(store, record):
    class Length(Listed):
        def embed_tracks(self, tracks):
            yield from ((t.id, np.array([len(audio.samples), audio.rate])) for t in tracks for audio in [t.load()])

    found = extract([record("a", np.ones(4_000), 2_000)], opening({}, Length), store)
    assert found.read("a").mean.tolist() == [2_000, 1_000]


def test_without_a_rate_of_the_model_audio_comes_at_its_own(store, record):
    class Length(Listed):
        def embed_tracks(self, tracks):
            yield from ((t.id, np.array([len(audio.samples), audio.rate])) for t in tracks for audio in [t.load()])

    found = extract([record("a", np.ones(4_000), 2_000)], opening({}, Length, sample_rate=0), store)
    assert found.read("a").mean.tolist() == [4_000, 2_000]


def test_a_model_may_want_few_tracks_at_a_time(store, noise):
    asked = []

    class Few(Listed):
        tracks_at_once = 2

        def embed_tracks(self, tracks):
            asked.append(len(tracks))
            yield from super().embed_tracks(tracks)

    extract(noise(1.0, 1.1, 1.2), opening({f"t{i}": np.zeros(2) for i in range(3)}, Few), store)
    assert asked == [2, 1]
