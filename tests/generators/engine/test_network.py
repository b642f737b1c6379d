"""The network is Wan2.1's, at any size."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from generators.engine.network import CausalWan, sinusoid
from generators.engine.rotary import Rotary
from generators.engine.shape import WAN_1_3B, NetworkShape, parameters
from tests.generators.engine.small import SHAPE, network

CPU = torch.device("cpu")


def published_tensors() -> dict[str, tuple[int, ...]]:
    """Names and shapes in the published checkpoints of Wan2.1 T2V 1.3B, written out as a rule."""
    width, inner, layers = 1536, 8960, 30
    linears = {
        "text_embedding.0": (width, 4096),
        "text_embedding.2": (width, width),
        "time_embedding.0": (width, 256),
        "time_embedding.2": (width, width),
        "time_projection.1": (9216, width),
        "head.head": (64, width),
    }
    found: dict[str, tuple[int, ...]] = {
        "patch_embedding.weight": (width, 16, 1, 2, 2),
        "patch_embedding.bias": (width,),
        "head.modulation": (1, 2, width),
    }
    for layer in range(layers):
        found[f"blocks.{layer}.modulation"] = (1, 6, width)
        found[f"blocks.{layer}.norm3.weight"] = found[f"blocks.{layer}.norm3.bias"] = (width,)
        linears[f"blocks.{layer}.ffn.0"] = (inner, width)
        linears[f"blocks.{layer}.ffn.2"] = (width, inner)
        for part in ("self_attn", "cross_attn"):
            for name in ("norm_q", "norm_k"):
                found[f"blocks.{layer}.{part}.{name}.weight"] = (width,)
            for name in ("q", "k", "v", "o"):
                linears[f"blocks.{layer}.{part}.{name}"] = (width, width)
    for name, (out, into) in linears.items():
        found[f"{name}.weight"], found[f"{name}.bias"] = (out, into), (out,)
    return found


def test_full_size_has_the_tensors_and_parameters_of_the_published_weights() -> None:
    with torch.device("meta"):
        full = CausalWan(WAN_1_3B)
    tensors = {name: tuple(found.shape) for name, found in full.state_dict().items()}
    assert tensors == published_tensors()
    assert len(tensors) == 825
    assert sum(math.prod(shape) for shape in tensors.values()) == 1_418_996_800 == parameters(WAN_1_3B)
    assert all(found.is_meta for found in full.state_dict().values())


def test_nothing_but_parameters_is_kept_in_a_checkpoint() -> None:
    """Position tables and statistics are computed, so that any published file loads strictly."""
    with torch.device("meta"):
        full = CausalWan(WAN_1_3B)
    assert list(full.buffers()) == []
    assert {name for name, _ in full.named_parameters()} == set(full.state_dict())


@pytest.mark.parametrize("shape", [SHAPE, replace(SHAPE, dim=36, layers=3, heads=3, channels=7, ffn_dim=50)])
def test_the_count_of_parameters_follows_from_the_sizes(shape: NetworkShape) -> None:
    assert sum(found.numel() for found in CausalWan(shape).parameters()) == parameters(shape)


def test_channel_pairs_go_to_time_height_and_width_as_published() -> None:
    """22, 21 and 21 pairs of 128 channels; each axis turns only its own."""
    still = Rotary.of(128, (0,), (1, 1), CPU)
    for frames, grid, pairs in (
        ((1,), (1, 1), range(22)),
        ((0,), (2, 1), range(22, 43)),
        ((0,), (1, 2), range(43, 64)),
    ):
        turned = Rotary.of(128, frames, grid, CPU)
        moved = (turned.sin[-1, 0] != still.sin[0, 0]).nonzero().flatten().tolist()
        assert moved == list(pairs)
        assert turned.sin[-1, 0, pairs[0]].item() == pytest.approx(torch.tensor(1.0).sin().item())


def test_a_rotation_moves_neighbouring_channels_and_keeps_their_length() -> None:
    x = torch.randn(2, 5 * 6, 2, 12, generator=torch.Generator().manual_seed(0))
    rotary = Rotary.of(12, (3, 1, 4, 1, 1023), (2, 3), CPU)
    turned = rotary(x)
    pairs = torch.view_as_complex(x.view(2, 30, 2, 6, 2)) * torch.complex(rotary.cos, rotary.sin)
    torch.testing.assert_close(turned, torch.view_as_real(pairs).flatten(-2))
    assert torch.equal(rotary.cos[6:12], rotary.cos[18:24])


def test_in_bfloat16_a_rotation_is_the_rounded_one_of_float32() -> None:
    x = torch.randn(1, 4 * 30, 3, 128, generator=torch.Generator().manual_seed(0)).bfloat16()
    rotary = Rotary.of(128, (0, 7, 500, 1023), (5, 6), CPU)
    turned, exact = rotary(x), rotary(x.float())
    assert turned.dtype == torch.bfloat16
    assert (turned == exact.bfloat16()).double().mean() > 0.9999, "where a last bit tips the rounding"
    torch.testing.assert_close(turned.float(), exact, atol=1e-6, rtol=2**-8)


def test_scores_depend_on_the_distance_in_time_only() -> None:
    query, key = torch.randn(2, 1, 1, 1, 12, generator=torch.Generator().manual_seed(0))

    def score(at: int, key_at: int) -> float:
        turned = (Rotary.of(12, (index,), (1, 1), CPU)(x) for x, index in ((query, at), (key, key_at)))
        return torch.mul(*turned).sum().item()

    assert score(5, 2) == pytest.approx(score(900, 897), abs=1e-4)
    assert abs(score(5, 2) - score(5, 3)) > 1e-3


def test_every_frame_is_modulated_by_its_own_timestep() -> None:
    """With frames that do not see each other, one frame's noise level leaves the other's flow alone."""
    made = network()
    text = made.read_text(torch.zeros(1, 2, SHAPE.text_dim))
    latents = torch.randn(1, 4, 2, 4, 6, generator=torch.Generator().manual_seed(0))
    alone = torch.eye(2, dtype=torch.bool).repeat_interleave(6, 0).repeat_interleave(6, 1)

    def flow(*timesteps: float) -> torch.Tensor:
        return made(latents, torch.tensor([timesteps]), text, range(2), range(2), mask=alone).flow

    assert torch.equal(flow(1000, 500)[:, :, 1], flow(250, 500)[:, :, 1])
    assert not torch.allclose(flow(1000, 500)[:, :, 0], flow(250, 500)[:, :, 0], atol=1e-3)


def test_the_timestep_code_has_cosines_first_and_takes_fractions() -> None:
    code = sinusoid(torch.tensor([0.0, 937.5, 937.0]))
    assert code.dtype == torch.float64
    assert code[0].tolist() == [1.0] * 128 + [0.0] * 128
    assert code[1, 0].item() == pytest.approx(torch.tensor(937.5, dtype=torch.float64).cos().item())
    assert not torch.equal(code[1], code[2])
