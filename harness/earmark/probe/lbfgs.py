"""Batched L-BFGS for many penalised logistic regressions on the same rows at once.

Source: Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5, in batches: every problem
has its own scale, step and history, and leaves when it has converged. Logits are linear in the step, so the
line search costs no matrix product: an iteration takes two, whatever the search does.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from earmark.probe.family import Family

MEMORY = 10  # pairs of steps kept, as usual for L-BFGS
REFRESH = 10  # iterations between looks at the Hessian's diagonal, each of which costs a matrix product
SEARCHES = 30  # trial steps of a line search, each of which cuts the bracket by a tenth or more
SLOPE_KEPT = 0.5  # a step is accepted when the slope along it has at least halved
ROUNDING = 1e-13  # relative rise of the objective that is only float64's rounding over a few thousand rows
FLATTEST = 1e-9  # curvature taken for granted, so that the scale of a saturated bias stays finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Penalised regressions side by side: mean loss over rows + penalty / 2 × weights² each."""

    family: Family
    rows: Tensor
    """[rows, columns]; the last column is one, its weight the bias."""
    answers: Tensor
    """[problems, outputs, rows]"""
    penalty: Tensor
    """[problems, 1, columns]: the strength, zero at the bias."""

    def only(self, kept: Tensor) -> "Problems":
        """The problems at the indices kept."""
        return Problems(family=self.family, rows=self.rows, answers=self.answers[kept], penalty=self.penalty[kept])

    def gradient(self, weights: Tensor, residual: Tensor) -> Tensor:
        """Gradient [problems, outputs, columns] at weights with that residual [problems, outputs, rows]."""
        return residual @ self.rows / len(self.rows) + self.penalty * weights

    def scale(self, logits: Tensor) -> Tensor:
        """Inverse of the Hessian's diagonal [problems, outputs, columns] at logits."""
        probability = self.family.probability(logits)
        curvature = (probability * (1 - probability)) @ self.rows.square() / len(self.rows)
        return 1 / (curvature + self.penalty).clamp(min=FLATTEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """Where each running problem stands: weights, gradient and scale are [problems, outputs, columns]."""

    weights: Tensor
    logits: Tensor
    value: Tensor
    gradient: Tensor
    scale: Tensor
    steps: list[Tensor]
    changes: list[Tensor]

    def only(self, kept: Tensor) -> "_State":
        return _State(
            weights=self.weights[kept],
            logits=self.logits[kept],
            value=self.value[kept],
            gradient=self.gradient[kept],
            scale=self.scale[kept],
            steps=[each[kept] for each in self.steps],
            changes=[each[kept] for each in self.changes],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Where a step may lead: weights + length × direction, logits + length × along."""

    problems: Problems
    weights: Tensor
    logits: Tensor
    direction: Tensor
    along: Tensor

    def only(self, kept: Tensor) -> "_Line":
        return _Line(
            problems=self.problems.only(kept),
            weights=self.weights[kept],
            logits=self.logits[kept],
            direction=self.direction[kept],
            along=self.along[kept],
        )

    def at(self, length: Tensor) -> "_Point":
        """Objective, slope along the line and residual at length [problems]."""
        family, answers = self.problems.family, self.problems.answers
        far = length[:, None, None]
        logits, weights = self.logits + far * self.along, self.weights + far * self.direction
        residual = family.probability(logits) - answers
        pull = self.problems.penalty * weights
        rows = len(self.problems.rows)
        return _Point(
            length=length.clone(),
            value=family.loss(logits, answers) / rows + _dot(pull, weights) / 2,
            slope=_dot(residual, self.along) / rows + _dot(pull, self.direction),
            residual=residual,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """One point on each problem's line; length, value and slope are [problems]."""

    length: Tensor
    value: Tensor
    slope: Tensor
    residual: Tensor

    def put(self, where: Tensor, other: "_Point") -> None:
        """Overwrite the problems at the indices where."""
        self.length[where] = other.length
        self.value[where] = other.value
        self.slope[where] = other.slope
        self.residual[where] = other.residual


def minimise(
    problems: Problems, start: Tensor, *, modulus: Tensor, gap: float, max_iterations: int
) -> tuple[Tensor, Tensor]:
    """Weights [problems, outputs, columns] from start, and which have converged [problems].

    A problem has converged when ‖gradient‖² / (2 × modulus) is at most gap × its objective: that quotient bounds
    the distance from the minimum where modulus [problems] bounds the curvature from below.
    """
    found, converged = start.clone(), torch.zeros(len(start), dtype=torch.bool)
    running = torch.arange(len(start))
    state = _begin(problems, start)
    for iteration in range(max_iterations + 1):
        distance = _dot(state.gradient, state.gradient) / (2 * modulus[running])
        done = distance <= gap * state.value
        found[running], converged[running] = state.weights, done
        if iteration == max_iterations or bool(done.all()):
            break
        if bool(done.any()):
            kept = torch.nonzero(~done)[:, 0]
            problems, state, running = problems.only(kept), state.only(kept), running[kept]
        state = _advance(problems, state, refresh=iteration % REFRESH == REFRESH - 1)
    return found, converged


def _begin(problems: Problems, weights: Tensor) -> _State:
    logits = weights @ problems.rows.T
    still = torch.zeros_like(logits)
    line = _Line(problems=problems, weights=weights, logits=logits, direction=torch.zeros_like(weights), along=still)
    point = line.at(torch.zeros(len(weights), dtype=weights.dtype))
    return _State(
        weights=weights,
        logits=logits,
        value=point.value,
        gradient=problems.gradient(weights, point.residual),
        scale=problems.scale(logits),
        steps=[],
        changes=[],
    )


def _advance(problems: Problems, state: _State, *, refresh: bool) -> _State:
    """One step of every problem; refresh looks at the Hessian's diagonal where it leads."""
    direction = _direction(state, tied=problems.family.tied)
    along = direction @ problems.rows.T
    line = _Line(problems=problems, weights=state.weights, logits=state.logits, direction=direction, along=along)
    point = _search(line, state)
    far = point.length[:, None, None]
    weights, logits = state.weights + far * direction, state.logits + far * along
    gradient = problems.gradient(weights, point.residual)
    return _State(
        weights=weights,
        logits=logits,
        value=point.value,
        gradient=gradient,
        scale=problems.scale(logits) if refresh else state.scale,
        steps=[*state.steps, far * direction][-MEMORY:],
        changes=[*state.changes, gradient - state.gradient][-MEMORY:],
    )


def _direction(state: _State, *, tied: bool) -> Tensor:
    """Two-loop recursion: minus the approximate inverse Hessian times the gradient.

    Tied outputs stay out of the direction that moves all of them alike: only the penalty curves there, and
    the scale would be wrong by orders of magnitude.
    """
    ahead, shares = state.gradient.clone(), []
    pairs = list(zip(state.steps, state.changes, strict=True))
    inverses = [_inverse(_dot(step, change)) for step, change in pairs]
    for (step, change), inverse in zip(pairs[::-1], inverses[::-1], strict=True):
        shares.append(inverse * _dot(step, ahead))
        ahead -= shares[-1][:, None, None] * change
    ahead *= state.scale
    if tied:
        ahead -= ahead.mean(dim=1, keepdim=True)
    if pairs:
        ahead *= _stretch(*pairs[-1], state.scale)[:, None, None]
    for (step, change), inverse, share in zip(pairs, inverses, shares[::-1], strict=True):
        ahead += (share - inverse * _dot(change, ahead))[:, None, None] * step
    return -ahead


def _stretch(step: Tensor, change: Tensor, scale: Tensor) -> Tensor:
    """Factor [problems] by which the last step's curvature differs from what scale expected."""
    curvature = _dot(step, change)
    return torch.where(curvature > 0, curvature * _inverse(_dot(change, scale * change)), 1.0)


def _search(line: _Line, state: _State) -> _Point:
    """The first tried point of each line where the slope has halved and the objective has not risen.

    The objective is convex along the line: where it slopes up or has risen, the minimum lies before.
    """
    slope = _dot(state.gradient, line.direction)
    point = line.at(torch.ones_like(slope))
    low, high = torch.zeros_like(slope), torch.full_like(slope, torch.inf)
    for _ in range(SEARCHES):
        risen = point.value > state.value + ROUNDING * state.value.abs()
        open_ = risen | (point.slope.abs() > SLOPE_KEPT * slope.abs())
        if not bool(open_.any()):
            break
        past = risen | (point.slope > 0)
        high = torch.where(open_ & past, point.length, high)
        low = torch.where(open_ & ~past, point.length, low)
        pending = torch.nonzero(open_)[:, 0]
        length = _next_length(point, slope, low, high)[pending]
        point.put(pending, line.only(pending).at(length))
    return point


def _next_length(point: _Point, slope: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Where the slope would vanish if it were linear, a tenth of the bracket away from its ends."""
    unbounded = torch.isinf(high)
    reach = torch.where(unbounded, 10 * point.length, high)
    margin = 0.1 * (reach - low)
    secant = point.length * slope / (slope - point.slope)
    secant = torch.where(torch.isfinite(secant) & (secant > 0), secant, reach)
    return torch.clamp(secant, low + margin, torch.where(unbounded, reach, reach - margin))


def _dot(left: Tensor, right: Tensor) -> Tensor:
    """Inner product of each problem's [outputs, columns]: [problems]."""
    product: Tensor = torch.linalg.vecdot(left.flatten(1), right.flatten(1))
    return product


def _inverse(positive: Tensor) -> Tensor:
    """1 / x, and 0 where x is not above zero: a pair without curvature teaches nothing."""
    return torch.where(positive > 0, 1 / positive, 0.0)
