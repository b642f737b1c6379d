"""Draws are named: the same name gives the same numbers, another one others, and they are Gaussian."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch

from generators.engine.noise import Noise

SHAPE = (4, 6, 8)
CPU = torch.device("cpu")


def noise(prompt: str = "a river runs", seed: int = 0) -> Noise:
    return Noise.of(prompt, seed, SHAPE, CPU)


def test_a_draw_does_not_depend_on_the_draws_before_it() -> None:
    fresh = noise()
    for frame in (5, 2, 9):
        fresh.initial(frame)
        fresh.fresh(frame, 1)
    assert torch.equal(fresh.initial(3), noise().initial(3))
    assert torch.equal(fresh.fresh(3, 2), noise().fresh(3, 2))


def test_every_name_has_numbers_of_its_own() -> None:
    draws = [
        noise().initial(0),
        noise().initial(1),
        noise().fresh(0, 1),
        noise().fresh(0, 2),
        noise().fresh(1, 1),
        noise(seed=1).initial(0),
        noise("snow falls").initial(0),
        noise().segment(1).initial(0),
        noise().segment(2).initial(0),
    ]
    assert all((a - b).abs().max() > 0.5 for a, b in combinations(draws, 2))


def test_the_first_segment_is_the_clip() -> None:
    assert torch.equal(noise().segment(0).initial(7), noise().initial(7))


def test_numbers_are_standard_normal_float32() -> None:
    draws = torch.stack([noise().initial(frame) for frame in range(400)])
    assert draws.dtype == torch.float32
    assert draws.shape == (400, *SHAPE)
    assert draws.mean().item() == pytest.approx(0, abs=0.02)
    assert draws.std().item() == pytest.approx(1, abs=0.02)
    assert draws.pow(4).mean().item() == pytest.approx(3, abs=0.15)
    across = (draws[:-1] * draws[1:]).mean()
    assert across.item() == pytest.approx(0, abs=0.02)
