"""Batched L-BFGS down a ladder of strengths, for many penalised logistic regressions on the same rows at once.

Source: Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5, in batches: every problem has
its own scale, step and history. One that has converged goes on from there at the next strength, which costs
nothing: only the penalty changes, and what that does to the gradient and to the history is known exactly. Logits
are linear in the step, so that the line search is free too: an iteration takes two matrix products, no more.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from earmark.probe.family import Family

MEMORY = 20  # pairs of steps kept: twice the usual, as a pair costs little beside the two matrix products
SEARCHES = 30  # trial steps of a line search, each of which cuts the bracket by a tenth or more
SLOPE_KEPT = 0.5  # a step is accepted when the slope along it has at least halved
ROUNDING = 1e-13  # relative rise of the objective that is only float64's rounding over a few thousand rows
FLATTEST = 1e-9  # curvature taken for granted, so that the scale of a saturated bias stays finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Penalised regressions side by side: mean loss over rows + strength / 2 × ‖weights‖² each, the bias free."""

    family: Family
    rows: Tensor
    """[rows, columns], along their principal axes; the last column is one, its weight the bias.

    Their precision is that of the matrix products and of the search for directions; in float32 these take half
    the time. Weights, logits and gradients add up in float64 all the same.
    """
    power: Tensor
    """[columns], mean square of each column."""
    penalised: Tensor
    """[columns], one, and zero for the bias."""
    answers: Tensor
    """[problems, outputs, rows]"""
    strength: Tensor
    """[problems]"""

    @property
    def rate(self) -> Tensor:
        """Mean answer [problems, outputs]."""
        return self.answers.mean(dim=2)

    def only(self, kept: Tensor) -> "Problems":
        """The problems at the indices kept."""
        return replace(self, answers=self.answers[kept], strength=self.strength[kept])

    def penalty(self, strength: Tensor) -> Tensor:
        """[problems, 1, columns]: the strength [problems], zero at the bias."""
        return strength[:, None, None] * self.penalised

    def logits(self, weights: Tensor) -> Tensor:
        """Logits [problems, outputs, rows] of weights [problems, outputs, columns]."""
        return (weights.to(self.rows.dtype) @ self.rows.T).to(weights.dtype)

    def gradient(self, weights: Tensor, residual: Tensor) -> Tensor:
        """Gradient [problems, outputs, columns] at weights with that residual [problems, outputs, rows]."""
        back = (residual.to(self.rows.dtype) @ self.rows).to(residual.dtype)
        return back / len(self.rows) + self.penalty(self.strength) * weights

    def scale(self, residual: Tensor) -> Tensor:
        """Inverse of about the Hessian's diagonal [problems, outputs, columns] where that residual is left.

        It is exact as long as all logits are equal, as at the start.
        """
        probability = residual + self.answers
        curvature = (probability * (1 - probability)).mean(dim=2, keepdim=True) * self.power
        return 1 / (curvature + self.penalty(self.strength)).clamp(min=FLATTEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """Where each problem stands, or might."""

    weights: Tensor
    """[problems, outputs, columns]"""
    logits: Tensor
    """[problems, outputs, rows]"""
    residual: Tensor
    """Probabilities less answers [problems, outputs, rows]."""
    value: Tensor
    """Objective [problems]."""

    def only(self, kept: Tensor) -> "_Point":
        return _Point(
            weights=self.weights[kept], logits=self.logits[kept], residual=self.residual[kept], value=self.value[kept]
        )

    def put(self, where: Tensor, other: "_Point") -> None:
        """Overwrite the problems at the indices where."""
        self.weights[where] = other.weights
        self.logits[where] = other.logits
        self.residual[where] = other.residual
        self.value[where] = other.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """The running problems, where they stand, and how they came there."""

    problems: Problems
    point: _Point
    gradient: Tensor
    """[problems, outputs, columns]"""
    steps: Tensor
    """[problems, pairs, outputs, columns], the oldest first."""
    changes: Tensor
    """Changes of the gradient along the steps."""

    def only(self, kept: Tensor) -> "_State":
        return _State(
            problems=self.problems.only(kept),
            point=self.point.only(kept),
            gradient=self.gradient[kept],
            steps=self.steps[kept],
            changes=self.changes[kept],
        )

    def at(self, strength: Tensor) -> "_State":
        """The same weights under another strength [problems]."""
        more = self.problems.penalty(strength - self.problems.strength)
        pull = more * self.point.weights
        return _State(
            problems=replace(self.problems, strength=strength),
            point=replace(self.point, value=self.point.value + _dot(pull, self.point.weights) / 2),
            gradient=self.gradient + pull,
            steps=self.steps,
            changes=torch.addcmul(self.changes, more[:, None].to(self.steps.dtype), self.steps),
        )

    def distance(self) -> Tensor:
        """What each objective [problems] lies above its minimum at most.

        It is strongly convex with a modulus of at least the strength, or about rate × (1 - rate) for the bias;
        so it cannot fall by more than ‖gradient‖² / (2 × modulus).
        """
        rate = self.problems.rate
        modulus = torch.minimum(self.problems.strength, (rate * (1 - rate)).amin(dim=1))
        return _dot(self.gradient, self.gradient) / (2 * modulus)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Where a step may lead: weights + length × direction, logits + length × along."""

    problems: Problems
    start: _Point
    direction: Tensor
    along: Tensor

    def only(self, kept: Tensor) -> "_Line":
        return _Line(
            problems=self.problems.only(kept),
            start=self.start.only(kept),
            direction=self.direction[kept],
            along=self.along[kept],
        )

    def at(self, length: Tensor) -> tuple[_Point, Tensor]:
        """The point at length [problems], and the slope [problems] along the line there."""
        problems, far = self.problems, length[:, None, None]
        weights = torch.addcmul(self.start.weights, far, self.direction)
        point = _point(problems, weights, torch.addcmul(self.start.logits, far, self.along))
        pull = problems.penalty(problems.strength) * weights
        return point, _dot(point.residual, self.along) / len(problems.rows) + _dot(pull, self.direction)


def minimise(problems: Problems, strengths: Tensor, *, gap: float, max_iterations: int) -> tuple[Tensor, Tensor]:
    """Weights [strengths, problems, outputs, columns], and which have converged [strengths, problems].

    Strengths go from strong to weak. A problem has converged when it lies above its minimum by no more than a
    share of gap of its objective; one that has not after max_iterations at a strength goes on all the same.
    """
    count = len(problems.answers)
    state = _begin(replace(problems, strength=strengths[:1].expand(count)))
    found = torch.empty(len(strengths), *state.point.weights.shape, dtype=strengths.dtype)
    converged = torch.empty(len(strengths), count, dtype=torch.bool)
    running, rung, spent = torch.arange(count), torch.zeros(count, dtype=torch.long), torch.zeros(count)
    while len(running):
        done = state.distance() <= gap * state.point.value
        ended = done | (spent >= max_iterations)
        if not bool(ended.any()):
            state, spent = _advance(state), spent + 1
            continue
        found[rung[ended], running[ended]] = state.point.weights[ended]
        converged[rung[ended], running[ended]] = done[ended]
        rung, spent = rung + ended, spent * ~ended
        kept = torch.nonzero(rung < len(strengths))[:, 0]
        running, rung, spent = running[kept], rung[kept], spent[kept]
        state = state.only(kept).at(strengths[rung])
    return found, converged


def _begin(problems: Problems) -> _State:
    """Start from the answer that knows only the rates."""
    bias = problems.family.bias(problems.rate)
    weights = torch.zeros(*bias.shape, problems.rows.shape[1], dtype=bias.dtype)
    weights[:, :, -1] = bias
    point = _point(problems, weights, bias[:, :, None].expand_as(problems.answers))
    gradient = problems.gradient(weights, point.residual)
    none = weights.to(problems.rows.dtype)[:, None][:, :0]
    return _State(problems=problems, point=point, gradient=gradient, steps=none, changes=none)


def _point(problems: Problems, weights: Tensor, logits: Tensor) -> _Point:
    family, answers = problems.family, problems.answers
    pull = problems.penalty(problems.strength) * weights
    return _Point(
        weights=weights,
        logits=logits,
        residual=family.probability(logits) - answers,
        value=family.loss(logits, answers) / len(problems.rows) + _dot(pull, weights) / 2,
    )


def _advance(state: _State) -> _State:
    """One step of every problem."""
    problems = state.problems
    direction = _direction(state).to(state.gradient.dtype)
    line = _Line(problems=problems, start=state.point, direction=direction, along=problems.logits(direction))
    point, length = _search(line, _dot(state.gradient, direction))
    gradient = problems.gradient(point.weights, point.residual)
    return _State(
        problems=problems,
        point=point,
        gradient=gradient,
        steps=_append(state.steps, length[:, None, None] * direction),
        changes=_append(state.changes, gradient - state.gradient),
    )


def _append(past: Tensor, latest: Tensor) -> Tensor:
    return torch.cat([past[:, 1 - MEMORY :], latest[:, None].to(past.dtype)], dim=1)


def _direction(state: _State) -> Tensor:
    """Minus the approximate inverse Hessian times the gradient.

    The two loops of algorithm 7.4 are the forward and the backward substitution with steps · changes, here
    for all pairs and problems at once.

    Tied outputs stay out of the direction that moves all of them alike: only the penalty curves there, and
    the scale would be wrong by orders of magnitude.
    """
    gradient = state.gradient.to(state.steps.dtype)
    scale = state.problems.scale(state.point.residual).to(gradient.dtype)
    steps, changes = state.steps.flatten(2), state.changes.flatten(2)
    products = torch.triu(steps @ changes.mT)  # [problems, pairs, pairs]
    curvature = products.diagonal(dim1=1, dim2=2)
    taught = curvature > 0  # a pair without curvature teaches nothing
    products = torch.where(taught[:, :, None] & taught[:, None, :], products, 0.0)
    products.diagonal(dim1=1, dim2=2).copy_(torch.where(taught, curvature, 1.0))
    shares = torch.linalg.solve_triangular(products, taught[:, :, None] * (steps @ _column(gradient)), upper=True)
    ahead = (gradient - (changes.mT @ shares).reshape(gradient.shape)) * scale
    if state.problems.family.tied:
        ahead -= ahead.mean(dim=1, keepdim=True)
    if steps.shape[1]:
        ahead *= _stretch(state.steps[:, -1], state.changes[:, -1], scale)[:, None, None]
    back = taught[:, :, None] * (curvature[:, :, None] * shares - changes @ _column(ahead))
    more = torch.linalg.solve_triangular(products.mT, back, upper=False)
    direction: Tensor = -(ahead + (steps.mT @ more).reshape(ahead.shape))
    return direction


def _column(each: Tensor) -> Tensor:
    """Each problem's [outputs, columns] as one column: [problems, outputs × columns, 1]."""
    return each.flatten(1)[:, :, None]


def _stretch(step: Tensor, change: Tensor, scale: Tensor) -> Tensor:
    """Factor [problems] by which the last step's curvature differs from what scale expected."""
    curvature, expected = _dot(step, change), _dot(change, scale * change)
    return torch.where((curvature > 0) & (expected > 0), curvature / expected, 1.0)


def _search(line: _Line, slope: Tensor) -> tuple[_Point, Tensor]:
    """The first tried point of each line where the slope has halved and the objective has not risen; its length.

    The slope [problems] is that at the start. The objective is convex along the line: where it slopes up or has
    risen, the minimum lies before.
    """
    length = torch.ones_like(slope)
    point, steepness = line.at(length)
    low, high = torch.zeros_like(slope), torch.full_like(slope, torch.inf)
    for _ in range(SEARCHES):
        risen = point.value > line.start.value + ROUNDING * line.start.value.abs()
        open_ = risen | (steepness.abs() > SLOPE_KEPT * slope.abs())
        if not bool(open_.any()):
            break
        past = risen | (steepness > 0)
        high = torch.where(open_ & past, length, high)
        low = torch.where(open_ & ~past, length, low)
        pending = torch.nonzero(open_)[:, 0]
        length[pending] = _next_length(length * slope / (slope - steepness), length, low, high)[pending]
        tried, steepness[pending] = line.only(pending).at(length[pending])
        point.put(pending, tried)
    return point, length


def _next_length(secant: Tensor, length: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Where the slope would vanish if it were linear, a tenth of the bracket away from its ends."""
    unbounded = torch.isinf(high)
    reach = torch.where(unbounded, 10 * length, high)
    margin = 0.1 * (reach - low)
    secant = torch.where(torch.isfinite(secant) & (secant > 0), secant, reach)
    return torch.clamp(secant, low + margin, torch.where(unbounded, reach, reach - margin))


def _dot(left: Tensor, right: Tensor) -> Tensor:
    """Inner product of each problem's [outputs, columns]: [problems]."""
    product: Tensor = torch.linalg.vecdot(left.flatten(1), right.flatten(1))
    return product
