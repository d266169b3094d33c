"""A plugin of toy models: one that keeps the contract, and one for each way to break it."""

import os
import time
from dataclasses import replace

import numpy as np
import torch

from earmark import ModelInfo, hookimpl

RATE = 16_000
FRAME = 1600
BANDS = 8


class Good:
    """Log energy in eight bands of each tenth of a second."""

    def embed(self, audio):
        return torch.log1p(self.energy(audio))

    def energy(self, audio):
        padded = torch.nn.functional.pad(audio, (0, -audio.shape[1] % FRAME))
        return self.bands(padded.unfold(1, FRAME, FRAME))

    def bands(self, frames):
        power = torch.fft.rfft(frames * torch.hann_window(FRAME))[:, :, :800].abs().square()
        return power.reshape(*frames.shape[:2], BANDS, 100).sum(3)


class WrongDim(Good):
    def embed(self, audio):
        return super().embed(audio)[:, :, 1:]


class MissingLayer(Good):
    def embed(self, audio):
        return {"high": super().embed(audio)}


class Dropout(Good):
    def __init__(self):
        self.random = np.random.default_rng(0)

    def embed(self, audio):
        return super().embed(audio) * (1 + 0.1 * self.random.random())


class LoudestSoFar(Good):
    loudest = 0.01

    def embed(self, audio):
        self.loudest = max(self.loudest, float(audio.abs().max()))
        return super().embed(audio) / self.loudest


class BatchStatistics(Good):
    def embed(self, audio):
        return super().embed(audio) + audio.square().mean()


class TrimsTheBatch(Good):
    def embed(self, audio):
        sounding = audio.abs().amax(0).nonzero()
        heard = int(sounding.max()) + 1 if len(sounding) else 1
        return super().embed(audio[:, :heard]).mean(1, keepdim=True)


class HearsThreads(Good):
    def embed(self, audio):
        return super().embed(audio) + 0.01 * torch.get_num_threads()


class Unseeded(Good):
    def __init__(self):
        self.offset = os.getpid() % 1000 + 1.0

    def embed(self, audio):
        return super().embed(audio) + self.offset


class KnowsTheTime(Good):
    def __init__(self):
        self.opened_ns = time.time_ns()


class DividesByZero(Good):
    def embed(self, audio):
        frames = super().embed(audio)
        return frames / frames.norm(dim=(1, 2), keepdim=True)


class Half(Good):
    def energy(self, audio):
        power = audio.square().mean(1)[:, None, None]  # overflows above 0.16: noise at full scale has 0.33
        return super().energy(audio) + (power * 4e5).half().float() / 4e5


class NeverPads(Good):
    def energy(self, audio):
        return self.bands(audio.unfold(1, FRAME, FRAME))


class ShortMemory(Good):
    def embed(self, audio):
        if audio.shape[1] > 600 * RATE:
            raise RuntimeError("there are positions for 600 s")
        return super().embed(audio)


class Crops(Good):
    def embed(self, audio):
        return super().embed(audio[:, : 10 * RATE])


class Backwards(Good):
    def embed(self, audio):
        return super().embed(audio).flip(1)


class MadeForAnotherRate(Good):
    def __init__(self):
        self.config = {"sampling_rate": 44_100}


class ReadsTheNoise(Good):
    def embed(self, audio):
        top = super().energy(audio)[:, :, -3:]
        return torch.log(top + 1e-30).repeat(1, 1, 3)[:, :, :BANDS] + 30


class InTraining(Good):
    class Stubborn(torch.nn.Identity):
        def train(self, mode=True):
            self.training = True
            return self

    def __init__(self):
        self.part = self.Stubborn()


class WantsGradients(Good):
    def __init__(self):
        self.scale = torch.ones(1, requires_grad=True)


class Counts(Good):
    def __init__(self):
        self.calls = np.zeros(1)

    def embed(self, audio):
        self.calls += 1
        return super().embed(audio)


class WritesToAudio(Good):
    def embed(self, audio):
        return super().embed(audio.sub_(audio.mean(1, keepdim=True)))


class SetsForAll(Good):
    def embed(self, audio):
        np.seterr(under="warn")
        return super().embed(audio)


class Reseeds(Good):
    def embed(self, audio):
        np.random.seed(0)
        return super().embed(audio)


class Trained(Good):
    def __init__(self):
        self.part = torch.nn.Linear(1, 1)


class ByTrack:
    """Answers for recordings by id with their loudness, [2]."""

    def embed_tracks(self, tracks):
        for track in tracks:
            yield track.id, self.of(track.load().samples)

    def of(self, samples):
        return np.array([np.abs(samples).mean(), samples.std()], np.float32)


class Unknowing:
    def embed_tracks(self, tracks):
        for track in tracks:
            yield track.id, "there is no vector of that name"


class Unasked(ByTrack):
    def embed_tracks(self, tracks):
        yield from super().embed_tracks(tracks)
        yield "another", np.zeros(2, np.float32)


class Forgetful(ByTrack):
    def embed_tracks(self, tracks):
        yield from list(super().embed_tracks(tracks))[1:]


class Drifting(ByTrack):
    calls = 0

    def embed_tracks(self, tracks):
        self.calls += 1
        for track, answer in super().embed_tracks(tracks):
            yield track, answer * self.calls


class ByPlace(ByTrack):
    def embed_tracks(self, tracks):
        for place, (track, answer) in enumerate(super().embed_tracks(tracks)):
            yield track, answer + place


class Fragile(ByTrack):
    def of(self, samples):
        return super().of(samples) / np.float32(samples.any())


def refuse():
    raise FileNotFoundError("weights.safetensors is not there")


GOOD = ModelInfo(
    name="good", version="1", sample_rate=RATE, dim=BANDS, load=Good, gain="heard", license="MIT", source="a textbook"
)
LAYERS = {"low": BANDS, "high": BANDS}
TRACKS = replace(GOOD, dim=2, gain="")
WRONG = {
    "load": replace(GOOD, load=refuse),
    "shape": replace(GOOD, load=WrongDim),
    "layers": replace(GOOD, load=MissingLayer, layers=LAYERS),
    "second call": replace(GOOD, load=Dropout),
    "order": replace(GOOD, load=LoudestSoFar),
    "batch": replace(GOOD, load=BatchStatistics),
    "longer neighbour": replace(GOOD, load=TrimsTheBatch, window_s=1.0),
    "threads": replace(GOOD, load=HearsThreads),
    "process": replace(GOOD, load=Unseeded),
    "fingerprint": replace(GOOD, load=KnowsTheTime),
    "silence": replace(GOOD, load=DividesByZero),
    "full scale": replace(GOOD, load=Half),
    "50 ms": replace(GOOD, load=NeverPads),
    "20 minutes": replace(GOOD, load=ShortMemory),
    "every moment": replace(GOOD, load=Crops),
    "frame times": replace(GOOD, load=Backwards),
    "declared rate": replace(GOOD, load=MadeForAnotherRate),
    "two renderings": replace(GOOD, load=ReadsTheNoise),
    "gain": replace(GOOD, gain="invariant"),
    "evaluation": replace(GOOD, load=InTraining),
    "gradients": replace(GOOD, load=WantsGradients),
    "weights": replace(GOOD, load=Counts),
    "audio": replace(GOOD, load=WritesToAudio),
    "settings": replace(GOOD, load=SetsForAll),
    "chance": replace(GOOD, load=Reseeds),
    "licence": replace(GOOD, license=""),
    "source": replace(GOOD, source=""),
    "training data": replace(GOOD, load=Trained),
}
"""By the check that catches it, and no other."""
WRONG_TRACKS = {
    "answers": replace(TRACKS, load=Unasked),
    "answers-2": replace(TRACKS, load=Forgetful),
    "second call": replace(TRACKS, load=Drifting),
    "order": replace(TRACKS, load=ByPlace),
    "odd audio": replace(TRACKS, load=Fragile),
}


@hookimpl
def provide_models():
    wrong = [replace(info, name=f"wrong {check}") for check, info in WRONG.items()]
    by_track = [replace(info, name=f"wrong by track {check}") for check, info in WRONG_TRACKS.items()]
    named = {"good by track": ByTrack, "unknowing": Unknowing}
    return [
        GOOD,
        replace(GOOD, name="unstated", gain=""),
        *wrong,
        *by_track,
        *(replace(TRACKS, name=name, load=load) for name, load in named.items()),
    ]
