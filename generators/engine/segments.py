"""Latents to pictures, for one rollout or for a chain of rollouts that hand over through the codec."""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor

from generators.contract import Frames
from generators.engine.backbone import Backbone
from generators.engine.horizon import pictures_of, plan, trimmed
from generators.engine.recipe import Recipe, Segments
from generators.engine.rollout import Clip, rollout


def pictures(backbone: Backbone, recipe: Recipe, clip: Clip, count: int) -> Generator[Frames]:
    """The pictures of a clip, as they are finished.

    Args:
        backbone: network and codec.
        recipe: the method.
        clip: prompt and random stream.
        count: pixel frames.

    Yields:
        uint8 (T, height, width, 3), ``count`` frames in all.

    Raises:
        ValueError: more latent frames than the recipe's policy takes.
        RuntimeError: the buffers do not fit into memory.
    """
    horizon = plan(recipe, count)
    if horizon.rollouts == 1 or recipe.segments is None:
        made = _decoded(backbone, recipe, clip, horizon.latents)
    else:
        made = _chained(backbone, recipe, recipe.segments, clip, horizon.rollouts)
    for frames in made:
        yield frames[:count]
        count -= len(frames)
        if count <= 0:
            return


def _decoded(backbone: Backbone, recipe: Recipe, clip: Clip, latents: int) -> Generator[Frames]:
    decoder = backbone.codec.decoder()
    for final in rollout(backbone, recipe.policy, [clip], latents, recipe.ema):
        yield decoder.push(final[0])


def _chained(
    backbone: Backbone, recipe: Recipe, segments: Segments, clip: Clip, rollouts: int
) -> Generator[Frames]:
    """CausVid's long rollout: segments that overlap, each with noise of its own and nothing remembered.

    A segment ends with the pixel frames of its last ``overlap`` latents. The next one makes them again: it is
    given the first of them, encoded anew because a clip's first latent holds a single picture, and the other
    latents as they were. Source: CausVid, ``longvideo_autoregressive_inference.py``.
    """
    prefix: Tensor | None = None
    for number in range(rollouts):
        segment = _Segment(backbone, segments)
        if prefix is not None:
            yield from segment.push(prefix)
        noisy = clip._replace(noise=clip.noise.segment(number))
        for final in rollout(
            backbone,
            recipe.policy,
            [noisy],
            segments.frames,
            recipe.ema,
            None if prefix is None else prefix[None],
        ):
            yield from segment.push(final[0])
        if number + 1 < rollouts:
            prefix = segment.handover()


class _Segment:
    """Decodes one rollout, holds back its last pictures, and makes the prefix of the next one."""

    def __init__(self, backbone: Backbone, segments: Segments) -> None:
        self._codec, self._device = backbone.codec, backbone.device
        self._decoder = self._codec.decoder()
        self._copied = segments.overlap - 1
        self._left = pictures_of(segments.frames) - trimmed(segments)
        self._bridge: Frames | None = None
        self._tail: Tensor | None = None

    def push(self, latents: Tensor) -> Generator[Frames]:
        """Decode (C, F, H, W) and give the pictures that the clip keeps."""
        tail = latents if self._tail is None else torch.cat([self._tail, latents], 1)
        self._tail = tail[:, max(0, tail.shape[1] - self._copied) :]
        frames = self._decoder.push(latents)
        kept, held = frames[: self._left], frames[self._left :]
        self._left -= len(kept)
        if self._bridge is None and len(held):
            self._bridge = held[:1]
        if len(kept):
            yield kept

    def handover(self) -> Tensor:
        """Prefix of the next segment, (C, overlap, H, W)."""
        if self._bridge is None or self._tail is None:
            raise ValueError("expected a whole segment before its handover")
        first = self._codec.encode(self._bridge).to(self._device, torch.float32)
        return torch.cat([first, self._tail], 1)
