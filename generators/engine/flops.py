"""Arithmetic and memory traffic of the network over a whole rollout, counted from a policy's passes.

A multiply-add is two FLOPs; norms, rotations and other work that grows with the width alone is left out, as
``torch.utils.flop_counter`` leaves it out, and with it the figures here agree exactly.

Bytes are what must cross a device's memory at the least: the weights that a pass uses, the keys and values
that it attends to, and those that a clean pass stores. What lives inside a layer may stay in caches and is
left out, so a time made of these numbers is one that no program can beat.
"""

from __future__ import annotations

from dataclasses import dataclass

from generators.engine.blueprint import Blueprint
from generators.engine.estimate import cache_bytes
from generators.engine.horizon import latents_of, pictures_of, plan, trimmed
from generators.engine.policy import Forward, MemoryPolicy
from generators.engine.recipe import Recipe
from generators.engine.shape import FREQUENCIES, NetworkShape, parameters
from generators.engine.trace import Traced, walk

_MULTIPLY_ADD = 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the cost of a pass depends on besides the pass."""

    shape: NetworkShape
    tokens: int
    """Of one latent frame."""
    text: int
    """Tokens of a prompt, padding included."""
    number_bytes: int
    """Bytes of a number in weights, keys and values."""
    cache_bytes: int
    """Bytes of a number that a clean pass stores."""


@dataclass(frozen=True, slots=True)
class Work:
    """What passes of the network take; works add up."""

    passes: int = 0
    flops: int = 0
    read: int = 0
    """Bytes."""
    written: int = 0
    """Bytes."""

    def __add__(self, other: Work) -> Work:
        return Work(
            self.passes + other.passes,
            self.flops + other.flops,
            self.read + other.read,
            self.written + other.written,
        )

    def __mul__(self, count: int) -> Work:
        return Work(self.passes * count, self.flops * count, self.read * count, self.written * count)


def sizes_of(blueprint: Blueprint, recipe: Recipe) -> Sizes:
    """Sizes of a recipe on a backbone."""
    return Sizes(
        shape=blueprint.shape,
        tokens=blueprint.tokens,
        text=blueprint.text_tokens,
        number_bytes=blueprint.number_bytes,
        cache_bytes=cache_bytes(recipe.ema, blueprint.number_bytes),
    )


def of_clip(recipe: Recipe, pictures: int, sizes: Sizes) -> Work:
    """Everything the network does for a clip of so many pixel frames, restarts included.

    The engine stops once the last picture is there, so passes that only later blocks would need are not run.

    Raises:
        ValueError: more latent frames than the recipe's policy takes.
    """
    horizon, segments = plan(recipe, pictures), recipe.segments
    if segments is None or horizon.rollouts == 1:
        return of_rollout(recipe.policy, horizon.latents, sizes, last=horizon.asked)
    whole = horizon.rollouts - 1
    left = pictures - whole * (pictures_of(segments.frames) - trimmed(segments))
    total = of_rollout(recipe.policy, segments.frames, sizes)
    total += of_rollout(recipe.policy, segments.frames, sizes, segments.overlap) * (whole - 1)
    if latents_of(left) <= segments.overlap:  # the given frames hold the clip's last pictures
        return total
    return total + of_rollout(recipe.policy, segments.frames, sizes, segments.overlap, last=latents_of(left))


def of_rollout(
    policy: MemoryPolicy, frames: int, sizes: Sizes, prefix: int = 0, last: int | None = None
) -> Work:
    """One rollout, its text read once.

    Args:
        policy: the method's rule.
        frames: latent frames, whole blocks.
        sizes: of network and text.
        prefix: the first so many frames are given.
        last: stop when so many frames are final; None for the whole schedule.

    Raises:
        ValueError: not whole blocks, or more than the policy's limit.
    """
    total = of_text(sizes)
    known: dict[tuple[int, int, bool], Work] = {}
    for traced in walk(policy, frames, prefix):
        kind = len(traced.forward.frames), len(traced.view.keys), traced.forward.commits
        if kind not in known:
            known[kind] = of_pass(traced, sizes)
        total += known[kind]
        if last is not None and _finishes(policy, traced.forward, last - 1):
            break
    return total


def of_pass(traced: Traced, sizes: Sizes) -> Work:
    """One pass: its frames attend to themselves, to the slots in view and to the text."""
    frames, slots = len(traced.forward.frames), len(traced.view.keys)
    shape, dim = sizes.shape, sizes.shape.dim
    own, context = frames * sizes.tokens, slots * sizes.tokens
    projections = (4 + 2) * own * dim * dim  # q, k, v, o of the frames; q and o towards the text
    attention = 2 * own * (own + context + sizes.text) * dim  # scores, then the mix of values
    feed_forward = 2 * own * dim * shape.ffn_dim
    ends = 2 * own * dim * shape.channels * shape.patch**2  # patches to tokens and back
    time = frames * (FREQUENCIES * dim + (1 + 6) * dim * dim)
    layers = shape.layers * (projections + attention + feed_forward)
    seen = 2 * (context + sizes.text) * dim * shape.layers
    stored = 2 * own * dim * shape.layers if traced.forward.commits else 0
    return Work(
        passes=1,
        flops=_MULTIPLY_ADD * (layers + ends + time),
        read=(parameters(shape) - _text_parameters(shape) + seen) * sizes.number_bytes,
        written=stored * sizes.cache_bytes,
    )


def _finishes(policy: MemoryPolicy, forward: Forward, frame: int) -> bool:
    """Whether a pass is the last denoising step of a frame."""
    if forward.commits or frame not in forward.frames:
        return False
    level = forward.levels[frame - forward.frames.start]
    return level + 1 == len(policy.steps(frame // policy.block))


def of_text(sizes: Sizes) -> Work:
    """Keys and values of the text in every layer, once a rollout; the text encoder itself is not in it."""
    shape, dim = sizes.shape, sizes.shape.dim
    products = sizes.text * (shape.text_dim * dim + dim * dim + shape.layers * 2 * dim * dim)
    return Work(
        flops=_MULTIPLY_ADD * products,
        read=(_text_parameters(shape) + sizes.text * shape.text_dim) * sizes.number_bytes,
        written=2 * sizes.text * dim * shape.layers * sizes.number_bytes,
    )


def _text_parameters(shape: NetworkShape) -> int:
    """Parameters that only the text goes through: its embedding, and every layer's keys and values of it."""
    dim = shape.dim
    embedding = shape.text_dim * dim + dim + dim * dim + dim
    keys_values = 2 * (dim * dim + dim) + dim
    return embedding + shape.layers * keys_values
