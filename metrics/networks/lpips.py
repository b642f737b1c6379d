"""LPIPS on AlexNet (Zhang et al., CVPR 2018), version 0.1, as a map over the picture."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from metrics.errors import WeightsMissingError
from metrics.networks import states

_SHIFT, _SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
_ENDS = (2, 5, 8, 10, 12)
"""Where the five compared layers end in AlexNet's features: after each rectifier."""
_WIDTHS = (64, 192, 384, 256, 256)
_TINY = 1e-10


class Lpips(nn.Module):
    """Distance of two pictures, pixel by pixel: weighted differences of unit features in five layers."""

    shift: Tensor
    scale: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(),
        )  # fmt: skip
        self.heads = nn.ModuleList(nn.Conv2d(width, 1, 1, bias=False) for width in _WIDTHS)
        self.register_buffer("shift", torch.tensor(_SHIFT).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor(_SCALE).view(1, 3, 1, 1), persistent=False)

    def describe(self, x: Tensor) -> list[Tensor]:
        """Features of pictures, of unit length over channels.

        Args:
            x: float32 (n, 3, h, w) in 0..255, sides of at least 32 px.

        Returns:
            Five tensors (n, channels, height, width).

        """
        x = (x / 127.5 - 1.0 - self.shift) / self.scale
        found, start = [], 0
        for end in _ENDS:
            x = self.features[start:end](x)
            start = end
            length = x.pow(2).sum(dim=1, keepdim=True).sqrt()
            found.append(x / (length + _TINY))
        return found

    def between(self, a: list[Tensor], b: list[Tensor], size: tuple[int, int]) -> Tensor:
        """Distance of two described pictures, float32 (n, 1, h, w), ``size`` = h, w."""
        parts = [
            functional.interpolate(head((x - y) ** 2), size=size, mode="bilinear", align_corners=False)
            for head, x, y in zip(self.heads, a, b, strict=True)
        ]
        return torch.stack(parts).sum(dim=0)

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Map of the distance of pictures, float32 (n, 3, h, w) in 0..255; (n, 1, h, w)."""
        return self.between(self.describe(a), self.describe(b), (a.shape[2], a.shape[3]))


def heads_file() -> Path:
    """The heads that come with the package ``lpips``; nothing of it is imported.

    Raises:
        WeightsMissingError: it is not installed, or has no such file.

    """
    found = find_spec("lpips")
    folders = list(found.submodule_search_locations or []) if found else []
    path = Path(folders[0]) / "weights" / "v0.1" / "alex.pth" if folders else None
    if path is None or not path.is_file():
        advice = "install it with: pip install 'steadybench[panels]'"
        raise WeightsMissingError("lpips", "the package that brings LPIPS's heads is not installed", advice)
    return path


def load(backbone: Path, device: str = "cpu") -> Lpips:
    """Build the network from torchvision's AlexNet and the package's heads.

    Raises:
        WeightsMissingError: a file is missing or does not hold these weights.

    """
    network = Lpips()
    trained = states.read(backbone)
    state = {name: value for name, value in trained.items() if name.startswith("features.")}
    state |= heads()
    states.fill(network, state, backbone, device)
    return network


def heads() -> dict[str, Tensor]:
    """The five heads' weights under this network's names."""
    found = states.read(heads_file())
    return {f"heads.{i}.weight": found[f"lin{i}.model.1.weight"] for i in range(len(_WIDTHS))}
