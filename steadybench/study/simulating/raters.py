"""How made-up raters choose: Davidson's model with prompts, tastes, a lean to one side, carelessness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
LEFT, RIGHT, TIE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so in a made-up study.

    Strengths are log odds, higher is better; spreads are standard deviations of normal distributions on the
    same scale.
    """

    strengths: Mapping[str, float]
    """By system, over prompts."""
    ties: float = 0.5
    """Davidson's tie tendency nu, 0 or more: equals tie in ``nu / (2 + nu)`` of their trials."""
    ties_sd: float = 0.0
    """By how much raters differ in the logarithm of nu."""
    side_bias: float = 0.0
    """Log odds by which every rater leans to the left."""
    prompt_sd: float = 0.0
    """By how much a system's strength varies from prompt to prompt."""
    taste_sd: float = 0.0
    """By how much it varies from rater to rater."""
    careless: float = 0.0
    """Share of raters who press at random, fast."""
    slope: float = 0.0
    """Validation: log odds by which raters lean to the clip that the metric under test calls better, for each
    unit of its gap, strengths aside."""
    slips: float = 0.02
    """Chance that an attentive rater gives a wrong answer to a check."""


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """N trials by index: who judges, which systems stand left and right, on which prompt."""

    rater: Indices
    left: Indices
    right: Indices
    prompt: Indices
    pull: Floats | float = 0.0
    """Log odds, (N,), towards the left clip itself, whatever system made it."""


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The raters and prompts of one study, drawn."""

    lean: Floats
    """(P, K): strength of each system on each prompt, less its mean strength."""
    taste: Floats
    """(J, K): the same by rater."""
    log_ties: Floats
    """(J,): logarithm of each rater's nu; minus infinity where nobody ties."""
    careless: Flags
    """(J,)."""


def crowd(rng: np.random.Generator, truth: Truth, raters: int, prompts: int) -> Crowd:
    """Draw the raters and the prompts."""
    systems = len(truth.strengths)
    with np.errstate(divide="ignore"):
        log_ties = np.log(truth.ties) + truth.ties_sd * rng.normal(size=raters)
    return Crowd(truth.prompt_sd * rng.normal(size=(prompts, systems)),
                 truth.taste_sd * rng.normal(size=(raters, systems)),
                 log_ties, rng.random(raters) < truth.careless)


def choose(rng: np.random.Generator, truth: Truth, drawn: Crowd, seats: Seats) -> Indices:
    """Let raters choose, (N,): ``LEFT``, ``RIGHT`` or ``TIE``; careless ones take each alike."""
    found = expected(truth, drawn, seats)
    return np.asarray((rng.random((len(found), 1)) > found.cumsum(axis=1)[:, :2]).sum(axis=1), np.int64)


def expected(truth: Truth, drawn: Crowd, seats: Seats) -> Floats:
    """Chance of each choice in each trial, (N, 3)."""
    strengths = np.array(list(truth.strengths.values()))

    def worth(system: Indices) -> Floats:
        own = strengths[system] + drawn.lean[seats.prompt, system] + drawn.taste[seats.rater, system]
        return np.asarray(own, np.float64)

    half = (worth(seats.left) - worth(seats.right) + seats.pull + truth.side_bias) / 2
    logs = np.stack([half, -half, drawn.log_ties[seats.rater]], axis=1)
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    chances = odds / odds.sum(axis=1, keepdims=True)
    return np.where(drawn.careless[seats.rater, None], 1 / 3, chances)
