"""``hf:name-or-folder``: audio encoders of Hugging Face transformers, layer by layer.

Wav2Vec2, HuBERT, WavLM, data2vec, SEW, UniSpeech, AST, CLAP's audio tower and Whisper's encoder; models that bring
their own code, such as MERT, with --trust-remote-code. Audio passes through the checkpoint's own feature extractor.
`?layer=7` or `?layer=mean` takes one layer; otherwise all are offered by number, "0" being what enters the first, and
the last one is the model's output. `?window=` sets the seconds taken at once, `?revision=` a commit of the hub.
Source: Wolf et al. 2020, https://aclanthology.org/2020.emnlp-demos.6; the checkpoint's card says where it comes from.
Licence: transformers is Apache-2.0; each checkpoint has its own, which its card states.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark import ModelInfo, hookimpl
from earmark.errors import PluginError, UnknownName
from earmark.model import AdapterInfo
from earmark_plugins.adapters.hf.audio_encoders import CLIP, FAMILIES, WAVEFORM, Family
from earmark_plugins.adapters.hf.transformers_checkpoint import (
    CONFIG,
    Checkpoint,
    find_checkpoint,
    load_encoder,
    provenance,
    read_config,
    read_extractor,
    version_of,
)

if TYPE_CHECKING:
    from torch import Tensor

MEAN = "mean"
NOTHING: frozenset[str] = frozenset()


class HuggingFace:
    """Embeds audio as the hidden states of an encoder."""

    def __init__(
        self, checkpoint: Checkpoint, layer: str = "", device: str = "cpu", trust: frozenset[str] = NOTHING
    ) -> None:
        config = read_config(checkpoint)
        self._family = _family(config)
        self._names = tuple(self._family.layers(config))
        self._layer = layer
        self._extractor = read_extractor(checkpoint)
        self.network = load_encoder(checkpoint, self._family, trusted="weights" in trust).to(device)
        self._config = self.network.config

    def embed(self, audio: "Tensor") -> "Tensor | Mapping[str, Tensor]":
        """Map audio [batch, samples] to every layer by name, or to the one chosen: [batch, frames, dim]."""
        rate = self._extractor.sampling_rate
        given = self._extractor(list(audio.cpu().numpy()), sampling_rate=rate, return_tensors="pt")
        # All rows are audio from end to end, so a mask would say nothing; no row is scaled by another's loudness.
        tensors = {name: value.to(audio.device) for name, value in given.items() if name != "attention_mask"}
        output = self.network(**self._family.inputs(tensors), output_hidden_states=True)
        share = audio.shape[1] / rate / self._family.window_s(self._extractor) if self._family.fills else 1.0
        heard = [_heard(frames, share) for frames in self._family.frames(output, self._config)]
        return self._chosen(dict(zip(self._names, heard, strict=True)))

    def _chosen(self, layers: "dict[str, Tensor]") -> "Tensor | Mapping[str, Tensor]":
        import torch  # noqa: PLC0415 - listing models imports no torch

        if not self._layer:
            return layers
        if self._layer != MEAN:
            return layers[self._layer]
        numbered = [frames for name, frames in layers.items() if name != CLIP]
        if len({frames.shape for frames in numbered}) > 1:
            raise PluginError("The layers differ in their number of frames, so they have no mean; take ?layer=NUMBER.")
        return torch.stack(numbered).mean(0)


def _heard(frames: "Tensor", share: float) -> "Tensor":
    """Drop the frames that lie in what the feature extractor filled up behind `share` of the input."""
    return frames[:, : max(1, round(frames.shape[1] * min(share, 1.0)))]


def describe(
    argument: str, *, layer: str = "", window: str = "", revision: str = "", trust: frozenset[str] = NOTHING
) -> ModelInfo:
    """Return what the checkpoint's configuration and card say, without its weights; raises PluginError."""
    checkpoint = find_checkpoint(argument, revision, remote_code="remote-code" in trust)
    config, extractor = read_config(checkpoint), read_extractor(checkpoint)
    family = _family(config)
    layers = family.layers(config)
    dim = _dim(layer, layers, checkpoint.name)
    main = CLIP if family.clip_is_main else [name for name in layers if name != CLIP][-1]
    return ModelInfo(
        name=f"hf:{checkpoint.name}",
        version=version_of(checkpoint),
        sample_rate=extractor.sampling_rate,
        dim=dim or layers[main],
        window_s=_window_s(window, family, extractor),
        load=partial(HuggingFace, checkpoint, layer),
        layers={} if layer else layers,
        layer="" if layer else main,
        gain=family.gain(extractor),
        summary=f"{(config.architectures or [config.model_type])[0]} from transformers.",
        **provenance(checkpoint, config),
    )


def _family(config: Any) -> Family:
    """The family of this kind of model; a model with its own code is taken for a sequence of frames."""
    kind = config.model_type
    if kind in FAMILIES:
        return FAMILIES[kind]
    if getattr(config, "auto_map", None) and hasattr(config, "hidden_size") and hasattr(config, "num_hidden_layers"):
        return WAVEFORM
    raise PluginError(f"No audio encoder is known for the model type {kind!r}; there are: {', '.join(FAMILIES)}.")


def _dim(layer: str, layers: Mapping[str, int], name: str) -> int:
    """The dimension of the layer asked for; 0 when none is."""
    if layer == MEAN:
        dims = {dim for numbered, dim in layers.items() if numbered != CLIP}
        if len(dims) > 1:
            raise PluginError(f"The layers of {name} differ in dimension, so they have no mean; take ?layer=NUMBER.")
        return dims.pop()
    if layer and layer not in layers:
        raise UnknownName(f"layer of {name}", layer, [*layers, MEAN])
    return layers.get(layer, 0)


def _window_s(window: str, family: Family, extractor: Any) -> float:
    most = family.window_s(extractor)
    try:
        seconds = float(window or most)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise PluginError(f"?window={window} is no number of seconds above 0.")
    if family.fills and seconds > most:
        raise PluginError(f"?window={window}: this model hears {most:g} s at once; give {most:g} or less.")
    return seconds


def accepts(path: Path) -> bool:
    """Whether a bare path is a folder that transformers saved."""
    return (path / CONFIG).is_file() and '"model_type"' in (path / CONFIG).read_text(encoding="utf-8", errors="replace")


@hookimpl
def provide_adapters() -> list[AdapterInfo]:
    """Return the adapter of this file."""
    return [
        AdapterInfo(
            name="hf",
            describe=describe,
            argument="NAME-OR-FOLDER",
            options=("layer", "revision", "window"),
            accepts=accepts,
            summary="An audio encoder of Hugging Face transformers.",
        )
    ]
