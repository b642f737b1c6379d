"""Noise levels: which timesteps a method's network sees, and the sigmas that go with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

TRAIN_STEPS = 1000
"""Timesteps of the training schedule; timestep = 1000 * sigma wherever the two agree."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The denoising steps of a block, noisiest first.

    Attributes:
        timesteps: what the network is told, in (0, 1000]; fractional values are meant.
        sigmas: share of noise in the latent at that step, in (0, 1].
        listed: the steps as the method's configuration lists them, empty where there is no list.
        shift: Wan's time shift; 1 moves nothing.
    """

    timesteps: tuple[float, ...]
    sigmas: tuple[float, ...]
    listed: tuple[int, ...] = field(default=(), compare=False)
    shift: float = field(default=1.0, compare=False)

    def __post_init__(self) -> None:
        if not self.sigmas or len(self.timesteps) != len(self.sigmas):
            raise ValueError(f"expected as many timesteps as sigmas, at least one; got {self}")
        if any(a <= b for a, b in zip(self.sigmas, self.sigmas[1:], strict=False)) or self.sigmas[-1] <= 0:
            raise ValueError(f"sigmas must fall and stay positive; got {self.sigmas}")

    def __len__(self) -> int:
        return len(self.sigmas)


def shifted(sigma: float, shift: float) -> float:
    """Wan's time shift: ``a s / (1 + (a - 1) s)``; 0 stays 0 and 1 stays 1."""
    return shift * sigma / (1 + (shift - 1) * sigma)


def warped(listed: Sequence[int], shift: float) -> Steps:
    """A "warped" step list: each entry is an index into the shifted table; the network sees 1000 sigma."""
    sigmas = tuple(shifted(t / TRAIN_STEPS, shift) for t in listed)
    return Steps(tuple(TRAIN_STEPS * sigma for sigma in sigmas), sigmas, tuple(listed), shift)


def nearest(listed: Sequence[int], shift: float) -> Steps:
    """A plain step list: the network sees the entries, the sigmas are the nearest of the shifted table."""
    table = [shifted(1 - k / TRAIN_STEPS, shift) for k in range(TRAIN_STEPS)]
    sigmas = tuple(min(table, key=lambda sigma: abs(TRAIN_STEPS * sigma - t)) for t in listed)
    return Steps(tuple(float(t) for t in listed), sigmas, tuple(listed), shift)
