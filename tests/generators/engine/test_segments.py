"""A chain of rollouts that hand over through the codec."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.contract import Frames
from generators.engine.backbone import Backbone
from generators.engine.catalogue import recipes
from generators.engine.recipe import Recipe, Segments
from generators.engine.rollout import rollout
from generators.engine.segments import pictures
from generators.engine.steps import warped
from generators.engine.window import WindowPolicy
from tests.generators.engine.small import backbone, clip

CAUSVID = recipes("causvid")["engine-native"]


def film(of: Backbone, recipe: Recipe, count: int) -> list[Frames]:
    with torch.inference_mode():
        return list(pictures(of, recipe, clip(of), count))


def decoded(of: Backbone, latents: Tensor) -> Frames:
    return of.codec.decoder().push(latents)


def by_hand(of: Backbone, recipe: Recipe, segments: Segments, rollouts: int) -> Frames:
    """The chain as the published program writes it: whole tensors, one segment after the other."""
    prefix: Tensor | None = None
    kept = []
    overlap = 4 * (segments.overlap - 1) + 1
    for number in range(rollouts):
        noisy = clip(of)._replace(noise=clip(of).noise.segment(number))
        made = list(rollout(of, recipe.policy, [noisy], segments.frames, recipe.ema, prefix))
        latents = torch.cat(made if prefix is None else [prefix, *made], 2)
        whole = decoded(of, latents[0])
        first = of.codec.encode(whole[-overlap][None])[None]
        prefix = torch.cat([first, latents[:, :, latents.shape[2] - segments.overlap + 1 :]], 2)
        kept.append(whole[:-overlap])
    return np.concatenate(kept)


@pytest.mark.parametrize("overlap", [1, 2, 3])
@torch.inference_mode()
def test_the_streamed_chain_is_the_chain_of_whole_segments(overlap: int) -> None:
    of = backbone()
    segments = Segments(frames=12, overlap=overlap)
    policy = WindowPolicy(
        block=overlap, window=12, cap=12, positions="absolute", denoising=warped((1000, 500), shift=5)
    )
    recipe = Recipe(policy, segments)
    kept = 45 - 4 * (overlap - 1) - 1
    assert np.array_equal(np.concatenate(film(of, recipe, 3 * kept)), by_hand(of, recipe, segments, 3))


def test_causvid_gives_72_pictures_a_rollout_and_trims_nothing_in_one() -> None:
    of = backbone()
    assert joins(film(of, CAUSVID, 81)) == [9, 21, 33, 45, 57, 69, 81]
    assert joins(film(of, CAUSVID, 150)) == [9, 21, 33, 45, 57, 69, 72, 81, 93, 105, 117, 129, 141, 144, 150]


def joins(blocks: Sequence[Frames]) -> list[int]:
    return list(accumulate(len(block) for block in blocks))


def test_segments_have_noise_of_their_own_and_share_what_is_handed_over() -> None:
    of = backbone()
    once = np.concatenate(film(of, CAUSVID, 81))
    chain = np.concatenate(film(of, CAUSVID, 216))
    assert np.array_equal(chain[:72], once[:72])
    # pictures 73 to 80 come from the latents of the first segment, after the re-encoded picture 72
    assert np.abs(chain[77:81].astype(int) - once[77:81]).mean() < 1
    assert np.abs(chain[90:130].astype(int) - chain[18:58]).mean() > 10


def test_pictures_are_cut_to_the_number_asked_for() -> None:
    of, recipe = backbone(), recipes("reward-forcing")["engine-native"]
    whole = np.concatenate(film(of, recipe, 33))
    for count in (1, 2, 9, 10, 30):
        assert np.array_equal(np.concatenate(film(of, recipe, count)), whole[:count])


def test_pictures_leave_while_the_rollout_runs() -> None:
    of, passes = backbone(), []
    handle = of.network.register_forward_hook(lambda *_: passes.append(1))
    with torch.inference_mode():
        stream = pictures(of, recipes("self-forcing")["long"], clip(of), 960)
        assert len(next(stream)) == 9
    handle.remove()
    assert len(passes) == 4
