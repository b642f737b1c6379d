"""Several processes that learn together: each on its own clips, with one averaged gradient."""

from __future__ import annotations

import os
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import nn

from generators.procedural.hashing import stable_hash

_PATIENCE = timedelta(days=1)
"""How long a process waits for another: one of them renders the pool while the others wait."""


def join() -> None:
    """Meet the other processes, if a launcher started any; then each computes on one thread."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        dist.init_process_group("gloo", timeout=_PATIENCE)
        torch.set_num_threads(1)


def meet() -> None:
    """Wait until every process has come this far."""
    if dist.is_initialized():
        dist.barrier()


def rank() -> int:
    """Number of this process; 0 where there is only one."""
    return dist.get_rank() if dist.is_initialized() else 0


def seed(*parts: int) -> int:
    """A seed that no other process of the team has."""
    return stable_hash("tiny-train", *parts, rank())


def average_gradients(model: nn.Module) -> None:
    """Replace every gradient by the team's mean; a parameter that was not used counts as zero."""
    if not dist.is_initialized():
        return
    learning = [p for p in model.parameters() if p.requires_grad]
    flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in learning])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    place = 0
    for parameter in learning:
        parameter.grad = flat[place : place + parameter.numel()].view_as(parameter)
        place += parameter.numel()


def agreed(number: float) -> float:
    """The largest of the team's numbers."""
    if not dist.is_initialized():
        return number
    box = torch.tensor(number, dtype=torch.float64)
    dist.all_reduce(box, dist.ReduceOp.MAX)
    return box.item()
