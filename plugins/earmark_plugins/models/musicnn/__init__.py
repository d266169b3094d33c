"""MusiCNN and its VGG siblings: convolutional networks that were trained to tag music, with their published weights.

Each 3 s of audio at 16 kHz become 187 frames of 96 mel bands, log10(1 + 10,000 · power), and then one vector a layer.
Layers of ``musicnn``, input to output: `timbral` and `temporal`, the two halves of the front end, and `cnn1` to
`cnn3`, the middle, each the mean over time; `pool`, of each of those 753 features in turn its maximum and its mean
over time, which is what the back end takes in; `penultimate`, the 200 numbers that the tags are read from and
the embedding unless another is asked for. Layers of ``vgg``: `pool1` to `pool5`, each averaged over time and frequency.

What differs from the published package: audio stays in float32 (a cast to float16 there makes loud clips overflow),
and the spectrum is taken of each 3 s by itself, which is the package's for a clip of 3 s. Of a longer track the
package takes one spectrum and cuts it every 187 frames, 2.992 s: its windows move against ours by 8 ms each, and the
first of its 187 frames hears 16 ms of the window before, where ours hears the window's own start mirrored. On 63
windows of music that one frame moved no tag's probability by more than 0.025; a start 16 ms later moves one by 0.04.
Shorter audio is padded with silence; of longer audio every 187 frames give a vector, as there.

Source: Pons and Serra 2019, https://arxiv.org/abs/1909.06654 (the weights: https://pypi.org/project/musicnn/0.1.0/);
Pons et al. 2018, https://arxiv.org/abs/1711.02520 (the network), Choi et al. 2016, https://arxiv.org/abs/1606.00298
(the VGG). Licence: Apache-2.0, as the rest of earmark; the weights are under the ISC licence.
"""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark import ModelInfo, hookimpl
from earmark.errors import PluginError
from earmark.progress import Progress
from earmark_plugins.models.musicnn.wheel import Wheel, read_wheel

if TYPE_CHECKING:
    from torch import Tensor

RATE_HZ = 16_000
WINDOW_S = 3.0
SIZE_SAMPLES = 512
HOP_SAMPLES = 256
BANDS = 96
PATCH_FRAMES = 187  # what the networks were trained on
GAIN = 10_000.0
LN_10 = math.log(10.0)
PATCHES_AT_ONCE = {"cpu": 1}
"""By kind of device: the maps of one patch stay in a core's cache, those of several do not."""
PATCHES_AT_ONCE_ELSEWHERE = 64

WHEEL = Wheel(
    requirement="musicnn==0.1.0",
    file="musicnn-0.1.0-py3-none-any.whl",
    sha256="f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa",
    size=29_292_476,
)
LICENCE_FILE = "musicnn-0.1.0.dist-info/LICENSE.md"
WEIGHTS_FILE = "weights.safetensors"
OPTIMIZER = ("/Adam", "beta1_power", "beta2_power")  # what training left in the checkpoint

MUSICNN_LAYERS = {
    "timbral": 408, "temporal": 153, "cnn1": 64, "cnn2": 64, "cnn3": 64, "pool": 1506, "penultimate": 200,
}  # fmt: skip
VGG_LAYERS = {"pool1": 128, "pool2": 128, "pool3": 128, "pool4": 128, "pool5": 128}

Weights = Mapping[str, "Tensor"]
Network = Callable[["Tensor"], "dict[str, Tensor]"]
"""Maps patches [batch, frames, 96] to each layer [batch, dim]."""


def musicnn(weights: Weights) -> Network:
    """Return the network with filters shaped after pitch and time."""
    from earmark_plugins.models.musicnn.tagging_networks import Musicnn  # noqa: PLC0415 - listing models imports no torch

    return Musicnn(weights)


def vgg(weights: Weights) -> Network:
    """Return the network of 3 × 3 filters."""
    from earmark_plugins.models.musicnn.tagging_networks import Vgg  # noqa: PLC0415 - listing models imports no torch

    return Vgg(weights)


class LogMelPatches:
    """The input of the networks: log-mel spectra as librosa computed them in 2019, cut into patches."""

    def __init__(self, device: str = "cpu") -> None:
        import librosa  # noqa: PLC0415 - listing models imports neither
        import torch  # noqa: PLC0415

        bank = librosa.filters.mel(sr=RATE_HZ, n_fft=SIZE_SAMPLES, n_mels=BANDS)  # Slaney's scale and areas of one
        self.bank = torch.from_numpy(bank.T.copy()).to(device)  # [257, 96]
        self.window = torch.hann_window(SIZE_SAMPLES, device=device)

    def __call__(self, audio: "Tensor") -> "Tensor":
        """Map audio [batch, samples] to patches [batch, patches, 187, 96]; what is left at the end is not heard.

        Frame i is centred on sample 256 i. Both ends are padded with their mirror image, librosa's rule until 0.10.
        """
        from torch.nn import functional  # noqa: PLC0415 - listing models imports no torch

        missing = max(0, round(WINDOW_S * RATE_HZ) - audio.shape[1])
        half = SIZE_SAMPLES // 2
        mirrored = functional.pad(functional.pad(audio, (0, missing)), (half, half), mode="reflect")
        frames = mirrored.unfold(1, SIZE_SAMPLES, HOP_SAMPLES)  # [batch, frames, 512], a view
        frames = frames.narrow(1, 0, frames.shape[1] // PATCH_FRAMES * PATCH_FRAMES)
        return self._log_mel(frames).reshape(len(audio), -1, PATCH_FRAMES, BANDS)

    def _log_mel(self, frames: "Tensor") -> "Tensor":
        import torch  # noqa: PLC0415 - listing models imports no torch

        spectrum = torch.fft.rfft(frames * self.window)
        power = spectrum.real.square().addcmul_(spectrum.imag, spectrum.imag)
        mel: Tensor = power @ self.bank
        return mel.mul_(GAIN).log1p_().div_(LN_10)


class Tagger:
    """Embeds each 3 s as the layers of a tagging network."""

    def __init__(self, network: Network, device: str = "cpu") -> None:
        self.network = network
        self.patches = LogMelPatches(device)

    def embed(self, audio: "Tensor") -> "dict[str, Tensor]":
        """Map audio [batch, samples] to the layers, each [batch, patches, dim]: one patch for each 3 s."""
        import torch  # noqa: PLC0415 - listing models imports no torch

        patches = self.patches(audio)
        at_once = PATCHES_AT_ONCE.get(audio.device.type, PATCHES_AT_ONCE_ELSEWHERE)
        layers = [self.network(some) for some in torch.split(patches.flatten(0, 1), at_once)]
        rows, count = patches.shape[:2]
        return {name: torch.cat([some[name] for some in layers]).view(rows, count, -1) for name in layers[0]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One of the checkpoints in the wheel, as a model."""

    name: str
    checkpoint: str
    """Its folder in the wheel."""
    network: Callable[[Weights], Network]
    layers: Mapping[str, int]
    training_data: str
    summary: str

    def fetch(self, folder: Path, progress: Progress) -> None:
        """Download the wheel and keep the one checkpoint's weights, as safetensors; raises PluginError."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            files = [f"musicnn/{self.checkpoint}/{file}" for file in (".index", ".data-00000-of-00001")]
            index, data, licence = read_wheel(WHEEL, [*files, LICENCE_FILE], progress)
            keep(folder / WEIGHTS_FILE, index, data, {"source": WHEEL.requirement, "licence": licence.decode()})
        except OSError as error:
            raise PluginError(f"The weights of {self.name} cannot be kept in {folder}: {error}.") from error

    def load(self, device: str = "cpu", *, folder: Path) -> Tagger:
        """Return the model ready to embed; raises PluginError when its weights were never fetched, or are damaged."""
        from earmark.weights import load_weights  # noqa: PLC0415 - listing models imports no torch

        path = folder / WEIGHTS_FILE
        if not path.is_file():
            raise PluginError(f"{self.name} has no weights yet; obtain them with `bench models get {self.name}`.")
        weights = {name: tensor.to(device) for name, tensor in load_weights(path).items()}
        return Tagger(self.network(weights), device)

    def info(self) -> ModelInfo:
        """Return what is known of the model without loading it."""
        return ModelInfo(
            name=self.name,
            version="1",
            sample_rate=RATE_HZ,
            dim=list(self.layers.values())[-1],
            window_s=WINDOW_S,
            load=self.load,
            fetch=self.fetch,
            layers=self.layers,
            gain="heard",
            license="ISC",
            source="Pons and Serra 2019, arXiv:1909.06654 (weights: musicnn 0.1.0 on PyPI)",
            training_data=(self.training_data,),
            summary=self.summary,
        )


def keep(path: Path, index: bytes, data: bytes, about: Mapping[str, str]) -> None:
    """Write the weights of a TensorFlow checkpoint as safetensors, whole or not at all; raises PluginError, OSError."""
    from safetensors.numpy import save  # noqa: PLC0415 - listing models does not need it

    from earmark_plugins.models.musicnn.tensorflow_checkpoint import read_checkpoint  # noqa: PLC0415 - nor this

    tensors = read_checkpoint(index, data, wanted=lambda name: not any(word in name for word in OPTIMIZER))
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(save(tensors, metadata=dict(about)))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


PUBLISHED = (
    Published(
        name="musicnn-msd",
        checkpoint="MSD_musicnn",
        network=musicnn,
        layers=MUSICNN_LAYERS,
        training_data="msd",
        summary="MusiCNN, trained on 50 tags of the Million Song Dataset.",
    ),
    Published(
        name="musicnn-mtt",
        checkpoint="MTT_musicnn",
        network=musicnn,
        layers=MUSICNN_LAYERS,
        training_data="magnatagatune",
        summary="MusiCNN, trained on 50 tags of MagnaTagATune.",
    ),
    Published(
        name="musicnn-vgg-msd",
        checkpoint="MSD_vgg",
        network=vgg,
        layers=VGG_LAYERS,
        training_data="msd",
        summary="MusiCNN's VGG baseline, trained on 50 tags of the Million Song Dataset.",
    ),
    Published(
        name="musicnn-vgg-mtt",
        checkpoint="MTT_vgg",
        network=vgg,
        layers=VGG_LAYERS,
        training_data="magnatagatune",
        summary="MusiCNN's VGG baseline, trained on 50 tags of MagnaTagATune.",
    ),
)


@hookimpl
def provide_models() -> list[ModelInfo]:
    """Return the two networks, each trained on two data sets."""
    return [published.info() for published in PUBLISHED]
