"""Principal axes of the train embeddings: the same linear model in fewer, uncorrelated coordinates.

An L2-penalised linear model is unchanged by a rotation, and its weights lie in the span of the train rows.
So the fit may run on the coordinates along the principal axes: never more than there are tracks, and with a
curvature that is diagonal at the start, which is what makes L-BFGS need tens of steps instead of hundreds.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSpace:
    """Train rows in their own principal coordinates."""

    coordinates: Tensor
    """[rows, rank]"""
    axes: Tensor
    """[dim, rank], orthonormal: coordinates are rows @ axes."""
    power: Tensor
    """[rank], mean square of each coordinate."""


def row_space(rows: Tensor) -> RowSpace:
    """Turn rows [rows, dim] (float64) to the principal axes of their second moment; null directions go."""
    compact, outer = _compact(rows)
    power, turn = torch.linalg.eigh(compact.T @ compact / max(len(rows), 1))
    floor = torch.finfo(rows.dtype).eps * max(rows.shape) * float(power.max())
    kept = power > floor
    turn = turn[:, kept]
    axes = turn if outer is None else outer @ turn
    return RowSpace(coordinates=compact @ turn, axes=axes, power=power[kept])


def _compact(rows: Tensor) -> tuple[Tensor, Tensor | None]:
    """Coordinates of rows in an orthonormal basis of their span, and that basis (None: the given one).

    QR rather than the eigenvectors of rows @ rows.T, whose small directions lose half of their digits.
    """
    if rows.shape[1] <= rows.shape[0]:
        return rows, None
    basis, triangle = torch.linalg.qr(rows.T)
    return triangle.T.contiguous(), basis
