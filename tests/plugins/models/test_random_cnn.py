import numpy as np
import torch

from earmark_plugins.models.random_cnn import CHANNELS, RandomCnn, convolutions

WEIGHTS = 9 * (1 * 16 + 16 * 32 + 32 * 64 + 64 * 128 + 128 * 128)  # 3 × 3 kernels, no bias


def parameters(model: RandomCnn) -> torch.Tensor:
    return torch.cat([p.flatten() for p in model.network.parameters()])


def noise(rows: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).normal(0, 0.1, (rows, 48_000)).astype(np.float32))


def test_it_has_244_thousand_weights_and_none_can_be_trained():
    model = RandomCnn()
    assert len(parameters(model)) == WEIGHTS == 244_368
    assert not any(p.requires_grad for p in model.network.parameters())


def test_the_weights_are_the_same_at_every_load():
    torch.manual_seed(1)
    first = parameters(RandomCnn())
    torch.manual_seed(2)
    assert torch.equal(first, parameters(RandomCnn()))


def test_another_seed_gives_other_weights():
    assert not torch.equal(convolutions(0)[0].weight, convolutions(1)[0].weight)


def test_each_weight_has_the_deviation_of_he():
    for before, layer in zip((1, *CHANNELS), [x for x in convolutions(0) if hasattr(x, "weight")], strict=False):
        deviation = float(layer.weight.std())
        assert abs(deviation / np.sqrt(2 / (9 * before)) - 1) < 0.15  # 144 weights estimate it within 6 %


def test_a_window_gives_one_frame():
    assert RandomCnn().embed(noise(2)).shape == (2, 1, 384)


def test_the_last_features_are_means_over_time_of_three_bands():
    model = RandomCnn()
    features = model.network(model.log_mel.embed(noise(1))[:, None])
    assert features.shape == (1, 128, 9, 3)  # 300 frames and 96 bands, halved five times
    expected = features.numpy().mean(axis=2).reshape(1, 1, 384)
    np.testing.assert_allclose(model.embed(noise(1)).numpy(), expected, rtol=1e-5, atol=1e-6)


def test_silence_embeds_to_zeros():
    assert not RandomCnn().embed(torch.zeros(1, 48_000)).any()
