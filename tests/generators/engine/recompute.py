"""A rollout without a cache: all passes at once, layer by layer, under one explicit attention mask.

What a pass attends to is written as a matrix: every context slot of every pass is a row of weights over the
frames of the clean passes. Computed in float64, with a rotation of its own.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import accumulate

import torch
from torch import Tensor

from generators.engine.network import CausalWan, sinusoid
from generators.engine.trace import Traced


def flows(
    network: CausalWan,
    passes: Sequence[Traced],
    latents: Sequence[Tensor],
    timesteps: Sequence[Tensor],
    text: Tensor,
) -> list[Tensor]:
    """Flow of every pass, (C, F, H, W) float64.

    Args:
        network: the network; used layer by layer.
        passes: what each pass sees.
        latents: input of each pass, (C, F, H, W).
        timesteps: (F,) of each pass.
        text: tokens of the prompt, (T, text_dim).
    """
    network = copy.deepcopy(network).double()
    x = network.patch_embedding(torch.cat(list(latents), 1).double()[None])[0]
    grid = (x.shape[2], x.shape[3])
    x = x.permute(1, 2, 3, 0).flatten(1, 2)  # frames of all passes, tokens, dim
    embedded = network.time_embedding(sinusoid(torch.cat(list(timesteps))))
    time = network.time_projection(embedded).view(len(x), 6, -1)
    plan = _Plan(passes, grid, network.shape.head_dim)
    for block, (text_key, text_value) in zip(
        network.layers(), network.read_text(text.double()[None]), strict=True
    ):
        parts = (block.modulation + time).unsqueeze(2).unbind(1)
        inner = block.norm1(x) * (1 + parts[1]) + parts[0]
        query = plan.turn(block.self_attn.queries(inner), plan.query_index)
        raw, value = block.self_attn.keys_values(inner)
        clean_key, clean_value = raw[plan.clean], value[plan.clean]
        mixed_key = plan.turn(torch.einsum("sf,fthd->sthd", plan.mixing, clean_key), plan.slot_index)
        mixed_value = torch.einsum("sf,fthd->sthd", plan.mixing, clean_value)
        key = torch.cat([mixed_key, plan.turn(raw, plan.own_index)])
        x = x + block.self_attn.o(_attend(query, key, torch.cat([mixed_value, value]), plan.mask)) * parts[2]
        across = block.cross_attn.queries(block.norm3(x))
        x = x + block.cross_attn.o(_attend(across, text_key, text_value, None))
        x = x + block.ffn(block.norm2(x) * (1 + parts[4]) + parts[3]) * parts[5]
    return _unpatch(network, network.head(x[None], embedded[None])[0], grid, plan.sizes)


class _Plan:
    """Who attends to what, and where everything stands in time."""

    def __init__(self, passes: Sequence[Traced], grid: tuple[int, int], head_dim: int) -> None:
        self.grid, self.head_dim = grid, head_dim
        self.sizes = [len(step.forward.frames) for step in passes]
        starts = [0, *accumulate(self.sizes)]
        committed = [
            (frame, starts[number] + i)
            for number, step in enumerate(passes)
            if step.forward.commits
            for i, frame in enumerate(step.forward.frames)
        ]
        column = {frame: i for i, (frame, _) in enumerate(committed)}
        self.clean = [row for _, row in committed]
        slots = [
            (number, index, step.table[slot].sources)
            for number, step in enumerate(passes)
            for slot, index in step.view.keys
        ]
        self.mixing = torch.zeros(len(slots), len(committed), dtype=torch.float64)
        for row, (_, _, sources) in enumerate(slots):
            for frame, weight in sources:
                self.mixing[row, column[frame]] = weight
        self.slot_index = [index for _, index, _ in slots]
        self.query_index = self._indices(passes, "query_start")
        self.own_index = self._indices(passes, "own_key_start")
        queries = torch.tensor([number for number, size in enumerate(self.sizes) for _ in range(size)])
        keys = torch.cat([torch.tensor([number for number, *_ in slots], dtype=torch.long), queries])
        by_frame = queries[:, None] == keys[None, :]
        tokens = grid[0] * grid[1]
        self.mask = by_frame.repeat_interleave(tokens, 0).repeat_interleave(tokens, 1)

    def _indices(self, passes: Sequence[Traced], start: str) -> list[int]:
        return [getattr(step.view, start) + i for step in passes for i in range(len(step.forward.frames))]

    def turn(self, x: Tensor, index: Sequence[int]) -> Tensor:
        """Rotate (frames, tokens, heads, head_dim): each channel pair is a complex number."""
        space = 2 * (self.head_dim // 6)
        rows, columns = self.grid
        place = [
            (index_, row, column) for index_ in index for row in range(rows) for column in range(columns)
        ]
        sizes = (self.head_dim - 2 * space, space, space)
        angles = [
            torch.outer(
                torch.tensor([p[axis] for p in place], dtype=torch.float64),
                10000 ** (-torch.arange(0, size, 2, dtype=torch.float64) / size),
            )
            for axis, size in enumerate(sizes)
        ]
        wave = torch.exp(1j * torch.cat(angles, 1)).view(len(index), rows * columns, 1, -1)
        pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
        return torch.view_as_real(pairs * wave).flatten(-2)


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Softmax attention written out; (frames, tokens, heads, head_dim) each -> (frames, tokens, dim)."""
    flat = [x.flatten(0, 1).transpose(0, 1) for x in (query, key, value)]
    scores = flat[0] @ flat[1].transpose(1, 2) / query.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return (scores.softmax(-1) @ flat[2]).transpose(0, 1).reshape(*query.shape[:2], -1)


def _unpatch(network: CausalWan, x: Tensor, grid: tuple[int, int], sizes: Sequence[int]) -> list[Tensor]:
    patch, channels = network.shape.patch, network.shape.channels
    cells = x.view(len(x), *grid, patch, patch, channels).permute(5, 0, 1, 3, 2, 4)
    whole = cells.reshape(channels, len(x), grid[0] * patch, grid[1] * patch)
    return list(whole.split(list(sizes), 1))
