"""Tiny encoders with random weights, one for each family, saved as transformers saves a model, and what hears them."""

import warnings
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.torch import load_file

from earmark_plugins.adapters import hf

TOLERANCE = 1e-5  # protocol 1, relative to the largest: kernels differ between batch sizes

WAVEFORM = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "conv_dim": (16,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
}
SEW = WAVEFORM | {"conv_dim": (16,) * 13}
AST = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48}
CLAP = {
    "audio_config": {
        "patch_embeds_hidden_size": 8,
        "depths": [1, 1, 1, 1],
        "num_attention_heads": [1, 1, 2, 2],
        "hidden_size": 64,
        "projection_dim": 24,
        "num_mel_bins": 64,
    },
    "text_config": {
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "vocab_size": 40,
        "projection_dim": 24,
    },
    "projection_dim": 24,
}
FUSED_CLAP = CLAP | {"audio_config": CLAP["audio_config"] | {"enable_fusion": True}}
WHISPER = {
    "d_model": 32,
    "encoder_layers": 2,
    "encoder_attention_heads": 2,
    "encoder_ffn_dim": 48,
    "decoder_layers": 1,
    "decoder_attention_heads": 2,
    "decoder_ffn_dim": 48,
    "vocab_size": 60,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 1,
}
KINDS = {
    "wav2vec2": ("Wav2Vec2", "Model", WAVEFORM, "Wav2Vec2FeatureExtractor"),
    "hubert": ("Hubert", "Model", WAVEFORM, "Wav2Vec2FeatureExtractor"),
    "wavlm": ("WavLM", "Model", WAVEFORM, "Wav2Vec2FeatureExtractor"),
    "data2vec": ("Data2VecAudio", "Model", WAVEFORM, "Wav2Vec2FeatureExtractor"),
    "unispeech": ("UniSpeech", "Model", WAVEFORM, "Wav2Vec2FeatureExtractor"),
    "sew": ("SEW", "Model", SEW, "Wav2Vec2FeatureExtractor"),
    "ast": ("AST", "Model", AST, "ASTFeatureExtractor"),
    "clap": ("Clap", "Model", CLAP, "ClapFeatureExtractor"),
    "clap-fused": ("Clap", "Model", FUSED_CLAP, "ClapFeatureExtractor"),
    "whisper": ("Whisper", "Model", WHISPER, "WhisperFeatureExtractor"),
}
"""Class prefix and ending, settings and feature extractor of each kind."""

EXTRACTOR = {"clap": {"truncation": "rand_trunc"}}
"""Settings of the feature extractor, as the published checkpoints of that kind have them."""


def save(kind: str, folder: Path, *, ending: str = "", extractor: dict | None = None, **settings: object) -> Path:
    """Save a model of that kind and its feature extractor; the same weights each time."""
    prefix, usual, own, extractor_name = KINDS[kind]
    config = getattr(transformers, f"{prefix}Config")(**own, **settings)
    kind_of_model = getattr(transformers, f"{prefix}{ending or usual}")
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        model = kind_of_model(config)
        for parameter in model.parameters():  # biases that start at zero would hide what is lost of them
            parameter.add_(torch.randn_like(parameter) * 0.05)
    model.save_pretrained(folder)
    with warnings.catch_warnings(action="ignore"):  # AST's lowest bands are empty, as published
        getattr(transformers, extractor_name)(**EXTRACTOR.get(kind, {}), **(extractor or {})).save_pretrained(folder)
    return folder


def noise(folder: Path, rows: int = 1, seconds: float | None = None) -> torch.Tensor:
    """One window of noise for each row, each louder than the one before: [rows, samples]."""
    info = hf.describe(str(folder))
    samples = round((seconds or info.window_s) * info.sample_rate)
    loud = np.random.default_rng(0).normal(0, 0.1, (rows, samples)) * 3.0 ** np.arange(rows)[:, None]
    return torch.from_numpy(loud.clip(-1, 1).astype(np.float32))


def embed(folder: Path, audio: torch.Tensor, *, trust: frozenset[str] = frozenset(), **options: str):
    """What the adapter gives for a saved model."""
    with torch.inference_mode():
        return hf.describe(str(folder), trust=trust, **options).load(trust=trust).embed(audio)


def near(found: torch.Tensor, expected: torch.Tensor) -> bool:
    """Whether two tensors agree but for rounding."""
    return found.shape == expected.shape and (found - expected).abs().max() <= TOLERANCE * expected.abs().max()


def weights_of(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a saved model."""
    return load_file(path / "model.safetensors")
