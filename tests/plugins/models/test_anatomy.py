"""What every bundled model has in common, walked module by module."""

import json
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest
import torch

import earmark_plugins.models
from earmark.model import Model, ModelInfo

MODULES = sorted(m.name for m in iter_modules(earmark_plugins.models.__path__))
INFOS = [i for m in MODULES for i in import_module(f"earmark_plugins.models.{m}").provide_models()]
each_model = pytest.mark.parametrize("info", INFOS, ids=lambda info: info.name)
BATCH_TOLERANCE = 1e-5  # protocol 1: embeddings agree within 1e-5, relative to the largest
HEAVY = ("torch", "librosa", "scipy", "sklearn")
SHORT_SAMPLES = 10


def noise(info: ModelInfo, rows: int = 3, scale: float = 0.1) -> torch.Tensor:
    samples = round((info.window_s or 5.0) * info.sample_rate)
    rows_of_noise = np.random.default_rng(0).normal(0, scale, (rows, samples))
    return torch.from_numpy(np.clip(rows_of_noise, -1, 1).astype(np.float32))


def load(info: ModelInfo) -> Model:
    return info.load()


def test_every_module_is_declared_as_a_plugin():
    """If this fails, add the module to [project.entry-points.earmark] and install again: pip install -e ."""
    declared = {e.value for e in entry_points(group="earmark")}
    assert {f"earmark_plugins.models.{m}" for m in MODULES} <= declared


def test_listing_the_models_imports_nothing_heavy():
    code = (
        "import json, sys\nfrom importlib import import_module\n"
        f"for m in {MODULES!r}: import_module('earmark_plugins.models.' + m).provide_models()\n"
        f"print(json.dumps([h for h in {HEAVY!r} if h in sys.modules]))"
    )
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(listed.stdout) == []


@each_model
def test_it_says_where_it_comes_from(info):
    assert info.license == "Apache-2.0"
    assert info.source
    assert info.summary.endswith(".")
    assert info.training_data == ()


@each_model
def test_its_module_says_source_and_licence(info):
    text = import_module(info.load.__module__).__doc__
    assert "Source: " in text
    assert "Licence: " in text


@each_model
def test_it_returns_the_dimension_that_it_states(info):
    embeddings = load(info).embed(noise(info))
    assert embeddings.ndim == 3
    assert (embeddings.shape[0], embeddings.shape[2]) == (3, info.dim)
    assert embeddings.dtype == torch.float32


@each_model
@pytest.mark.parametrize("samples", [1, SHORT_SAMPLES, 16_000])
def test_silence_of_any_length_embeds_to_finite_numbers(info, samples):
    embeddings = load(info).embed(torch.zeros(2, samples))
    assert embeddings.shape[1] >= 1
    assert embeddings.isfinite().all()


@each_model
@pytest.mark.parametrize("scale", [1e-6, 10.0], ids=["dither", "full-scale"])
def test_noise_of_any_level_embeds_to_finite_numbers(info, scale):
    assert load(info).embed(noise(info, scale=scale)).isfinite().all()


@each_model
def test_a_constant_embeds_to_finite_numbers(info):
    assert load(info).embed(torch.ones(1, 48_000)).isfinite().all()


@each_model
def test_a_row_does_not_depend_on_its_neighbours_in_the_batch(info):
    model, audio = load(info), noise(info)
    alone = torch.cat([model.embed(row[None]) for row in audio])
    difference = (model.embed(audio) - alone).abs().max()
    assert difference <= BATCH_TOLERANCE * alone.abs().max()


@each_model
def test_it_leaves_the_audio_as_it_was(info):
    audio = noise(info)
    before = audio.clone()
    load(info).embed(audio)
    assert torch.equal(audio, before)


@each_model
def test_two_loads_embed_alike_to_the_last_digit(info):
    audio = noise(info)
    assert torch.equal(load(info).embed(audio), load(info).embed(audio))


def test_models_live_in_one_file_each():
    files = {Path(sys.modules[info.load.__module__].__file__).stem for info in INFOS}
    assert files == set(MODULES)
