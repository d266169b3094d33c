from torch import nn

from earmark.extract.parameters import count_parameters


class Wrapper:
    def __init__(self) -> None:
        self.net = nn.Linear(3, 5)
        self.same = self.net
        self.scale = nn.Parameter(self.net.bias.detach().clone())


def test_weights_and_biases_are_counted_once() -> None:
    assert count_parameters(Wrapper()) == 3 * 5 + 5 + 5


def test_a_module_and_a_plain_object() -> None:
    assert count_parameters(nn.Conv2d(1, 4, 3)) == 4 * 9 + 4
    assert count_parameters(object()) == 0
