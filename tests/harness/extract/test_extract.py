"""Embeddings do not depend on how they came about, and nothing is computed twice."""

import os

import numpy as np
import pytest
import torch

from earmark.audio import AudioBytes
from earmark.errors import DatasetError, PluginError
from earmark.extract import chunk, extract
from earmark.store import Store

BATCH = 1e-5  # relative: sums in another order, as protocol.md allows


@pytest.fixture
def conv(opener):
    """Open a small convolutional net: unlike a mean, its sums may depend on how batches are cut."""

    def embed(audio):
        weights = torch.randn(16, 1, 50, generator=torch.Generator().manual_seed(0))
        hidden = torch.nn.functional.conv1d(audio[:, None], weights, stride=25).relu()
        return (torch.randn(2, 16, generator=torch.Generator().manual_seed(1)) @ hidden).transpose(1, 2)

    return opener(embed, window_s=0.5, hop_s=0.3)


def read_all(extraction, tracks):
    return [extraction.read(t.id) for t in sorted(tracks, key=lambda t: t.id)]


def assert_same_bits(one, other):
    for a, b in zip(one, other, strict=True):
        for name in ("frames", "mean", "deviation"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_neither_order_nor_neighbours_nor_workers_move_a_bit(tmp_path, noise, conv):
    tracks = noise(*np.linspace(0.2, 3.0, 11))
    one = extract(tracks, conv, Store(tmp_path / "1"), workers=1)
    turned = extract(tracks[::-1], conv, Store(tmp_path / "2"), workers=1)
    alone = [extract([t], conv, Store(tmp_path / "3"), workers=1).read(t.id) for t in tracks]
    shared = extract(tracks, conv, Store(tmp_path / "4"), workers=2)
    assert one.keys == shared.keys
    assert shared.computed == 11
    expected = read_all(one, tracks)
    assert_same_bits(expected, read_all(turned, tracks))
    assert_same_bits([one.read(t.id) for t in tracks], alone)
    assert_same_bits(expected, read_all(shared, tracks))


def test_the_batch_size_does_not_matter(tmp_path, noise, conv):
    tracks = noise(3.0, 0.7)
    found = [
        read_all(extract(tracks, conv, Store(tmp_path / str(b)), workers=1, batch_size=b), tracks) for b in (1, 3, 64)
    ]
    for other in found[1:]:
        for a, b in zip(found[0], other, strict=True):
            np.testing.assert_allclose(a.frames, b.frames, rtol=BATCH)
            np.testing.assert_allclose(a.mean, b.mean, rtol=BATCH)
            np.testing.assert_allclose(a.deviation, b.deviation, rtol=BATCH)


def test_an_accelerators_shared_batches_move_the_last_digits_only(tmp_path, noise, conv, monkeypatch):
    tracks = noise(*np.linspace(0.2, 3.0, 11))
    one = read_all(extract(tracks, conv, Store(tmp_path / "1"), workers=1), tracks)
    monkeypatch.setattr(chunk, "kind", lambda device: "cuda")  # as if; the arithmetic stays the CPU's
    two = read_all(extract(tracks, conv, Store(tmp_path / "2"), workers=1), tracks)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a.frames, b.frames, rtol=BATCH, atol=BATCH)
        np.testing.assert_allclose(a.mean, b.mean, rtol=BATCH, atol=BATCH)


def test_the_threads_of_the_caller_do_not_move_a_bit(tmp_path, noise, conv):
    tracks, before = noise(2.0), torch.get_num_threads()
    one = read_all(extract(tracks, conv, Store(tmp_path / "1"), workers=1), tracks)
    torch.set_num_threads(2)
    try:
        two = read_all(extract(tracks, conv, Store(tmp_path / "2"), workers=1), tracks)
    finally:
        torch.set_num_threads(before)
    assert_same_bits(one, two)


def test_what_is_stored_is_found_and_only_the_rest_computed(store, noise, mean_and_energy):
    tracks = noise(1.0, 2.0, 3.0)
    first = extract(tracks[:2], mean_and_energy(), store)
    second = extract(tracks, mean_and_energy(), store)
    third = extract(tracks, mean_and_energy(), store)
    assert [(e.computed, e.found) for e in (first, second, third)] == [(2, 0), (1, 2), (0, 3)]
    assert (first.audio_s, second.audio_s, third.audio_s) == (3.0, 3.0, 0.0)
    assert store.size().entries == 3


def test_other_audio_and_another_window_are_other_keys(store, noise, record, mean_and_energy):
    (track,) = noise(1.0)
    before = extract([track], mean_and_energy(), store).keys["t0"]
    assert extract([track], mean_and_energy(window_s=0.5), store).keys["t0"] != before
    changed = record("t0", np.ones(1_000))
    assert extract([changed], mean_and_energy(), store).keys["t0"] != before
    assert store.size().entries == 3


def test_two_tracks_of_the_same_bytes_are_computed_once(store, record, mean_and_energy):
    tracks = [record(name, np.ones(1_000)) for name in "ab"]
    found = extract(tracks, mean_and_energy(), store)
    assert (found.computed, store.size().entries) == (2, 1)
    assert_same_bits([found.read("a")], [found.read("b")])


def test_a_lost_shard_is_computed_again(store, noise, mean_and_energy):
    tracks = noise(1.0, 1.0)
    extract(tracks, mean_and_energy(), store)
    for shard in (store.folder / "shards").iterdir():
        shard.unlink()
    assert extract(tracks, mean_and_energy(), store).computed == 2


def test_audio_is_resampled_to_the_rate_of_the_model(store, record, mean_and_energy):
    tone = np.sin(2 * np.pi * 5 * np.arange(44_100) / 44_100)
    found = extract([record("tone", tone, 44_100)], mean_and_energy(), store).read("tone")
    assert found.duration_s == pytest.approx(1.0, abs=0.001)
    assert found.mean[1] == pytest.approx(0.5, abs=0.01)  # the mean square of a sine


@pytest.mark.parametrize("samples", [1, 10, 40])
def test_a_track_of_a_few_samples_embeds(store, record, mean_and_energy, samples):
    found = extract([record("short", np.ones(samples), 44_100)], mean_and_energy(), store)
    assert found.read("short").frames.shape == (1, 2)


def broken(record, name="broken"):
    track = record(name, np.ones(10))
    track.source.path.write_bytes(b"no audio" + name.encode())
    return track


def test_an_unreadable_track_is_skipped_and_named(store, noise, record, mean_and_energy):
    tracks = [*noise(1.0, 1.0), broken(record)]
    found = extract(tracks, mean_and_energy(), store, max_skipped_share=0.5)
    assert [name for name, _ in found.skipped] == ["broken"]
    assert "broken.wav: is no audio that libsndfile can decode" in found.skipped[0][1]
    assert (found.computed, list(found.keys)) == (2, ["t0", "t1"])


def test_a_vanished_file_is_skipped(store, noise, mean_and_energy):
    tracks = noise(1.0, 1.0)
    tracks[1].source.path.unlink()
    found = extract(tracks, mean_and_energy(), store, max_skipped_share=0.5)
    assert found.skipped == (("t1", f"{tracks[1].source.path}: cannot be read (No such file or directory)."),)


def test_too_many_unreadable_tracks_stop_the_run_and_ten_are_listed(store, noise, record, mean_and_energy):
    tracks = [*noise(1.0), *(broken(record, f"b{i:02}") for i in range(12))]
    with pytest.raises(DatasetError, match="recordings cannot be embedded, more than the allowed 50%") as caught:
        extract(tracks, mean_and_energy(), store, max_skipped_share=0.5, workers=1)
    assert 7 <= len(caught.value.problems) <= 10


def test_a_file_that_changes_meanwhile_is_skipped(store, noise, mean_and_energy):
    (track,) = noise(1.0)
    encoded = [track.source.read(), track.source.read() + b"\0"]
    changing = AudioBytes("changing", lambda: encoded.pop(0))
    object.__setattr__(track, "source", changing)
    found = extract([track], mean_and_energy(), store, max_skipped_share=1.0)
    assert found.skipped == (("t0", "changing: changed while it was being read."),)
    assert store.size().entries == 0


def test_progress_counts_seconds_of_audio_up_to_the_total(store, noise, mean_and_energy):
    told = []
    extract(noise(*[1.0] * 20), mean_and_energy(), store, workers=1, progress=lambda *what: told.append(what))
    assert told[19] == ("read audio", 20, 20, "tracks")
    assert told[-1] == ("embed local", 20.0, 20.0, "s of audio")
    assert [what[1] for what in told[20:]] == [5.0, 10.0, 15.0, 20.0]


def test_nothing_to_do_is_no_error(store, mean_and_energy):
    found = extract([], mean_and_energy(), store)
    assert (found.computed, found.found, found.skipped) == (0, 0, ())


@pytest.mark.parametrize("workers", [1, 2])
def test_a_breach_of_the_contract_stops_the_run(store, noise, opener, workers):
    wrong = opener(lambda audio: audio[:, :1, None].expand(-1, 1, 5))
    with pytest.raises(PluginError, match="Model 'local' returned dim 5, but its info says 2"):
        extract(noise(1.0, 1.0, 1.0), wrong, store, workers=workers)


def test_a_model_that_opens_only_here_is_a_plugin_error(store, noise, mean_and_energy):
    here, opened = os.getpid(), mean_and_energy()

    def open_model():
        if os.getpid() != here:
            raise FileNotFoundError("weights.pt")
        return opened()

    with pytest.raises(PluginError, match=r"not in a worker process \(FileNotFoundError: weights.pt\); .*--workers 1"):
        extract(noise(1.0, 1.0), open_model, store, workers=2)
