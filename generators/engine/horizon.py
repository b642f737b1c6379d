"""From the pictures asked for to the latent frames and restarts that make them."""

from __future__ import annotations

import math
from collections.abc import Mapping
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


def too_long(
    method: str, recipe: Recipe, others: Mapping[str, Recipe], seconds: float, fps: float
) -> list[str]:
    """Why a clip is longer than a recipe can make, and which others can; empty where it is not.

    Args:
        method: name of the method.
        recipe: one of its configurations.
        others: every configuration of the method by name.
        seconds: length asked for.
        fps: pixel frames a second.
    """
    limit, wanted = reach(recipe), seconds * fps
    if limit is None or not math.isfinite(wanted) or round(wanted) <= limit:
        return []
    longer = [f"{method}:{name}" for name, other in others.items() if _reaches(other, wanted)]
    advice = f"; use {' or '.join(longer)}" if longer else ""
    most = math.floor(10 * limit / fps) / 10
    frames = f"{recipe.policy.frame_limit} latent frames"
    return [f"the longest clip is {most:g} s ({frames}), asked for {seconds:g} s{advice}"]


def _reaches(recipe: Recipe, pictures: float) -> bool:
    limit = reach(recipe)
    return limit is None or round(pictures) <= limit
