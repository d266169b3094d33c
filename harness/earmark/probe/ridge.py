"""Ridge regression in closed form, for every strength at once."""

from torch import Tensor

from earmark.probe.rowspace import RowSpace

CENTRED = 1e-10  # share of the power that a mean may have which is only rounding


def fit_ridge(space: RowSpace, targets: Tensor, strengths: Tensor) -> tuple[Tensor, Tensor]:
    """Weights [strengths, rank, outputs] and biases [strengths, outputs] that minimise the penalised error.

    The objective is half the mean squared error + strength / 2 × ‖weights‖², the bias free: scikit-learn's
    Ridge with alpha = tracks × strength. Rows must have mean zero, as standardised train rows have; on their
    principal axes each weight is then a division. Raises `ValueError` for rows that have not.
    """
    offset = space.coordinates.mean(dim=0).square().sum()
    if float(offset) > CENTRED * float(space.power.sum()):
        raise ValueError(f"The rows' mean has a squared length of {float(offset)}; standardise them for ridge.")
    mean = targets.mean(dim=0)
    agreement = space.coordinates.T @ (targets - mean) / len(targets)
    weights = agreement / (space.power[:, None] + strengths[:, None, None])
    return weights, mean.expand(len(strengths), -1).clone()
