"""The image towers of OpenAI's CLIP, on open_clip's transformer with the QuickGELU they were trained with."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from open_clip.transformer import QuickGELU, VisionTransformer
from torch import Tensor, nn

from metrics.networks import states

Size = Literal["ViT-B/32", "ViT-L/14"]
_SHAPES: dict[Size, dict[str, int]] = {
    "ViT-B/32": {"patch_size": 32, "width": 768, "layers": 12, "heads": 12, "output_dim": 512},
    "ViT-L/14": {"patch_size": 14, "width": 1024, "layers": 24, "heads": 16, "output_dim": 768},
}
_TOWER = "visual."


class ImageTower(nn.Module):
    """From float32 (n, 3, 224, 224), normalised, to image features (n, 512) or (n, 768), not normalised.

    Names of weights are those that the published files have after ``visual.``.
    """

    def __init__(self, size: Size) -> None:
        super().__init__()
        # open_clip's own default is plain GELU, under which these weights give another function.
        self.tower = VisionTransformer(image_size=224, mlp_ratio=4.0, act_layer=QuickGELU, **_SHAPES[size])

    def forward(self, x: Tensor) -> Tensor:
        """Image features of a batch."""
        return cast("Tensor", self.tower(x))


def load(path: Path, size: Size, device: str = "cpu") -> ImageTower:
    """Build a tower with the weights of OpenAI's file.

    Raises:
        WeightsMissingError: the file does not hold them.

    """
    whole = states.read(path)
    network = ImageTower(size)
    state = {"tower." + name.removeprefix(_TOWER): v for name, v in whole.items() if name.startswith(_TOWER)}
    states.fill(network, state, path, device)
    return network
