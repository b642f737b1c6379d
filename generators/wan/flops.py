"""Arithmetic of the video autoencoder, which turns latents into pictures while a clip grows.

A multiply-add is two FLOPs. The constants are what ``torch.utils.flop_counter`` counts for diffusers'
``AutoencoderKLWan`` at 832 x 480, in convolutions and in the attention of the middle block; a test counts
again.
"""

from __future__ import annotations

from generators.engine.horizon import latents_of, pictures_of, plan, trimmed
from generators.engine.recipe import Recipe

FIRST_LATENT = 4_352_196_526_080
"""FLOPs of decoding a clip's first latent frame to one picture."""
NEXT_LATENT = 13_550_000_455_680
"""FLOPs of decoding any other latent frame to four pictures."""
ONE_PICTURE = 2_718_293_360_640
"""FLOPs of encoding a single picture, as a restart does."""


def of_codec(recipe: Recipe, pictures: int) -> int:
    """FLOPs of decoding a clip of so many pictures, and of encoding a picture at every restart."""
    horizon, segments = plan(recipe, pictures), recipe.segments
    if segments is None or horizon.rollouts == 1:
        return _decoded(horizon.latents)
    whole, block = horizon.rollouts - 1, recipe.policy.block
    left = pictures - whole * (pictures_of(segments.frames) - trimmed(segments))
    last = max(segments.overlap, -(-latents_of(left) // block) * block)
    return whole * (_decoded(segments.frames) + ONE_PICTURE) + _decoded(last)


def _decoded(latents: int) -> int:
    return FIRST_LATENT + (latents - 1) * NEXT_LATENT
