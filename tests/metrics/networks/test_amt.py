"""AMT-S on seeded or hand-made weights: its parts by hand and a second time, the whole at full size."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the panels extra is not installed")
import torch
from torch import Tensor
from torch.nn import functional

from metrics.errors import WeightsMissingError
from metrics.networks import amt
from metrics.networks.amt import AmtS


@pytest.fixture(scope="module")
def network() -> AmtS:
    """The whole network, untrained, with flows of several pixels."""
    torch.manual_seed(0)
    made = AmtS().eval().requires_grad_(requires_grad=False)
    for decoder in (made.decoder1, made.decoder2, made.decoder3, made.decoder4):
        decoder.convblock[2].weight.mul_(12)
    return made


@pytest.fixture
def empty() -> AmtS:
    """All weights zero: no flow, masks of one half, nothing added."""
    made = AmtS().eval().requires_grad_(requires_grad=False)
    for value in made.parameters():
        value.zero_()
    return made


def pair(height: int = 128, width: int = 128, count: int = 1) -> tuple[Tensor, Tensor]:
    make = torch.Generator().manual_seed(3)
    coarse = torch.rand(2 * count, 3, height // 8, width // 8, generator=make)
    a, b = functional.interpolate(coarse, (height, width), mode="bilinear").chunk(2)
    return a, b


# ---- parts


def test_whole_pixels_of_flow_move_the_picture_and_repeat_its_edges() -> None:
    picture = torch.arange(12.0).reshape(1, 1, 3, 4)
    flow = torch.zeros(1, 2, 3, 4)
    flow[:, 0], flow[:, 1] = 1, -1
    expected = [[1.0, 2, 3, 3], [1, 2, 3, 3], [5, 6, 7, 7]]
    torch.testing.assert_close(amt.warped(picture, flow)[0, 0], torch.tensor(expected), atol=1e-5, rtol=0)


def test_half_a_pixel_is_the_mean_of_two() -> None:
    flow = torch.full((1, 2, 2, 3), 0.0)
    flow[:, 0] = 0.5
    got = amt.warped(torch.tensor([[[[0.0, 2, 8], [4, 6, 6]]]]), flow)
    torch.testing.assert_close(got[0, 0], torch.tensor([[1.0, 5, 8], [5, 6, 6]]), atol=1e-5, rtol=0)


@pytest.mark.parametrize("t", [0.5, 0.25])
def test_the_volume_is_read_where_the_flows_point(t: float) -> None:
    """A second derivation, in loops: dot products of features, means over squares of cells, zeros outside."""
    make = torch.Generator().manual_seed(4)
    of_a, of_b = torch.randn(2, 1, 5, 16, 18, generator=make)
    flow = torch.zeros(1, 4, 16, 18)
    flow[0, :, 6, 7] = torch.tensor([3 * (1 - t), -1 * (1 - t), 2 * t, 4 * t])
    got = amt._Volume(of_a, of_b, t).read(flow)
    assert got.shape == (1, 2 * 4 * 49, 16, 18)
    for row, column, (of_x, of_y), half, here, there in (
        (6, 7, (2, 4), 0, of_a, of_b), (6, 7, (3, -1), 1, of_b, of_a), (0, 17, (0, 0), 0, of_a, of_b),
    ):  # fmt: skip
        products = torch.einsum("c,chw->hw", here[0, :, row, column], there[0]) / math.sqrt(5)
        for level in range(4):
            cells = functional.avg_pool2d(products[None], 2**level)[0]
            for i, j in ((0, 0), (3, 3), (6, 2), (1, 5)):
                place = ((column + of_x) / 2**level + i - 3, (row + of_y) / 2**level + j - 3)
                channel = half * 196 + level * 49 + i * 7 + j
                assert float(got[0, channel, row, column]) == pytest.approx(read(cells, *place), abs=1e-4)


def read(cells: Tensor, x: float, y: float) -> float:
    """Bilinear, zeros outside."""
    total = 0.0
    for row in (math.floor(y), math.floor(y) + 1):
        for column in (math.floor(x), math.floor(x) + 1):
            if 0 <= row < cells.shape[0] and 0 <= column < cells.shape[1]:
                total += float(cells[row, column]) * (1 - abs(x - column)) * (1 - abs(y - row))
    return total


# ---- the whole, known answers


def test_without_weights_it_is_the_mean_of_both_frames(empty: AmtS) -> None:
    a, b = pair(130, 150)
    torch.testing.assert_close(empty(a, b), (a + b) / 2, atol=1e-5, rtol=0)


def test_constant_flows_and_a_mask_take_one_frame_moved(empty: AmtS) -> None:
    """The last decoder's bias says: two pixels right and one up in a, and nothing of b."""
    bias = empty.decoder1.convblock[2].bias
    bias[0:6:2], bias[1:6:2], bias[12:15] = 2.0, -1.0, 30.0
    a, b = pair()
    got = empty(a, b)
    torch.testing.assert_close(got[..., 1:, :-2], a[..., :-1, 2:], atol=1e-5, rtol=0)
    assert float((got - b).abs().mean()) > 0.1


def test_what_is_added_is_clipped(empty: AmtS) -> None:
    empty.decoder1.convblock[2].bias[15:] = 5.0
    a, b = pair()
    assert torch.equal(empty(a, b), torch.ones_like(a))


def test_flows_found_at_half_size_count_double(empty: AmtS) -> None:
    bias = empty.decoder1.convblock[2].bias
    bias[0:6:2], bias[12:15] = 1.0, 30.0
    a, b = pair(256, 256)
    got = empty(a, b, scale=0.5)
    torch.testing.assert_close(got[..., :-2], a[..., 2:], atol=1e-5, rtol=0)


# ---- the whole, on random weights


def test_padding_repeats_edges_and_is_cut_away(network: AmtS) -> None:
    a, b = pair(120, 133)  # 8 rows and 11 columns short of 128 x 144
    padded = [functional.pad(x, (5, 6, 4, 4), mode="replicate") for x in (a, b)]
    torch.testing.assert_close(network(a, b), network(*padded)[..., 4:124, 5:138], atol=0, rtol=0)


def test_pairs_of_a_batch_do_not_touch_each_other(network: AmtS) -> None:
    a, b = pair(128, 128, 2)
    apart = torch.cat([network(a[i : i + 1], b[i : i + 1]) for i in range(2)])
    torch.testing.assert_close(network(a, b), apart, atol=1e-4, rtol=0)


def test_the_result_is_a_picture_and_time_counts(network: AmtS) -> None:
    a, b = pair()
    half, early = network(a, b), network(a, b, t=0.2)
    assert half.shape == a.shape and float(half.min()) >= 0 and float(half.max()) <= 1
    assert float(half.std()) > 0.01
    assert float((half - early).abs().max()) > 1e-3


def test_frames_that_do_not_fit_are_refused(network: AmtS) -> None:
    a, b = pair()
    with pytest.raises(ValueError, match="two frames of one shape"):
        network(a, b[..., 1:])
    with pytest.raises(ValueError, match="sides of 128 px or more, got 128x96"):
        network(a[..., :96, :], b[..., :96, :])


def test_the_state_has_the_published_names_and_number() -> None:
    state = AmtS().state_dict()
    assert len(state) == 213
    assert sum(value.numel() for value in state.values()) == 2_990_543  # 12.0 MB of float32
    for name, shape in {
        "feat_encoder.layer2.0.downsample.0.weight": (64, 32, 1, 1), "feat_encoder.conv2.bias": (84,),
        "encoder.pyramid4.1.0.weight": (56, 56, 3, 3), "encoder.pyramid1.0.1.weight": (20,),
        "decoder4.convblock.0.0.weight": (112, 113, 3, 3), "decoder3.convblock.1.conv2.0.bias": (20,),
        "decoder2.convblock.1.prelu.weight": (96,), "decoder1.convblock.2.weight": (60, 24, 4, 4),
        "update4.convc1.weight": (64, 392, 1, 1), "update3.gru.0.weight": (76, 104, 3, 3),
        "update2.flow_head.2.bias": (4,), "comb_block.2.weight": (3, 18, 3, 3),
    }.items():  # fmt: skip
        assert state[name].shape == shape


def test_a_file_as_published_is_loaded(network: AmtS, tmp_path: Path) -> None:
    path = tmp_path / "amt.pth"
    torch.save({"epoch": 3, "state_dict": network.state_dict()}, path)
    loaded = amt.load(path)
    for name, value in loaded.state_dict().items():
        assert torch.equal(value, network.state_dict()[name])
    torch.save({"state_dict": {"conv.weight": torch.zeros(1)}}, path)
    with pytest.raises(WeightsMissingError, match=r"amt\.pth"):
        amt.load(path)
