"""From noise to latents: walks through a policy's passes and hands out every frame when it is final."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import torch
from torch import Tensor

from generators.engine.backbone import Backbone, Text
from generators.engine.cache import Cache, Rotate
from generators.engine.flight import Flight
from generators.engine.network import KeyValue, Pass
from generators.engine.noise import Noise
from generators.engine.policy import MemoryPolicy
from generators.engine.recipe import EmaPrecision
from generators.engine.rotary import Rotary
from generators.engine.trace import Traced, walk


class Clip(NamedTuple):
    """What tells one clip from another in a rollout."""

    text: Text
    noise: Noise


@torch.inference_mode()
def rollout(
    backbone: Backbone,
    policy: MemoryPolicy,
    clips: Sequence[Clip],
    frames: int,
    ema: EmaPrecision = "bf16",
    prefix: Tensor | None = None,
) -> Iterator[Tensor]:
    """Make the latents of clips, side by side.

    Args:
        backbone: network and its sizes.
        policy: which frames are denoised when, and what the network may look back at.
        clips: prompt and random stream of each; no clip influences another.
        frames: latent frames, a whole number of the policy's blocks.
        ema: precision of blending slots.
        prefix: latents (B, C, F, H, W) of the first F frames, which are given and not handed out again.

    Yields:
        Newly final frames in order, normalised float32 (B, C, F, H, W). Nothing is kept but the frames in
        work and the slots of the policy.

    Raises:
        ValueError: a horizon or position that the policy or the network does not take.
        RuntimeError: the buffers do not fit into memory.
    """
    network = backbone.network
    flight = Flight(policy, [clip.noise for clip in clips], prefix)
    text = network.read_text(torch.stack([clip.text.tokens for clip in clips]).to(backbone.dtype))
    cache = empty_cache(backbone, policy, len(clips), ema)
    for traced in walk(policy, frames, 0 if prefix is None else prefix.shape[2]):
        forward = traced.forward
        for op in traced.ops:
            cache.apply(op)
        # rounded once, as the network sees them: the flow is that of the rounded latents
        latents, timesteps = flight.latents(forward).to(backbone.dtype), flight.timesteps(forward)
        done = run_pass(backbone, traced, cache, latents, timesteps, text)
        if forward.commits:
            cache.append(done.own, len(forward.frames))
            flight.land(forward)
        else:
            flight.denoise(forward, latents, done.flow)
            if (final := flight.final()) is not None:
                yield final
        del done  # the next pass needs the room


def run_pass(
    backbone: Backbone,
    traced: Traced,
    cache: Cache,
    latents: Tensor,
    timesteps: Tensor,
    text: Sequence[KeyValue],
) -> Pass:
    """One pass of the network with the context that the policy asks for.

    Args:
        backbone: the network.
        traced: the pass and its view.
        cache: slots as the view names them.
        latents: (B, C, F, H, W), noised, in the backbone's type.
        timesteps: (B, F), in [0, 1000].
        text: what the network has read.
    """
    count, view = len(traced.forward.frames), traced.view
    done = backbone.network(
        latents,
        timesteps,
        text,
        range(view.query_start, view.query_start + count),
        range(view.own_key_start, view.own_key_start + count),
        cache.context(view.keys, rotate_on(backbone)),
        keep_own=traced.forward.commits,
    )
    return cast("Pass", done)


def rotate_on(backbone: Backbone) -> Rotate:
    """Rotation of whole frames of this backbone."""
    grid = token_grid(backbone)

    def rotate(indices: tuple[int, ...]) -> Rotary:
        return backbone.network.rotary(indices, grid, backbone.device)

    return rotate


def token_grid(backbone: Backbone) -> tuple[int, int]:
    """Rows and columns of tokens in a latent frame."""
    patch = backbone.network.shape.patch
    return backbone.latent[1] // patch, backbone.latent[2] // patch


def empty_cache(backbone: Backbone, policy: MemoryPolicy, clips: int, ema: EmaPrecision) -> Cache:
    """Buffers for so many clips side by side."""
    rows, columns = token_grid(backbone)
    return Cache(
        backbone.network.shape,
        clips,
        rows * columns,
        policy.capacity,
        ema,
        backbone.device,
        backbone.dtype,
    )
