"""MUSIQ on seeded, untrained weights: its parts by hand and derived a second time, the whole at full size."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the panels extra is not installed")
import torch
from torch import Tensor, nn
from torch.nn import functional

from metrics.errors import WeightsMissingError
from metrics.networks import musiq


def seeded(network: nn.Module, seed: int = 0) -> nn.Module:
    """The network with random weights of moderate size, in evaluation mode."""
    make = torch.Generator().manual_seed(seed)
    state = {
        name: torch.randn(value.shape, generator=make) / (value[0].numel() ** 0.5 if value.ndim > 1 else 4)
        for name, value in network.state_dict().items()
    }
    network.load_state_dict(state)
    return network.eval()


def pictures(count: int, height: int, width: int, seed: int = 1) -> Tensor:
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(seed))


def small() -> musiq.Musiq:
    network = musiq.Musiq(width=48, hidden=96, layers=2)
    seeded(network)
    return network


# ---- parts, by hand


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "expected"),
    [(32, 7, 2, (2, 3)), (16, 3, 2, (0, 1)), (8, 3, 1, (1, 1)), (33, 32, 32, (15, 16)), (64, 32, 32, (0, 0)),
     (5, 1, 1, (0, 0)), (31, 32, 32, (0, 1))],
)  # fmt: skip
def test_margins(size: int, kernel: int, stride: int, expected: tuple[int, int]) -> None:
    assert musiq.margins(size, kernel, stride) == expected


@pytest.mark.parametrize(
    ("height", "width", "longer", "expected"),
    [(480, 832, 224, (129, 224)), (480, 832, 384, (222, 384)), (295, 512, 384, (221, 384)),
     (512, 295, 224, (224, 129)), (3, 448, 224, (2, 224)), (5, 448, 224, (2, 224)), (9, 9, 384, (384, 384))],
)  # fmt: skip
def test_scaled_sizes_round_to_even_at_halves(
    height: int, width: int, longer: int, expected: tuple[int, int]
) -> None:
    assert musiq.scaled_size(height, width, longer) == expected


def test_patches_run_row_by_row_inside_zeros() -> None:
    channels, rows = torch.arange(3.0)[:, None, None] * 10_000, torch.arange(33.0)[:, None] * 100
    cut = musiq.patches((channels + rows + torch.arange(65.0) + 1)[None])
    assert cut.shape == (1, 6, 3, 32, 32)
    first, third, fourth = cut[0, 0], cut[0, 2], cut[0, 3]
    # 31 rows and 31 columns are missing: 15 of each before, 16 after
    assert float(first[:, :15].abs().max()) == 0 and float(first[:, :, :15].abs().max()) == 0
    assert first[0, 15, 15] == 1 and first[1, 16, 17] == 10_000 + 100 + 2 + 1
    assert third[0, 15, 0] == 49 + 1 and third[0, 15, 15] == 64 + 1 and third[0, 15, 16] == 0
    assert fourth[2, 0, 15] == 20_000 + 17 * 100 + 1 and float(fourth[:, 16:].abs().max()) == 0


def test_places_in_the_grid_by_hand() -> None:
    assert musiq.hash_indices(2, 3).tolist() == [0, 3, 6, 50, 53, 56]
    assert musiq.hash_indices(1, 1).tolist() == [0]
    assert musiq.hash_indices(1, 20).tolist() == [i // 2 for i in range(20)]
    assert musiq.hash_indices(10, 10).tolist() == list(range(100))


def test_places_are_those_of_a_nearest_neighbour_picture() -> None:
    """A second derivation: the row 0, 1, ... 9 enlarged or reduced to the number of patches."""
    row = torch.arange(10.0)[None, None]
    for count in range(1, 130):
        expected = functional.interpolate(row, count, mode="nearest")[0, 0].long()
        assert torch.equal(musiq.hash_indices(1, count), expected)
        assert torch.equal(musiq.hash_indices(count, 1), expected * 10)


def test_filters_count_in_shape_only() -> None:
    """Brought to mean 0 and deviation 1: scale and offset do not matter; a flat filter sees nothing."""
    conv = musiq._Conv(3, 4, 3, 1, bias=False)
    x = pictures(1, 9, 9)
    before = conv(x)
    with torch.no_grad():
        conv.weight.mul_(7).add_(3)
        torch.testing.assert_close(conv(x), before, atol=1e-3, rtol=1e-3)
        conv.weight.fill_(0.5)
        assert float(conv(x).abs().max()) == 0


# ---- parts, a second time


def test_the_transformer_is_pytorchs_own_with_empty_tokens_masked() -> None:
    """PyTorch's layers on the same weights, with the empty tokens that the published program masks."""
    encoder = small().transformer_encoder
    tokens = torch.randn(2, 7, 48, generator=torch.Generator().manual_seed(2))
    places, scales = torch.tensor([0, 5, 99, 12, 7, 7, 50]), torch.tensor([0, 0, 1, 1, 2, 2, 2])
    where, scale = encoder.posembed_input.position_emb[0], encoder.scaleembed_input.scale_emb
    shown = tokens + where[places] + scale[scales]
    y = torch.cat([encoder.cls.repeat(2, 1, 1), shown, torch.full((2, 3, 48), 9.0)], dim=1)
    empty = torch.zeros(2, 11, dtype=torch.bool)
    empty[:, 8:] = True
    for layer in encoder.transformer.values():
        y = pytorch_layer(layer)(y, src_key_padding_mask=empty)
    expected = encoder.encoder_norm(y[:, 0])
    torch.testing.assert_close(encoder(tokens, places, scales), expected, atol=1e-5, rtol=1e-5)


def pytorch_layer(own: nn.Module) -> nn.TransformerEncoderLayer:
    layer = nn.TransformerEncoderLayer(
        48, 6, 96, dropout=0.0, activation="gelu", norm_first=True, batch_first=True, layer_norm_eps=1e-6
    )
    state = own.state_dict()
    renamed = {
        f"self_attn.in_proj_{kind}": torch.cat([state[f"attention.{part}.{kind}"] for part in
                                                ("query", "key", "value")])
        for kind in ("weight", "bias")
    }  # fmt: skip
    for kind in ("weight", "bias"):
        renamed[f"self_attn.out_proj.{kind}"] = state[f"attention.out.{kind}"]
        renamed |= {f"linear{n}.{kind}": state[f"mlp.fc{n}.{kind}"] for n in (1, 2)}
        renamed |= {f"norm{n}.{kind}": state[f"norm{n}.{kind}"] for n in (1, 2)}
    layer.load_state_dict(renamed)
    return layer.train()  # training mode without dropout: PyTorch's fast path turns masks into other shapes


# ---- the whole


def test_pictures_of_a_batch_do_not_touch_each_other() -> None:
    network, batch = small(), pictures(3, 70, 100)
    with torch.no_grad():
        together = network(batch)
        apart = torch.cat([network(picture[None]) for picture in batch])
    assert together.shape == (3,)
    assert float(together.std()) > 1e-4
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=1e-5)


def test_the_order_of_patches_matters() -> None:
    network, picture = small(), pictures(1, 64, 128)
    with torch.no_grad():
        assert float((network(picture) - network(picture.flip(3))).abs()) > 1e-4


def test_the_state_has_the_published_names_and_number() -> None:
    state = musiq.Musiq().state_dict()
    assert len(state) == 248
    assert sum(value.numel() for value in state.values()) == 27_125_825  # 108.5 MB of float32
    for name, shape in {
        "conv_root.weight": (64, 3, 7, 7), "gn_root.bias": (64,), "block1.conv_proj.weight": (256, 64, 1, 1),
        "embedding.weight": (384, 16_384), "transformer_encoder.posembed_input.position_emb": (1, 100, 384),
        "transformer_encoder.scaleembed_input.scale_emb": (3, 384), "transformer_encoder.cls": (1, 1, 384),
        "transformer_encoder.transformer.encoderblock_13.attention.query.bias": (384,),
        "transformer_encoder.transformer.encoderblock_0.mlp.fc1.weight": (1152, 384),
        "transformer_encoder.encoder_norm.weight": (384,), "head.weight": (1, 384),
    }.items():  # fmt: skip
        assert state[name].shape == shape


def test_full_size_from_a_file(tmp_path: Path) -> None:
    network = seeded(musiq.Musiq())
    path = tmp_path / "musiq.pth"
    torch.save({f"module.{name}": value for name, value in network.state_dict().items()}, path)
    loaded = musiq.load(path)
    picture = pictures(1, 40, 64)
    with torch.no_grad():
        expected = network(picture)
        torch.testing.assert_close(loaded(picture), expected, atol=0, rtol=0)
        loaded.head.weight.zero_()
        loaded.head.bias.fill_(61.5)
        assert loaded(picture).tolist() == [61.5]
    assert not any(value.requires_grad for value in loaded.parameters())


def test_another_networks_state_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.pth"
    torch.save(small().state_dict(), path)
    with pytest.raises(WeightsMissingError, match=r"other\.pth"):
        musiq.load(path)
