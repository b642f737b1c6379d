"""From the pictures asked for to the latent frames and restarts that make them."""

from __future__ import annotations

from dataclasses import dataclass

from generators.engine.recipe import Recipe, Segments
from generators.engine.shape import PIXEL_FRAMES


@dataclass(frozen=True, slots=True)
class Horizon:
    """How long a rollout must be, and how often it restarts."""

    asked: int
    """Latent frames that would hold the pictures asked for."""
    latents: int
    """Latent frames of one rollout, whole blocks."""
    rollouts: int = 1


def pictures_of(latents: int) -> int:
    """Pixel frames that a codec makes of a clip's first latent frames: one, then four each."""
    return 1 + PIXEL_FRAMES * (latents - 1)


def latents_of(pictures: int) -> int:
    """Fewest latent frames that hold so many pixel frames."""
    return 1 - (1 - pictures) // PIXEL_FRAMES


def trimmed(segments: Segments) -> int:
    """Pixel frames that each rollout loses at its end: those of the latents that the next one is given."""
    return pictures_of(segments.overlap)


def plan(recipe: Recipe, pictures: int) -> Horizon:
    """Rollouts that make at least so many pixel frames, whatever the recipe's limit."""
    asked = latents_of(pictures)
    rounded = -(-asked // recipe.policy.block) * recipe.policy.block
    segments = recipe.segments
    if segments is None or rounded <= segments.frames:
        return Horizon(asked, rounded)
    kept = pictures_of(segments.frames) - trimmed(segments)
    return Horizon(asked, segments.frames, -(-pictures // kept))


def reach(recipe: Recipe) -> int | None:
    """Most pixel frames of a clip, None where there is no limit."""
    limit = recipe.policy.frame_limit
    if limit is None or recipe.segments is not None:
        return None
    return pictures_of(limit - limit % recipe.policy.block)
