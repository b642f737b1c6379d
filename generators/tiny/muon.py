"""Muon (Jordan et al. 2024) with matrices of one shape handled together.

PyTorch takes the matrices one at a time; on a CPU and at this size that costs more than the gradients do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

import torch
from torch import Tensor, nn

_COEFFICIENTS = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5


def orthogonalised(stack: Tensor) -> Tensor:
    """Newton-Schulz: each matrix of (N, rows, columns), its singular values brought near 1."""
    tall = stack.shape[1] > stack.shape[2]
    x = stack.transpose(1, 2) if tall else stack
    x = (x / x.norm(dim=(1, 2), keepdim=True).clamp_min(1e-7)).bfloat16()
    a, b, c = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    back: Tensor = x.transpose(1, 2) if tall else x
    return back.to(stack.dtype)


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised; the step has the size of an AdamW step of the same rate (Liu et al. 2025).

    Args:
        parameters: matrices only.
        lr: learning rate.
        momentum: of Nesterov's kind.
        weight_decay: decoupled.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Update every matrix that has a gradient."""
        for group in self.param_groups:
            alike: dict[torch.Size, list[nn.Parameter]] = defaultdict(list)
            for matrix in group["params"]:
                if matrix.grad is not None:
                    alike[matrix.shape].append(matrix)
            for matrices in alike.values():
                self._update(matrices, group)

    def _update(self, matrices: list[nn.Parameter], group: dict[str, Any]) -> None:
        directions = []
        for matrix in matrices:
            gradient = cast("Tensor", matrix.grad)
            average = self.state[matrix].setdefault("momentum", torch.zeros_like(matrix))
            average.lerp_(gradient, 1 - group["momentum"])
            directions.append(gradient.lerp(average, group["momentum"]))
        size = 0.2 * max(matrices[0].shape) ** 0.5 * group["lr"]
        for matrix, update in zip(matrices, orthogonalised(torch.stack(directions)), strict=True):
            matrix.mul_(1 - group["lr"] * group["weight_decay"]).sub_(update, alpha=size)
