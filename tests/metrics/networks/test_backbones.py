"""Backbones with seeded random weights against second implementations that share no code with them."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the panels extra is not installed")
clip: Any = pytest.importorskip("metrics.networks.clip", reason="the panels extra is not installed")
from torch.nn import functional  # noqa: E402

from metrics.errors import WeightsMissingError  # noqa: E402
from metrics.networks import aesthetic, dino, raft, states  # noqa: E402

State = dict[str, Any]


def seeded(network: Any, spread: float = 0.08) -> Any:
    """Random weights everywhere, biases and embeddings too, so that no part can be left out unnoticed."""
    made = torch.Generator().manual_seed(11)
    for name, value in network.named_parameters():
        with torch.no_grad():
            value.copy_(torch.randn(value.shape, generator=made) * spread)
            if "norm" in name or ".ln_" in name or name.startswith("ln_"):
                value += 1.0 if name.endswith("weight") else 0.0
    return network.eval()


def norm(x: Any, state: State, name: str, eps: float) -> Any:
    centred = x - x.mean(-1, keepdim=True)
    scaled = centred / torch.sqrt((centred**2).mean(-1, keepdim=True) + eps)
    return scaled * state[f"{name}.weight"] + state[f"{name}.bias"]


def linear(x: Any, state: State, weight: str, bias: str) -> Any:
    return x @ state[weight].T + state[bias]


def attention(x: Any, heads: int, state: State, qkv: tuple[str, str], out: tuple[str, str]) -> Any:
    count, length, width = x.shape
    packed = linear(x, state, *qkv).reshape(count, length, 3, heads, width // heads)
    q, k, v = (packed[:, :, i].transpose(1, 2) for i in range(3))
    weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // heads), dim=-1)
    return linear((weights @ v).transpose(1, 2).reshape(count, length, width), state, *out)


def cut(x: Any, side: int) -> Any:
    """Patches row by row, (n, patches, 3 * side * side)."""
    tiles = x.unfold(2, side, side).unfold(3, side, side)
    return tiles.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)


def by_hand_clip(state: State, x: Any, patch: int, heads: int, activation: Any) -> Any:
    kernel = state["conv1.weight"]
    tokens = cut(x, patch) @ kernel.flatten(1).T
    first = state["class_embedding"].expand(len(x), 1, -1)
    x = norm(torch.cat([first, tokens], 1) + state["positional_embedding"], state, "ln_pre", 1e-5)
    for i in range(sum(name.endswith("ln_1.weight") for name in state)):
        at = f"transformer.resblocks.{i}"
        inner = norm(x, state, f"{at}.ln_1", 1e-5)
        qkv, out = (f"{at}.attn.in_proj_weight", f"{at}.attn.in_proj_bias"), f"{at}.attn.out_proj"
        x = x + attention(inner, heads, state, qkv, (f"{out}.weight", f"{out}.bias"))
        inner = norm(x, state, f"{at}.ln_2", 1e-5)
        wide = activation(linear(inner, state, f"{at}.mlp.c_fc.weight", f"{at}.mlp.c_fc.bias"))
        x = x + linear(wide, state, f"{at}.mlp.c_proj.weight", f"{at}.mlp.c_proj.bias")
    return norm(x[:, 0], state, "ln_post", 1e-5) @ state["proj"]


def quick(x: Any) -> Any:
    return x * torch.sigmoid(1.702 * x)


@pytest.fixture(scope="module")
def tower() -> Any:
    return seeded(clip.ImageTower("ViT-B/32"), 0.05)


def pictures(count: int, height: int = 224, width: int = 224) -> Any:
    return torch.randn((count, 3, height, width), generator=torch.Generator().manual_seed(5))


def test_clip_is_the_transformer_with_quick_gelu_and_not_with_plain_gelu(tower: Any) -> None:
    x = pictures(2)
    state = dict(tower.tower.state_dict())
    with torch.inference_mode():
        got = tower(x)
        same = by_hand_clip(state, x, 32, 12, quick)
        plain = by_hand_clip(state, x, 32, 12, functional.gelu)
    assert got.shape == (2, 512)
    assert functional.cosine_similarity(got, same).min() > 0.99999
    assert (got - same).abs().max() < 1e-3 * (got - plain).abs().max()


def test_large_tower_has_the_shapes_of_vit_l_14() -> None:
    with torch.device("meta"):
        state = clip.ImageTower("ViT-L/14").state_dict()
    shapes = {name.removeprefix("tower."): tuple(value.shape) for name, value in state.items()}
    assert shapes["conv1.weight"] == (1024, 3, 14, 14)
    assert shapes["positional_embedding"] == (257, 1024)
    assert shapes["proj"] == (1024, 768)
    assert sum(math.prod(shape) for shape in shapes.values()) == 303_966_208


def test_weights_are_read_from_a_program_in_half_precision(tower: Any, tmp_path: Path) -> None:
    """OpenAI ships TorchScript archives whose image tower stands under ``visual.``."""

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.visual = torch.nn.Linear(3, 2).half()
            self.logit_scale = torch.nn.Parameter(torch.ones(()))

        def forward(self, x: Any) -> Any:
            return self.visual(x)

    path = tmp_path / "a.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(Whole(), torch.zeros(1, 3).half(), check_trace=False), path)
    found = states.read(path)
    assert set(found) == {"visual.weight", "visual.bias", "logit_scale"}
    assert found["visual.weight"].dtype == torch.float32


def test_a_tower_comes_back_from_its_file(tower: Any, tmp_path: Path) -> None:
    path = tmp_path / "clip.pt"
    state = {f"visual.{name}": value.half() for name, value in tower.tower.state_dict().items()}
    torch.save(state | {"token_embedding.weight": torch.zeros(3, 3)}, path)
    loaded = clip.load(path, "ViT-B/32")
    assert not loaded.training and not any(p.requires_grad for p in loaded.parameters())
    for name, value in loaded.tower.state_dict().items():
        torch.testing.assert_close(value, state[f"visual.{name}"].float(), rtol=0, atol=0)
    with pytest.raises(WeightsMissingError, match="does not hold these weights"):
        clip.load(path, "ViT-L/14")
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(WeightsMissingError, match="does not hold these weights"):
        clip.load(path, "ViT-B/32")


# ---- DINO


def keys_cubic(distance: Any) -> Any:
    d = abs(distance)
    near = 1.25 * d**3 - 2.25 * d**2 + 1
    far = -0.75 * d**3 + 3.75 * d**2 - 6 * d + 3
    return np.where(d <= 1, near, np.where(d < 2, far, 0.0))


def stretch(size: int) -> Any:
    """(size, 14): bicubic weights whose places follow from the factor (size + 0.1) / 14."""
    weights = np.zeros((size, 14))
    for i in range(size):
        at = (i + 0.5) * 14 / (size + 0.1) - 0.5
        for k in range(int(np.floor(at)) - 1, int(np.floor(at)) + 3):
            weights[i, min(max(k, 0), 13)] += keys_cubic(at - k)
    return weights


def by_hand_dino(state: State, x: Any, heads: int) -> Any:
    rows, columns = x.shape[-2] // 16, x.shape[-1] // 16
    x = x[..., : rows * 16, : columns * 16]
    tokens = cut(x, 16) @ state["patch_embed.proj.weight"].flatten(1).T + state["patch_embed.proj.bias"]
    grid = state["pos_embed"][0, 1:].reshape(14, 14, -1).double().numpy()
    places = np.einsum("ri,cj,ijd->rcd", stretch(rows), stretch(columns), grid)
    places = torch.from_numpy(places.reshape(rows * columns, -1)).float()
    first = (state["cls_token"] + state["pos_embed"][:, :1]).expand(len(x), -1, -1)
    x = torch.cat([first, tokens + places], 1)
    for i in range(sum(name.endswith("norm1.weight") for name in state)):
        at = f"blocks.{i}"
        qkv, out = (f"{at}.attn.qkv.weight", f"{at}.attn.qkv.bias"), f"{at}.attn.proj"
        inner = norm(x, state, f"{at}.norm1", 1e-6)
        x = x + attention(inner, heads, state, qkv, (f"{out}.weight", f"{out}.bias"))
        inner = norm(x, state, f"{at}.norm2", 1e-6)
        wide = linear(inner, state, f"{at}.mlp.fc1.weight", f"{at}.mlp.fc1.bias")
        x = x + linear(functional.gelu(wide), state, f"{at}.mlp.fc2.weight", f"{at}.mlp.fc2.bias")
    return norm(x, state, "norm", 1e-6)[:, 0]


@pytest.mark.parametrize(("height", "width"), [(224, 388), (388, 224), (224, 240)])
def test_dino_stretches_its_positions_its_own_way(height: int, width: int) -> None:
    network = seeded(dino.Dino(width=48, depth=2, heads=3))
    x = pictures(2, height, width)
    with torch.inference_mode():
        got = network(x)
        torch.testing.assert_close(got, by_hand_dino(dict(network.state_dict()), x, 3), rtol=1e-3, atol=1e-4)
        by_size = functional.interpolate(
            network.pos_embed[:, 1:].reshape(1, 14, 14, 48).permute(0, 3, 1, 2),
            size=(height // 16, width // 16), mode="bicubic",
        )  # fmt: skip
        own = network._positions(height // 16, width // 16)[:, 1:]
    assert (own - by_size.flatten(2).transpose(1, 2)).abs().max() > 1e-3


def test_dino_leaves_square_positions_alone() -> None:
    network = seeded(dino.Dino(width=48, depth=1, heads=3))
    assert network._positions(14, 14) is network.pos_embed


def test_dino_at_full_size() -> None:
    network = seeded(dino.Dino(), 0.05)
    x = pictures(1, 224, 388)
    with torch.inference_mode():
        got, expected = network(x), by_hand_dino(dict(network.state_dict()), x, 12)
    assert got.shape == (1, 768)
    assert functional.cosine_similarity(got, expected).item() > 0.99999
    assert sum(p.numel() for p in network.parameters()) == 85_798_656


# ---- aesthetic head and RAFT


def test_the_aesthetic_head_is_linear_on_unit_features(tmp_path: Path) -> None:
    weight, bias = torch.linspace(-1, 1, 768)[None], torch.tensor([4.0])
    torch.save({"weight": weight, "bias": bias}, tmp_path / "head.pth")
    head = aesthetic.load(tmp_path / "head.pth")
    features = torch.zeros(2, 768)
    features[0, 767], features[1, 0] = 20.0, 0.5
    torch.testing.assert_close(head(features), torch.tensor([5.0, 3.0]))


@pytest.fixture(scope="module")
def raft_network() -> Any:
    torch.manual_seed(2)
    return raft.untrained().eval()


def test_raft_is_torchvisions_forward_with_20_updates(raft_network: Any) -> None:
    x = pictures(2, 130, 150) * 60 + 128
    with torch.inference_mode():
        ready = raft.prepared(x)
        assert ready.shape == (2, 3, 136, 152)
        whole = raft_network(ready[:1], ready[1:], num_flow_updates=20)[-1]
        seen = raft.features(raft_network, ready)
        got = raft.flow(raft_network, ready[:1], seen[:1], seen[1:])
        shorter = raft_network(ready[:1], ready[1:], num_flow_updates=12)[-1]
    assert got.shape == (1, 2, 136, 152)
    torch.testing.assert_close(got, whole, rtol=1e-4, atol=1e-4)
    assert (got - shorter).abs().max() > 0.01


def test_top_speed_is_the_mean_of_the_largest_twentieth() -> None:
    field = torch.zeros(1, 2, 10, 9)
    field[0, 0, 0, :5], field[0, 1, 0, :5] = 3.0, 4.0
    # int(90 * 0.05) = 4 of the five vectors of length 5
    assert raft.top_speed(field).item() == pytest.approx(5.0)
    field[0, :, 0, 3:5] = 0.0
    assert raft.top_speed(field).item() == pytest.approx(5.0 * 3 / 4)
