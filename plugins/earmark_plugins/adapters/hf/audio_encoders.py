"""Families of audio encoders in Hugging Face transformers: how each takes audio, and where its layers stand.

A family is found by the ``model_type`` of a checkpoint's configuration. Nothing here imports transformers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

CLIP = "clip"
"""Name of the layer that holds one vector for a whole window: the embedding that the model's own head reads."""
WAVEFORM_WINDOW_S = 10.0
AST_HOP_S = 0.01  # of its filter bank, fixed in its feature extractor
AST_TOKENS = 2  # a class token and a distillation token stand before the patches


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Encoders that are called alike."""

    layers: Callable[[Any], dict[str, int]]
    """Name and dimension of each layer, from the configuration: numbers from "0", the input of the first."""
    frames: Callable[[Any, Any], "list[Tensor]"]
    """Those layers [batch, frames, dim], in that order, from the encoder's output and the configuration."""
    window_s: Callable[[Any], float]
    """Seconds of audio that the encoder takes at once, from the feature extractor."""
    fills: bool = False
    """The feature extractor fills shorter audio up to `window_s`, so windows may be shorter but never longer."""
    network: str = "AutoModel"
    """Class in transformers that loads the checkpoint."""
    encoder: Callable[[Any], Any] = lambda network: network
    """The part of it that hears."""
    inputs: "Callable[[Mapping[str, Tensor]], dict[str, Tensor]]" = dict
    """What the encoder is called with, from what the feature extractor gives without its mask."""
    gain: Callable[[Any], str] = lambda _: "heard"
    """How embeddings answer to a gain (see `ModelInfo`), from the feature extractor."""
    clip_is_main: bool = False
    """Its authors publish the clip's vector and not the frames, so that is the layer taken unless asked."""


def _numbered(config: Any) -> dict[str, int]:
    layers = {str(i): int(config.hidden_size) for i in range(config.num_hidden_layers + 1)}
    if getattr(config, "add_adapter", False):  # some wav2vec 2.0 shorten the last layer's output once more
        layers[str(config.num_hidden_layers)] = int(config.output_hidden_size)
    return layers


def _states(output: Any) -> "list[Tensor]":
    """Every hidden state, the last one as the model hands it out: after its final normalisation, if it has one."""
    return [*output.hidden_states[:-1], output.last_hidden_state]


def _sequence(output: Any, _: Any) -> "list[Tensor]":
    return _states(output)


def _numbered_and_clip(config: Any) -> dict[str, int]:
    return _numbered(config) | {CLIP: int(config.hidden_size)}


def _ast_frames(output: Any, config: Any) -> "list[Tensor]":
    """Patches averaged over frequency; the clip's vector is the mean of the two tokens, which the head reads."""
    bands = (config.num_mel_bins - config.patch_size) // config.frequency_stride + 1
    states: list[Any] = [*_states(output)]
    patches = [state[:, AST_TOKENS:].unflatten(1, (bands, -1)) for state in states]  # [batch, bands, time, dim]
    return [*(patch.mean(1) for patch in patches), output.pooler_output[:, None]]


def _clap_layers(config: Any) -> dict[str, int]:
    audio = _clap_audio(config)
    stages = len(audio.depths)
    widths = [int(audio.patch_embeds_hidden_size) * 2**i for i in range(stages)]  # each stage but the last doubles it
    return {str(i): width for i, width in enumerate([*widths, widths[-1]])} | {CLIP: int(audio.projection_dim)}


def _clap_audio(config: Any) -> Any:
    return getattr(config, "audio_config", config)


def _clap_frames(output: Any, config: Any) -> "list[Tensor]":
    """Stages averaged over frequency; the clip's vector is the projection into the space shared with text.

    HTS-AT folds the spectrogram into a square: pieces of time lie above each other along the axis of frequency.
    """
    audio = _clap_audio(config)
    pieces = audio.spec_size // audio.num_mel_bins
    folded = [state.unflatten(2, (pieces, -1)) for state in output.hidden_states[:-1]]  # [batch, dim, pieces, bands, t]
    unfolded = [state.mean(3).flatten(2) for state in folded]  # [batch, dim, frames]
    last = output.last_hidden_state.mean(2)  # unfolded by the model itself
    return [*(state.transpose(1, 2) for state in (*unfolded, last)), output.audio_embeds[:, None]]


def _never_longer(inputs: "Mapping[str, Tensor]") -> "dict[str, Tensor]":
    """Say that no clip is longer than the window; the feature extractor draws one of the batch to be so by chance."""
    import torch  # noqa: PLC0415 - listing models imports no torch

    return dict(inputs) | {"is_longer": torch.zeros_like(inputs["is_longer"], dtype=torch.bool)}


def _normalised(extractor: Any) -> str:
    """Each window is brought to mean 0 and deviation 1, if the feature extractor says so."""
    return "invariant" if getattr(extractor, "do_normalize", False) else ""


WAVEFORM = Family(layers=_numbered, frames=_sequence, window_s=lambda _: WAVEFORM_WINDOW_S, gain=_normalised)
"""A sequence of frames from the waveform, or a spectrogram of any length: also what a custom model is taken for."""
AST = Family(
    layers=_numbered_and_clip,
    frames=_ast_frames,
    window_s=lambda extractor: float(extractor.max_length * AST_HOP_S),
    fills=True,
)
CLAP = Family(
    layers=_clap_layers,
    frames=_clap_frames,
    window_s=lambda extractor: float(extractor.max_length_s),
    fills=True,
    network="ClapAudioModelWithProjection",
    inputs=_never_longer,
    clip_is_main=True,
)
WHISPER = Family(
    layers=_numbered,
    frames=_sequence,
    window_s=lambda extractor: float(extractor.chunk_length),
    fills=True,
    encoder=lambda network: network.get_encoder(),
)
FAMILIES: Mapping[str, Family] = {
    "audio-spectrogram-transformer": AST,
    "clap": CLAP,
    "clap_audio_model": CLAP,
    "data2vec-audio": WAVEFORM,
    "hubert": WAVEFORM,
    "sew": WAVEFORM,
    "sew-d": WAVEFORM,
    "unispeech": WAVEFORM,
    "unispeech-sat": WAVEFORM,
    "wav2vec2": WAVEFORM,
    "wav2vec2-bert": WAVEFORM,
    "wav2vec2-conformer": WAVEFORM,
    "wavlm": WAVEFORM,
    "whisper": WHISPER,
}
"""The family of each ``model_type`` of transformers."""
