"""LAION's first aesthetic predictor: one linear layer on unit features of CLIP ViT-L/14."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional

from metrics.networks import states
from metrics.networks.clip import ImageTower

WIDTH = 768


class Aesthetic(nn.Module):
    """From CLIP features (n, 768) to a score (n,), about 0 to 10."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(WIDTH, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Score of a batch; the features need not be normalised."""
        unit = functional.normalize(features.float(), dim=-1)
        scores: Tensor = self.head(unit)
        return scores[:, 0]


class AestheticTower(nn.Module):
    """CLIP ViT-L/14 and the head on it: from float32 (n, 3, 224, 224), normalised, to (n,)."""

    def __init__(self, tower: ImageTower, head: Aesthetic) -> None:
        super().__init__()
        self.tower, self.head = tower, head

    def forward(self, x: Tensor) -> Tensor:
        """Score of a batch of pictures."""
        scores: Tensor = self.head(self.tower(x))
        return scores


def load(path: Path, device: str = "cpu") -> Aesthetic:
    """Build the head with the weights of the published file, a state of ``weight`` and ``bias``.

    Raises:
        WeightsMissingError: the file does not hold them.

    """
    network = Aesthetic()
    states.fill(network, {f"head.{name}": value for name, value in states.read(path).items()}, path, device)
    return network
