"""Takes: tracks as they sound under conditions, changed on the fly and embedded beside the clean ones."""

from collections import Counter
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from earmark.audio import Audio, AudioBytes, decode
from earmark.dataset import Track
from earmark.errors import DatasetError, PluginError
from earmark.extract import Asked, Setup, Take, extract_each, recordings
from earmark.extract.fingerprint import perturbation_fingerprint
from earmark.extract.job import Hearing, Job, heard_in_order
from earmark.extract.recordings import look_at
from earmark.model import ModelInfo, OpenedModel
from earmark.perturbation import Condition, Perturbation
from earmark.progress import silent
from earmark.store import Store

RATE_HZ = 1_000  # that of the models here
FLOAT32 = {"rtol": 1e-6, "atol": 1e-9}  # sums of a hundred float32 numbers in another order


def scaled(name="scaled", version="1", *, offset=0.0, **known):
    """Multiply by the level and add an offset; a local function, as in a user's notebook, which workers get whole."""

    def apply(audio, level, _):
        return replace(audio, samples=np.float32(level) * audio.samples + np.float32(offset))

    return Perturbation(name=name, version=version, unit="x", levels=(0.5, 2.0), **({"apply": apply} | known))


def hissing():
    def apply(audio, level, random):
        return replace(audio, samples=audio.samples + random.normal(0, level, len(audio.samples)).astype(np.float32))

    return scaled("hissing", apply=apply)


def takes_of(tracks, *conditions, seed=0):
    pairs = [Condition(perturbation=perturbation, level=level) for perturbation, level in conditions]
    return [Take(track=track, condition=condition, seed=seed) for track in tracks for condition in pairs]


def embedded(tracks, openers, store, **how):
    return extract_each(tracks, [Asked(open_model=o) for o in openers], setup_of(store), **({"workers": 1} | how))


def setup_of(store):
    return Setup(store=store, device="cpu", batch_size=8)


def vectors(extraction):
    return {take: extraction.read(take).mean for take in extraction.keys}


@pytest.fixture
def pair(noise):
    return noise(2.0, 3.5)


@pytest.fixture
def decoded(monkeypatch):
    """Names of the recordings that were decoded, with how often."""
    counts = Counter()

    def counting(encoded, name="audio", **how):
        counts[name] += 1
        return decode(encoded, name, **how)

    monkeypatch.setattr(recordings, "decode", counting)
    return counts


def test_the_embedding_of_a_take_is_that_of_the_changed_audio(pair, record, mean_and_energy, store, tmp_path):
    (found,) = embedded(pair, [mean_and_energy()], store, takes=takes_of(pair, (scaled(), 2.0), (hissing(), 0.5)))
    for take in takes_of(pair, (scaled(), 2.0), (hissing(), 0.5)):
        changed = take.condition.apply(take.track.load(), track=take.track.id)
        file = record(f"changed-{len(list(tmp_path.iterdir()))}", changed.samples)
        (direct,) = embedded([file], [mean_and_energy()], Store(tmp_path / "other"))
        np.testing.assert_array_equal(found.read(take.id).frames, direct.read(file.id).frames)
        np.testing.assert_array_equal(found.read(take.id).deviation, direct.read(file.id).deviation)


def test_the_mean_follows_by_hand(record, mean_and_energy, store):
    track = record("ones", np.ones(1_000))
    (found,) = embedded([track], [mean_and_energy()], store, takes=takes_of([track], (scaled(offset=0.25), 0.5)))
    np.testing.assert_allclose(found.read("ones").mean, [1.0, 1.0], **FLOAT32)
    np.testing.assert_allclose(found.read("ones @ scaled:0.5").mean, [0.75, 0.75**2], **FLOAT32)


def test_each_recording_is_decoded_once_for_all_conditions_and_models(pair, mean_and_energy, store, decoded):
    openers = [mean_and_energy(), mean_and_energy(name="other"), mean_and_energy(name="slow", sample_rate=500)]
    takes = takes_of(pair, (scaled(), 0.5), (scaled(), 2.0), (hissing(), 0.1))
    found = embedded(pair, openers, store, takes=takes)
    assert [one.computed for one in found] == [8, 8, 8]
    assert decoded == {track.source.name: 1 for track in pair}


def test_workers_decode_each_recording_once_too(noise, mean_and_energy, store, tmp_path):
    def read_and_tell(path):
        with (tmp_path / "log.txt").open("a") as file:
            file.write(f"{path.name}\n")
        return path.read_bytes()

    tracks = [
        replace(track, source=AudioBytes(track.id, partial(read_and_tell, track.source.path)))
        for track in noise(1.0, 1.5, 2.0, 2.5)
    ]
    takes = takes_of(tracks, (scaled(), 0.5), (scaled(), 2.0), (hissing(), 0.1))
    (found,) = embedded(tracks, [mean_and_energy()], store, takes=takes, workers=2)
    assert found.computed == 16
    told = Counter((tmp_path / "log.txt").read_text().split())
    assert told == {f"t{i}.wav": 2 for i in range(4)}  # once to hash, once to decode


def test_changed_audio_is_never_written(pair, mean_and_energy, store, tmp_path):
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    takes = takes_of(pair, (scaled(), 0.5), (hissing(), 0.1))
    embedded(pair, [mean_and_energy()], store, takes=takes)
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert new
    assert all(path.is_relative_to(tmp_path / "cache") for path in new)
    assert sum(path.stat().st_size for path in new) < 20_000  # of audio there were 44,000 bytes


def test_workers_order_and_portions_do_not_matter(noise, mean_and_energy, tmp_path):
    tracks, conditions = noise(1.0, 1.5, 2.0, 2.5), [(scaled(), 0.5), (scaled(), 2.0), (hissing(), 0.1)]
    ways = {
        "one": [(tracks, conditions, 1)],
        "two": [(tracks, conditions, 2)],
        "turned": [(tracks[::-1], conditions[::-1], 1)],
        "portions": [(tracks, conditions[:1], 1), (tracks, conditions[1:], 1), (tracks, conditions, 1)],
    }
    found = {}
    for name, calls in ways.items():
        for some, asked, workers in calls:
            (extraction,) = embedded(
                some, [mean_and_energy()], Store(tmp_path / name), takes=takes_of(some, *asked), workers=workers
            )
        found[name] = vectors(extraction)
    assert len(found["one"]) == 16
    for other in found.values():
        assert other.keys() == found["one"].keys()
        assert all(np.array_equal(other[take], found["one"][take]) for take in other)


def test_what_is_stored_is_not_computed_again(pair, mean_and_energy, store, decoded):
    takes = takes_of(pair, (scaled(), 0.5), (hissing(), 0.1))
    embedded(pair, [mean_and_energy()], store, takes=takes)
    decoded.clear()
    (again,) = embedded(pair, [mean_and_energy()], store, takes=takes)
    assert (again.computed, again.found, decoded) == (0, 6, {})
    (more,) = embedded(pair, [mean_and_energy()], store, takes=takes + takes_of(pair, (scaled(), 2.0)))
    assert (more.computed, more.found) == (2, 6)


def test_takes_are_only_those_that_were_asked_for(pair, mean_and_energy, store):
    (found,) = embedded(pair, [mean_and_energy()], store, takes=takes_of(pair[:1], (scaled(), 0.5)))
    assert list(found.keys) == ["t0", "t1", "t0 @ scaled:0.5"]


def key(track, opener, store, perturbation, level=0.5, seed=0):
    (found,) = embedded([track], [opener], store, takes=takes_of([track], (perturbation, level), seed=seed))
    return found.keys[track.id], found.keys[f"{track.id} @ {perturbation.name}:{level:g}"]


def doubling(audio, level, random):
    return replace(audio, samples=2 * audio.samples)


def tripling(audio, level, random):
    return replace(audio, samples=3 * audio.samples)


class Setting:
    """What somebody chose for a perturbation."""

    def __init__(self, factor):
        self.factor = factor

    def apply(self, audio, level, _):
        return replace(audio, samples=np.float32(self.factor) * audio.samples)

    __call__ = apply


def holding(setting):
    def apply(audio, level, random):
        return setting.apply(audio, level, random)

    return apply


@pytest.mark.parametrize(
    ("perturbation", "other"),
    [
        (scaled(), scaled(version="2")),
        (scaled(), scaled(offset=0.5)),  # a closure
        (scaled(apply=doubling), scaled(apply=tripling)),  # a constant
        (scaled(apply=Setting(2).apply), scaled(apply=Setting(3).apply)),  # a method
        (scaled(apply=Setting(2)), scaled(apply=Setting(3))),  # an object that is called
        (scaled(apply=holding(Setting(2))), scaled(apply=holding(Setting(3)))),  # an object that a closure holds
        (scaled(apply=partial(doubling)), scaled(apply=partial(tripling))),
    ],
)
def test_another_version_or_code_is_another_embedding(noise, mean_and_energy, store, perturbation, other):
    (track,) = noise(1.0)
    clean, one = key(track, mean_and_energy(), store, perturbation)
    clean_again, two = key(track, mean_and_energy(), store, other)
    assert one != two
    assert clean == clean_again


def test_another_level_seed_or_track_is_another_embedding(noise, mean_and_energy, store):
    (track,) = noise(1.0)
    twin = replace(track, id="twin")  # the same bytes
    clean, one = key(track, mean_and_energy(), store, scaled())
    others = [
        key(track, mean_and_energy(), store, scaled(), level=0.75),
        key(track, mean_and_energy(), store, scaled(), seed=1),
        key(twin, mean_and_energy(), store, scaled()),
    ]
    assert len({one, *(take for _, take in others)}) == 4
    assert {own for own, _ in others} == {clean}


def test_a_perturbation_made_again_is_the_same():
    assert perturbation_fingerprint(scaled(offset=0.5)) == perturbation_fingerprint(scaled(offset=0.5))
    assert perturbation_fingerprint(scaled(apply=Setting(2))) == perturbation_fingerprint(scaled(apply=Setting(2)))


def test_clean_keys_do_not_know_of_takes(pair, mean_and_energy, store):
    (alone,) = embedded(pair, [mean_and_energy()], store)
    (beside,) = embedded(pair, [mean_and_energy()], store, takes=takes_of(pair, (scaled(), 0.5)))
    assert {track: beside.keys[track] for track in alone.keys} == alone.keys
    assert beside.computed == 2


@pytest.fixture
def one_unreadable(noise, tmp_path):
    tracks = noise(*[1.0] * 20)
    (tmp_path / "t19.wav").write_bytes(b"no audio")
    return tracks


def test_an_unreadable_recording_skips_its_takes(one_unreadable, mean_and_energy, store):
    takes = takes_of(one_unreadable, (scaled(), 0.5), (hissing(), 0.1))
    (found,) = embedded(one_unreadable, [mean_and_energy()], store, takes=takes)
    skipped = dict(found.skipped)
    assert list(skipped) == ["t19", "t19 @ scaled:0.5", "t19 @ hissing:0.1"]
    assert all("is no audio that libsndfile can decode" in reason for reason in skipped.values())
    assert len(found.keys) == 19 * 3


@pytest.mark.parametrize("share", [0.05, 0.049])
def test_the_share_that_may_be_skipped_is_of_recordings(one_unreadable, mean_and_energy, store, share):
    takes = takes_of(one_unreadable[-2:], (scaled(), 0.5), (scaled(), 2.0), (hissing(), 0.1))  # half of them unreadable
    if share == 0.05:
        embedded(one_unreadable, [mean_and_energy()], store, takes=takes, max_skipped_share=share)
        return
    with pytest.raises(DatasetError, match="1 of 20 recordings"):
        embedded(one_unreadable, [mean_and_energy()], store, takes=takes, max_skipped_share=share)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_perturbation_that_fails_is_named_with_level_and_track(noise, mean_and_energy, store, workers):
    def broken(audio, level, _):
        if len(audio.samples) == 1_500:
            raise ZeroDivisionError("no such thing")
        return audio

    tracks = noise(1.0, 1.5)
    takes = takes_of(tracks, (scaled("breaker", apply=broken), 2.0))
    with pytest.raises(PluginError, match="'breaker' failed at 2 x on t1: ZeroDivisionError: no such thing"):
        embedded(tracks, [mean_and_energy()], store, takes=takes, workers=workers)


def test_a_condition_gets_the_channels_and_cannot_write_to_them(record, mean_and_energy, store):
    seen = []

    def right(audio, level, _):
        seen.append((audio.channels.shape, audio.channels.flags.writeable))
        return Audio(samples=audio.channels[:, 1].copy(), rate=audio.rate)

    stereo = record("stereo", np.stack([np.full(1_000, 0.25), np.full(1_000, 0.75)], axis=1))
    (found,) = embedded([stereo], [mean_and_energy()], store, takes=takes_of([stereo], (scaled("r", apply=right), 2.0)))
    assert seen == [((1_000, 2), False)]
    np.testing.assert_allclose(found.read("stereo").mean, [0.5, 0.25], **FLOAT32)
    np.testing.assert_allclose(found.read("stereo @ r:2").mean, [0.75, 0.5625], **FLOAT32)


def test_one_condition_cannot_write_into_what_the_next_hears(record, mean_and_energy, store):
    def greedy(audio, level, _):
        audio.samples[:] = 9.0
        return audio

    track = record("ones", np.ones(1_000))
    takes = takes_of([track], (scaled("greedy", apply=greedy), 2.0), (scaled(), 0.5))
    (found,) = embedded([track], [mean_and_energy()], store, takes=takes)
    assert found.read("ones @ greedy:2").mean[0] == 9.0
    assert found.read("ones @ scaled:0.5").mean[0] == 0.5


def test_a_condition_that_leaves_audio_as_it_was_is_marked(pair, mean_and_energy, store):
    takes = takes_of(pair, (scaled(), 1.0), (scaled(), 2.0))
    for _ in range(2):  # computed, then found
        (found,) = embedded(pair, [mean_and_energy()], store, takes=takes)
        same = {take for take in found.keys if found.read(take).same_audio}
        assert same == {"t0 @ scaled:1", "t1 @ scaled:1"}


class Means:
    """A model that answers by id: the mean, and how long the audio is."""

    def embed_tracks(self, tracks):
        for track in tracks:
            audio = track.load()
            audio.samples[:] += 0.0  # its own to write to
            yield track.id, np.array([audio.samples.mean(), len(audio.samples)], np.float32)


def opened_means():
    return OpenedModel(info=ModelInfo(name="means", version="1", sample_rate=RATE_HZ, dim=2, load=Means), model=Means())


def halved(audio, level, _):
    return replace(audio, samples=audio.samples[: len(audio.samples) // 2])


def test_models_that_answer_by_id_hear_the_changed_audio(record, store, decoded):
    track = record("ones", np.ones(2_000))
    takes = takes_of([track], (scaled(), 0.5), (scaled("half", apply=halved), 2.0), (scaled(), 1.0))
    (found,) = embedded([track], [opened_means], store, takes=takes)
    assert {take: mean.tolist() for take, mean in vectors(found).items()} == {
        "ones": [1.0, 2_000], "ones @ scaled:0.5": [0.5, 2_000], "ones @ half:2": [1.0, 1_000],
        "ones @ scaled:1": [1.0, 2_000],
    }  # fmt: skip
    assert [found.read(take).duration_s for take in found.keys] == [2.0, 2.0, 1.0, 2.0]
    assert [found.read(take).same_audio for take in found.keys] == [False, False, False, True]
    assert list(decoded.values()) == [1]


def test_vectors_by_id_tell_which_takes_they_lack(record, store):
    class Table:
        def embed_tracks(self, tracks):
            yield from ((track.id, np.ones(2)) for track in tracks if track.id != "ones @ scaled:2")

    track = record("ones", np.ones(2_000))
    takes = takes_of([track], (scaled(), 0.5), (scaled(), 2.0))
    opener = lambda: replace(opened_means(), model=Table())  # noqa: E731
    (found,) = embedded([track], [opener], store, takes=takes, max_skipped_share=1.0)
    assert [take for take, _ in found.skipped] == ["ones @ scaled:2"]
    assert list(found.keys) == ["ones", "ones @ scaled:0.5"]


def jobs(tracks, *conditions):
    found = look_at(tracks, silent)
    pairs = [Condition(perturbation=perturbation, level=level) for perturbation, level in conditions]
    return [
        Job(
            track=track.id, checksum=found[track.id].checksum, source=track.source, duration_s=1.0,
            hearings=tuple(Hearing(id=f"{track.id} {c}", keys=(), condition=c) for c in [None, *pairs]),
        )
        for track in tracks
    ]  # fmt: skip


def heard(some, threads):
    return list(heard_in_order([(job, [(h, frozenset([500, 1_000])) for h in job.hearings]) for job in some], threads))


def test_threads_that_decode_ahead_give_the_same_in_the_same_order(noise, decoded):
    some = jobs(noise(*[0.2 + 0.1 * i for i in range(7)]), (scaled(), 0.5), (hissing(), 0.1), (scaled(), 2.0))
    alone, ahead = (heard(some, threads) for threads in (0, 4))
    assert [one.hearing.id for one in ahead] == [hearing.id for job in some for hearing in job.hearings]
    assert set(decoded.values()) == {2}  # once for each of the two ways
    for one, other in zip(alone, ahead, strict=True):
        assert one.hearing is other.hearing
        assert all(np.array_equal(one.by_rate[rate].samples, other.by_rate[rate].samples) for rate in (500, 1_000))
        assert (one.decode_s > 0) == (other.decode_s > 0)


def test_threads_tell_what_cannot_be_read_and_go_on(noise, tmp_path):
    tracks = noise(0.2, 0.3, 0.4)
    some = jobs(tracks, (scaled(), 0.5))
    (tmp_path / "t1.wav").write_bytes(b"changed since")
    for threads in (0, 4):
        found = heard(some, threads)
        assert {job.track for job, error in (one for one in found if isinstance(one, tuple))} == {"t1"}
        assert [one.hearing.id for one in found if not isinstance(one, tuple)] == [
            hearing.id for job in (some[0], some[2]) for hearing in job.hearings
        ]


def test_a_failure_in_a_thread_is_the_perturbations(noise):
    def broken(audio, level, _):
        raise ZeroDivisionError("no such thing")

    some = jobs(noise(0.2, 0.3), (scaled("breaker", apply=broken), 2.0))
    with pytest.raises(PluginError, match="'breaker' failed at 2 x on t0"):
        heard(some, 4)


def test_work_is_told_by_phase(pair, mean_and_energy, store):
    takes = takes_of(pair, (scaled(), 0.5), (scaled(), 2.0), (hissing(), 0.1))
    (found,) = embedded(pair, [mean_and_energy()], store, takes=takes)
    assert set(found.work_s) == {"decode", "resample", "embed", "embed changed", "scaled", "hissing"}
    assert all(seconds > 0 for seconds in found.work_s.values())
    assert found.audio_s == pytest.approx(4 * 5.5)


def test_two_tracks_of_the_same_bytes_meet_their_own_chance(noise, mean_and_energy, store):
    (track,) = noise(1.0)
    twin = replace(track, id="twin")
    (found,) = embedded([track, twin], [mean_and_energy()], store, takes=takes_of([track, twin], (hissing(), 0.1)))
    assert np.array_equal(found.read("t0").mean, found.read("twin").mean)
    assert not np.array_equal(found.read("t0 @ hissing:0.1").mean, found.read("twin @ hissing:0.1").mean)


def test_a_take_has_an_id_of_track_and_condition():
    track = Track(id="song-7", group="g", split="test", source=AudioBytes("b", bytes), labels={})
    assert Take(track=track).id == "song-7"
    assert Take(track=track, condition=Condition(perturbation=scaled(), level=2.0)).id == "song-7 @ scaled:2"
