"""Muon: orthogonalised momentum, in stacks."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from generators.tiny.muon import Muon, orthogonalised
from tests.generators.tiny.small import normal


def conditioned(count: int, rows: int, columns: int) -> Tensor:
    """Matrices with singular values from 0.1 to 1, at very different sizes."""
    u, _, v = torch.linalg.svd(normal(0, count, rows, columns), full_matrices=False)
    values = torch.linspace(0.1, 1, min(rows, columns))
    return (u * values) @ v * torch.logspace(-6, 4, count)[:, None, None]


@pytest.mark.parametrize(("rows", "columns"), [(16, 16), (8, 32), (48, 12)])
def test_singular_values_come_near_one(rows: int, columns: int) -> None:
    stack = conditioned(4, rows, columns)
    found = orthogonalised(stack)
    assert found.shape == stack.shape
    assert found.dtype == torch.float32
    values = torch.linalg.svdvals(found)
    assert values.min() > 0.6
    assert values.max() < 1.3
    for before, after in zip(stack, found, strict=True):
        u, _, v = torch.linalg.svd(before, full_matrices=False)
        assert (after * (u @ v)).sum() / after.norm() / (u @ v).norm() > 0.95  # the same directions


def test_a_matrix_does_not_depend_on_its_stack() -> None:
    stack = conditioned(3, 8, 12)
    for number in range(3):
        torch.testing.assert_close(orthogonalised(stack)[number], orthogonalised(stack[number][None])[0])


def test_no_gradient_is_no_direction() -> None:
    assert not orthogonalised(torch.zeros(2, 4, 6)).any()


class Layers(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.matrices = nn.ParameterList(
            normal(k, *shape) for k, shape in enumerate([(6, 9), (6, 9), (9, 6)])
        )
        self.unused = nn.Parameter(normal(9, 4, 4))

    def loss(self, step: int) -> Tensor:
        return sum(((m @ normal(step, m.shape[1], 12)) ** 2).sum() for m in self.matrices)


def learn(layers: Layers, optimiser: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        optimiser.zero_grad()
        layers.loss(step).backward()
        optimiser.step()


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="this PyTorch has no Muon to compare with")
def test_it_equals_the_reference_of_pytorch() -> None:
    own, reference = Layers(), Layers()
    learn(own, Muon(own.parameters(), 0.02), range(4))
    learn(
        reference,
        torch.optim.Muon(
            [*reference.matrices],
            lr=0.02,
            momentum=0.95,
            weight_decay=0.01,
            adjust_lr_fn="match_rms_adamw",
        ),
        range(4),
    )
    for ours, theirs in zip(own.matrices, reference.matrices, strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-3, rtol=0)  # the inner products are bfloat16
        assert not torch.equal(ours, Layers().matrices[0])


def test_a_step_has_the_size_of_the_rate() -> None:
    """Root mean square 0.2 times the rate, as of an AdamW step."""
    layers = Layers()
    before = [m.detach().clone() for m in layers.matrices]
    learn(layers, Muon(layers.parameters(), 0.1, weight_decay=0.0), range(1))
    for old, new in zip(before, layers.matrices, strict=True):
        assert (new - old).square().mean().sqrt().item() == pytest.approx(0.2 * 0.1, rel=0.35)


def test_a_matrix_without_gradient_stays() -> None:
    layers = Layers()
    learn(layers, Muon(layers.parameters(), 0.1), range(2))
    assert torch.equal(layers.unused, Layers().unused)


def test_it_goes_on_from_its_saved_state() -> None:
    whole, stopped = Layers(), Layers()
    learn(whole, Muon(whole.parameters(), 0.1), range(5))
    first = Muon(stopped.parameters(), 0.1)
    learn(stopped, first, range(2))
    again = Muon(stopped.parameters(), 0.1)
    again.load_state_dict(copy.deepcopy(first.state_dict()))
    learn(stopped, again, range(2, 5))
    assert all(torch.equal(a, b) for a, b in zip(whole.matrices, stopped.matrices, strict=True))
