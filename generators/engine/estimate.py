"""Memory that a rollout takes on its device, from sizes alone."""

from __future__ import annotations

from dataclasses import dataclass

from generators.engine.blueprint import Blueprint
from generators.engine.recipe import EmaPrecision, Recipe
from generators.engine.shape import parameters

_MIB, _GIB = 2**20, 2**30
_FLOAT32 = 4
_HIDDEN = 12
"""Tensors as wide as the network that are alive at once inside a layer, generously."""
_BLOCKS = 16
"""Blocks of a rollout in which every policy has had its longest pass."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes by use. First a prompt is read, then the clip is rolled out and decoded as it grows."""

    weights: int
    """Of the network."""
    cache: int
    """Slots at the policy's capacity."""
    context: int
    """Rotated copy of what a pass attends to."""
    work: int
    """Inside one pass of the network, the text's keys and values included."""
    codec: int
    """The video autoencoder: weights, kept features and one call, whatever the clip's length."""
    text: int
    """Reading the prompt, before the rollout begins."""

    @property
    def rollout(self) -> int:
        """Everything that is alive while the clip is made, bytes."""
        return self.weights + self.cache + self.context + self.work + self.codec

    @property
    def total(self) -> int:
        """Most at any time, bytes."""
        return max(self.rollout, self.weights + self.text)

    def __str__(self) -> str:
        """In words."""
        return (
            f"it needs about {told_size(self.total)}: weights {told_size(self.weights)}, memory of the "
            f"method {told_size(self.cache + self.context)}, a pass {told_size(self.work)}, the decoder "
            f"{told_size(self.codec)}; before that, reading the prompt {told_size(self.text)}"
        )


def told_size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / _GIB:.1f} GiB" if count >= _GIB else f"{count / _MIB:.1f} MiB"


def estimate(blueprint: Blueprint, recipe: Recipe) -> Estimate:
    """Memory that one clip takes at most, however long it is."""
    shape, policy, size = blueprint.shape, recipe.policy, blueprint.number_bytes
    numbers = 2 * blueprint.tokens * shape.dim  # keys and values of a slot in one layer
    frames = _longest_pass(recipe)
    hidden = frames * blueprint.tokens * (_HIDDEN * shape.dim + shape.ffn_dim)
    text = 2 * shape.layers * blueprint.text_tokens * shape.dim
    codec = blueprint.codec
    return Estimate(
        weights=parameters(shape) * size,
        cache=policy.capacity * shape.layers * numbers * cache_bytes(recipe.ema, size),
        context=policy.capacity * shape.layers * numbers * size,
        work=(hidden + (policy.capacity + frames) * numbers + text) * size,
        codec=codec.weights + codec.kept + codec.work,
        text=blueprint.text.work,
    )


def cache_bytes(ema: EmaPrecision, number_bytes: int) -> int:
    """Bytes of a number in the cache: the network's, but float32 where blending must not be rounded."""
    return _FLOAT32 if ema == "fp32" else number_bytes


def _longest_pass(recipe: Recipe) -> int:
    """Most latent frames of one pass."""
    policy = recipe.policy
    most = _BLOCKS * policy.block
    frames = min(most, policy.frame_limit or most)
    return max(len(forward.frames) for forward in policy.schedule(frames - frames % policy.block))
