"""What every bundled model has in common, walked module by module."""

import json
import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

import numpy as np
import pytest
import torch

import earmark_plugins.models
from earmark.model import Model, ModelInfo
from earmark.place import Place

MODULES = sorted(m.name for m in iter_modules(earmark_plugins.models.__path__))
INFOS = [i for m in MODULES for i in import_module(f"earmark_plugins.models.{m}").provide_models()]
each_model = pytest.mark.parametrize("info", INFOS, ids=lambda info: info.name)
BATCH_TOLERANCE = 1e-5  # protocol 1: embeddings agree within 1e-5, relative to the largest
HEAVY = ("torch", "librosa", "scipy", "sklearn")
SHORT_SAMPLES = 10
WEIGHT_LICENCES = {"ISC"}
"""Of weights that are fetched, not bundled: whoever adds one has read it."""


def noise(info: ModelInfo, rows: int = 3, scale: float = 0.1) -> torch.Tensor:
    samples = round((info.window_s or 5.0) * info.sample_rate)
    rows_of_noise = np.random.default_rng(0).normal(0, scale, (rows, samples))
    return torch.from_numpy(np.clip(rows_of_noise, -1, 1).astype(np.float32))


def load(info: ModelInfo) -> Model:
    """The model ready to embed; one whose weights were never obtained skips the test."""
    if info.fetch is None:
        return info.load()
    folder = Place.at().models / info.name
    if not any(folder.glob("*")):
        pytest.skip(f"{info.name} has no weights here: bench models get {info.name}")
    return info.load(folder=folder)


def layers(info: ModelInfo, audio: torch.Tensor) -> dict[str, torch.Tensor]:
    """What the model answers, by layer; a model without layers answers one, of no name."""
    answer = load(info).embed(audio)
    return dict(answer) if info.layers else {"": answer}


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
    assert info.source
    assert info.summary.endswith(".")


@each_model
def test_what_is_bundled_is_ours_and_trained_on_nothing(info):
    if info.fetch is None:
        assert (info.license, info.training_data) == ("Apache-2.0", ())
    else:
        assert info.license in WEIGHT_LICENCES
        assert info.training_data


@each_model
def test_its_module_says_source_and_licence(info):
    text = import_module(info.load.__module__).__doc__
    assert "Source: " in text
    assert "Licence: " in text


@each_model
def test_it_returns_the_dimensions_that_it_states(info):
    found = layers(info, noise(info))
    assert {name: embeddings.shape[2] for name, embeddings in found.items()} == (info.layers or {"": info.dim})
    for embeddings in found.values():
        assert embeddings.ndim == 3
        assert embeddings.shape[0] == 3
        assert embeddings.dtype == torch.float32


@each_model
@pytest.mark.parametrize("samples", [1, SHORT_SAMPLES, 16_000])
def test_silence_of_any_length_embeds_to_finite_numbers(info, samples):
    for embeddings in layers(info, torch.zeros(2, samples)).values():
        assert embeddings.shape[1] >= 1
        assert embeddings.isfinite().all()


@each_model
@pytest.mark.parametrize("scale", [1e-6, 10.0], ids=["dither", "full-scale"])
def test_noise_of_any_level_embeds_to_finite_numbers(info, scale):
    assert all(embeddings.isfinite().all() for embeddings in layers(info, noise(info, scale=scale)).values())


@each_model
def test_a_constant_embeds_to_finite_numbers(info):
    assert all(embeddings.isfinite().all() for embeddings in layers(info, torch.ones(1, 48_000)).values())


@each_model
def test_a_row_does_not_depend_on_its_neighbours_in_the_batch(info):
    audio = noise(info)
    alone = [layers(info, row[None]) for row in audio]
    for name, together in layers(info, audio).items():
        expected = torch.cat([row[name] for row in alone])
        assert (together - expected).abs().max() <= BATCH_TOLERANCE * expected.abs().max()


@each_model
def test_it_leaves_the_audio_as_it_was(info):
    audio = noise(info)
    before = audio.clone()
    load(info).embed(audio)
    assert torch.equal(audio, before)


@each_model
def test_two_loads_embed_alike_to_the_last_digit(info):
    first, second = layers(info, noise(info)), layers(info, noise(info))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_models_live_in_one_file_or_folder_each():
    homes = {info.load.__module__ for info in INFOS if info.fetch is None}
    assert homes <= {f"earmark_plugins.models.{name}" for name in MODULES}
