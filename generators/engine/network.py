"""The causal diffusion transformer of Wan2.1, at any size.

Names of parameters are those of the published checkpoints. Two uses share one forward pass: a rollout, where
each layer is handed the rotated keys and the values of its context, and training, where a mask between frames
takes the place of a cache.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from generators.engine.rotary import Rotary
from generators.engine.shape import FREQUENCIES, NetworkShape


class KeyValue(NamedTuple):
    """Keys and values of one layer, each (B, tokens, heads, head_dim)."""

    key: Tensor
    value: Tensor


class Pass(NamedTuple):
    """What one forward pass gives."""

    flow: Tensor
    """Predicted velocity (noise minus clean), (B, C, F, H, W)."""
    own: list[KeyValue]
    """Per layer the pass's own keys, before rotation, and values: what a commit stores. Empty where they were
    not asked for."""


class RMSNorm(nn.Module):
    """Root-mean-square norm over all channels, before they are split into heads."""

    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last axis in float32 or wider; the weights scale what is rounded, as published."""
        return F.rms_norm(x, x.shape[-1:], eps=self.eps) * self.weight


class Attention(nn.Module):
    """Projections and norms shared by self- and cross-attention."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.heads, self.head_dim = shape.heads, shape.head_dim
        self.q, self.k, self.v, self.o = (nn.Linear(shape.dim, shape.dim) for _ in range(4))
        self.norm_q, self.norm_k = RMSNorm(shape.dim, shape.eps), RMSNorm(shape.dim, shape.eps)

    def queries(self, x: Tensor) -> Tensor:
        """(B, T, dim) -> (B, T, heads, head_dim), normalised."""
        return self._split(self.norm_q(self.q(x)))

    def keys_values(self, x: Tensor) -> KeyValue:
        """(B, T, dim) -> keys (normalised) and values."""
        return KeyValue(self._split(self.norm_k(self.k(x))), self._split(self.v(x)))

    def attend(self, query: Tensor, memory: KeyValue, mask: Tensor | None = None) -> Tensor:
        """Dense attention and the output projection; (B, T, dim)."""
        query, key, value = (x.transpose(1, 2) for x in (query, *memory))
        value = value.to(query.dtype)
        if torch.is_grad_enabled() and query.device.type == "cpu" and mask is None:
            # Training on a CPU: the fused kernel's backward pass is several times slower than two products.
            scores = query @ (key.transpose(-1, -2) * self.head_dim**-0.5)
            mixed = scores.softmax(-1) @ value
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return cast("Tensor", self.o(mixed.transpose(1, 2).flatten(2)))

    def _split(self, x: Tensor) -> Tensor:
        return x.view(*x.shape[:-1], self.heads, self.head_dim)


class Block(nn.Module):
    """One transformer layer; every frame is modulated by its own timestep."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(shape.dim, eps=shape.eps, elementwise_affine=False)
        self.self_attn = Attention(shape)
        self.norm3 = nn.LayerNorm(shape.dim, eps=shape.eps)
        self.cross_attn = Attention(shape)
        self.norm2 = nn.LayerNorm(shape.dim, eps=shape.eps, elementwise_affine=False)
        self.ffn = nn.Sequential(
            nn.Linear(shape.dim, shape.ffn_dim),
            nn.GELU(approximate="tanh"),
            nn.Linear(shape.ffn_dim, shape.dim),
        )
        self.modulation = nn.Parameter(torch.randn(1, 6, shape.dim) / math.sqrt(shape.dim))

    def forward(
        self,
        x: Tensor,
        time: Tensor,
        text: KeyValue,
        rotary: tuple[Rotary, Rotary],
        context: KeyValue | None,
        mask: Tensor | None,
    ) -> tuple[Tensor, KeyValue]:
        """One layer.

        Args:
            x: (B, F, tokens, dim).
            time: (B, F, 6, dim).
            text: keys and values of the text.
            rotary: rotations of the queries and of the own keys.
            context: rotated keys and values of earlier frames.
            mask: (F * tokens, context + F * tokens) of bool, True where attention is allowed.
        """
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = (
            (self.modulation + time).unsqueeze(3).unbind(2)  # each (B, F, 1, dim)
        )
        inner = (self.norm1(x) * (1 + scale_a) + shift_a).flatten(1, 2)
        own = self.self_attn.keys_values(inner)
        memory = KeyValue(rotary[1](own.key), own.value)
        if context is not None:
            memory = KeyValue(*(torch.cat(pair, 1) for pair in zip(context, memory, strict=True)))
        mixed = self.self_attn.attend(rotary[0](self.self_attn.queries(inner)), memory, mask)
        x = x + mixed.view_as(x) * gate_a
        x = x + self.cross_attn.attend(self.cross_attn.queries(self.norm3(x).flatten(1, 2)), text).view_as(x)
        x = x + self.ffn(self.norm2(x) * (1 + scale_f) + shift_f) * gate_f
        return x, own


class Head(nn.Module):
    """From tokens to latent patches."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(shape.dim, eps=shape.eps, elementwise_affine=False)
        self.head = nn.Linear(shape.dim, shape.channels * shape.patch**2)
        self.modulation = nn.Parameter(torch.randn(1, 2, shape.dim) / math.sqrt(shape.dim))

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """(B, F, tokens, dim) and the time embedding (B, F, dim) -> (B, F, tokens, patch values)."""
        shift, scale = (self.modulation + time.unsqueeze(2)).unsqueeze(3).unbind(2)
        return cast("Tensor", self.head(self.norm(x) * (1 + scale) + shift))


class CausalWan(nn.Module):
    """The network.

    Args:
        shape: sizes; ``shape.WAN_1_3B`` gives the 825 tensors of the published checkpoints.
    """

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.shape = shape
        self.patch_embedding = nn.Conv3d(
            shape.channels, shape.dim, (1, shape.patch, shape.patch), stride=(1, shape.patch, shape.patch)
        )
        self.text_embedding = nn.Sequential(
            nn.Linear(shape.text_dim, shape.dim),
            nn.GELU(approximate="tanh"),
            nn.Linear(shape.dim, shape.dim),
        )
        self.time_embedding = nn.Sequential(
            nn.Linear(FREQUENCIES, shape.dim), nn.SiLU(), nn.Linear(shape.dim, shape.dim)
        )
        self.time_projection = nn.Sequential(nn.SiLU(), nn.Linear(shape.dim, 6 * shape.dim))
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.head = Head(shape)
        nn.init.zeros_(self.head.head.weight)
        nn.init.zeros_(self.head.head.bias)

    def layers(self) -> list[Block]:
        """The transformer layers, typed."""
        return [cast("Block", block) for block in self.blocks]

    def read_text(self, tokens: Tensor) -> list[KeyValue]:
        """Keys and values of a text for every layer, computed once a prompt.

        Args:
            tokens: (B, T, text_dim), zero-padded; padding is attended to, as published.
        """
        embedded = self.text_embedding(tokens)
        return [block.cross_attn.keys_values(embedded) for block in self.layers()]

    def forward(
        self,
        latents: Tensor,
        timesteps: Tensor,
        text: Sequence[KeyValue],
        query_index: Sequence[int],
        own_key_index: Sequence[int],
        context: Sequence[KeyValue] | None = None,
        mask: Tensor | None = None,
        *,
        keep_own: bool = True,
    ) -> Pass:
        """Predict the flow of a run of frames.

        Args:
            latents: (B, C, F, H, W), noised.
            timesteps: (B, F), in [0, 1000].
            text: result of :meth:`read_text`.
            query_index: temporal index of every frame's queries.
            own_key_index: temporal index of every frame's own keys.
            context: per layer the rotated keys and the values of earlier frames.
            mask: (F * tokens, context tokens + F * tokens) of bool, True where attention is allowed.
            keep_own: whether to give back the own keys and values, 274 MiB a frame at the published size.
        """
        x = self.patch_embedding(latents)
        grid = cast("tuple[int, int]", tuple(x.shape[3:]))
        # contiguous, or every layer would hand its strides on and each norm would copy
        x = x.flatten(3).permute(0, 2, 3, 1).contiguous()  # B, F, tokens, dim
        embedded = self.time_embedding(sinusoid(timesteps).to(self.patch_embedding.weight.dtype))
        time = self.time_projection(embedded).view(*timesteps.shape, 6, -1)
        rotary = (self.rotary(query_index, grid, x.device), self.rotary(own_key_index, grid, x.device))
        own = []
        for i, block in enumerate(self.layers()):
            x, kv = block(x, time, text[i], rotary, context[i] if context else None, mask)
            if keep_own:
                own.append(kv)
        return Pass(self._unpatchify(self.head(x, embedded), grid), own)

    def rotary(self, frames: Sequence[int], grid: tuple[int, int], device: torch.device) -> Rotary:
        """Rotation of the tokens of frames at these temporal indices."""
        return Rotary.of(self.shape.head_dim, tuple(frames), grid, device)

    def _unpatchify(self, x: Tensor, grid: tuple[int, int]) -> Tensor:
        batch, frames = x.shape[:2]
        p = self.shape.patch
        x = x.view(batch, frames, *grid, p, p, self.shape.channels)
        return x.permute(0, 6, 1, 2, 4, 3, 5).reshape(
            batch, self.shape.channels, frames, grid[0] * p, grid[1] * p
        )


def sinusoid(timesteps: Tensor) -> Tensor:
    """Encode timesteps: cosines, then sines, base 10000, computed in float64; (..., FREQUENCIES)."""
    half = FREQUENCIES // 2
    powers = torch.arange(half, dtype=torch.float64, device=timesteps.device) / half
    angles = timesteps.double().unsqueeze(-1) * torch.pow(10000.0, -powers)
    return torch.cat([angles.cos(), angles.sin()], -1)
