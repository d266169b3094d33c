"""The networks against a second computation in numpy, double precision, in the order of the published definition."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from earmark_plugins.models.musicnn.tagging_networks import Musicnn, Vgg, numbered

TOLERANCE = 2e-5  # of numbers around 1: float32 sums of some hundred terms
FRAMES = 40  # fewer than the longest filter spans: "same" padding matters on both sides
BANDS = 96
VGG_FRAMES = 100
EPSILON = 1e-3

Maps = np.ndarray


def random_weights(kernels: dict[str, tuple[int, ...]], norms: list[int], seed: int = 0) -> dict[str, Maps]:
    """Weights of the names and shapes that the checkpoints have; half of the factors are negative."""
    random = np.random.default_rng(seed)
    weights = {}
    for name, shape in kernels.items():
        weights[f"{name}/kernel"] = random.normal(0, 1 / np.sqrt(np.prod(shape[:-1])), shape)
        weights[f"{name}/bias"] = random.normal(0, 0.3, shape[-1])
    for number, channels in enumerate(norms):
        name = numbered("batch_normalization", number)
        for part in ("gamma", "beta", "moving_mean"):
            weights[f"{name}/{part}"] = random.normal(0, 1, channels)
        weights[f"{name}/moving_variance"] = random.uniform(0.5, 2.0, channels)
    return {name: tensor.astype(np.float32) for name, tensor in weights.items()}


def norm(features: Maps, weights: dict[str, Maps], number: int) -> Maps:
    """Normalize features [..., channels]."""
    gamma, beta, mean, variance = (
        weights[f"{numbered('batch_normalization', number)}/{part}"].astype(float)
        for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    return gamma * (features - mean) / np.sqrt(variance + EPSILON) + beta


def conv(maps: Maps, weights: dict[str, Maps], name: str) -> Maps:
    """Convolve maps [time, frequency, channels] without padding: [time, frequency, filters]; then ReLU."""
    kernel = weights[f"{name}/kernel"].astype(float)
    views = np.lib.stride_tricks.sliding_window_view(maps, kernel.shape[:2], (0, 1))
    return np.maximum(np.einsum("tfchw,hwco->tfo", views, kernel) + weights[f"{name}/bias"], 0)


def padded_in_time(maps: Maps, size: int) -> Maps:
    return np.pad(maps, (((size - 1) // 2, size // 2), (0, 0), (0, 0)))


def musicnn_weights() -> dict[str, Maps]:
    shapes = [(7, 38, 1, 6), (7, 67, 1, 5), (128, 1, 1, 3), (64, 1, 1, 4), (32, 1, 1, 2)]
    shapes += [(7, 20, 1, 4), (7, 4, 1, 4), (7, 4, 1, 4)]
    kernels = {numbered("conv2d", i): shape for i, shape in enumerate(shapes)} | {"dense": (64, 9)}
    return random_weights(kernels, [1, 6, 5, 3, 4, 2, 4, 4, 4, 64, 9])


def musicnn(mel: Maps, weights: dict[str, Maps]) -> dict[str, Maps]:
    """Pons and Serra 2019, section 2, one patch [frames, 96] at a time."""
    maps = norm(mel[:, :, None], weights, 0)
    front = []
    for i in range(5):
        size = weights[f"{numbered('conv2d', i)}/kernel"].shape[0]
        found = norm(conv(padded_in_time(maps, size), weights, numbered("conv2d", i)), weights, i + 1)
        front.append(found.max(1))  # [frames, filters]
    middle = []
    features = np.concatenate(front, 1)
    for i in range(5, 8):
        found = conv(padded_in_time(features[:, :, None], 7), weights, numbered("conv2d", i))
        features = norm(found[:, 0], weights, i + 1) + (features if i > 5 else 0)
        middle.append(features)
    everything = np.concatenate([*front, *middle], 1)
    pool = np.stack([everything.max(0), everything.mean(0)], 1).ravel()
    hidden = np.maximum(norm(pool, weights, 9) @ weights["dense/kernel"] + weights["dense/bias"], 0)
    means = {"timbral": front[:2], "temporal": front[2:], **{f"cnn{i + 1}": [m] for i, m in enumerate(middle)}}
    return {k: np.concatenate(v, 1).mean(0) for k, v in means.items()} | {
        "pool": pool,
        "penultimate": norm(hidden, weights, 10),
    }


def vgg_weights() -> dict[str, Maps]:
    kernels = {f"{n}CNN": (3, 3, 1 if n == 1 else 6, 6) for n in range(1, 6)}
    return random_weights(kernels, [1, 6, 6, 6, 6, 6], seed=1)


def vgg(mel: Maps, weights: dict[str, Maps]) -> Iterator[Maps]:
    maps = norm(mel[:, :, None], weights, 0)
    for number, size, step in ((1, (4, 1), 2), (2, (2, 2), 2), (3, (2, 2), 2), (4, (2, 2), 2), (5, (4, 4), 4)):
        found = norm(conv(np.pad(maps, ((1, 1), (1, 1), (0, 0))), weights, f"{number}CNN"), weights, number)
        maps = np.lib.stride_tricks.sliding_window_view(found, size, (0, 1))[::step, ::step].max((3, 4))
        yield maps


def patches(frames: int) -> Maps:
    return np.random.default_rng(2).uniform(0, 3, (2, frames, BANDS)).astype(np.float32)


def tensors(weights: dict[str, Maps]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(tensor) for name, tensor in weights.items()}


@pytest.mark.parametrize("layer", ["timbral", "temporal", "cnn1", "cnn2", "cnn3", "pool", "penultimate"])
def test_a_layer_of_musicnn_is_what_its_definition_gives(layer):
    weights, mel = musicnn_weights(), patches(FRAMES)
    expected = np.stack([musicnn(patch.astype(float), weights)[layer] for patch in mel])
    found = Musicnn(tensors(weights))(torch.from_numpy(mel))[layer]
    np.testing.assert_allclose(found.numpy(), expected, atol=TOLERANCE * max(1, np.abs(expected).max()), rtol=0)


def test_the_layers_of_vgg_are_what_their_definition_gives():
    weights, mel = vgg_weights(), patches(VGG_FRAMES)
    network = Vgg(tensors(weights))
    maps, layers = network.maps(torch.from_numpy(mel)), network(torch.from_numpy(mel))
    for row, patch in enumerate(mel):
        for number, expected in enumerate(vgg(patch.astype(float), weights)):
            found = maps[number][row].permute(1, 2, 0).numpy()
            np.testing.assert_allclose(found, expected, atol=TOLERANCE * max(1, np.abs(expected).max()), rtol=0)
            mean = layers[f"pool{number + 1}"][row].numpy()
            np.testing.assert_allclose(mean, expected.mean((0, 1)), atol=TOLERANCE * max(1, np.abs(expected).max()))


def test_nothing_in_a_network_asks_for_a_gradient():
    networks = (Musicnn(tensors(musicnn_weights())), Vgg(tensors(vgg_weights())))
    assert not any(parameter.requires_grad for network in networks for parameter in network.parameters())
