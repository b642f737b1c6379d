"""From decoded pictures to what each network looks at: the transforms of the published panels, in float32.

Resizing never antialiases and never rounds. Bicubic overshoot below 0 or above 255 is kept, as in VBench
(``vbench/utils.py``); pictures that went through 8 bits or an antialiasing filter give other numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as transforms

SIDE = 224
"""Short side of what CLIP and DINO see, px."""
MUSIQ_SIDE = 512
"""Longest side of what MUSIQ sees, px; smaller pictures are not enlarged."""
_CLIP_MEAN, _CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def tensor(pictures: Sequence[NDArray[np.uint8]], device: str = "cpu") -> Tensor:
    """Pictures of one size, uint8 (h, w, 3), as float32 (n, 3, h, w) in 0..255 on a device."""
    stacked = torch.from_numpy(np.stack(pictures)).to(device)
    return stacked.permute(0, 3, 1, 2).to(torch.float32).contiguous()


def for_clip(x: Tensor) -> Tensor:
    """Short side 224 bicubic, centre 224 x 224, CLIP's mean and deviation.

    Args:
        x: float32 (n, 3, h, w) in 0..255.

    Returns:
        float32 (n, 3, 224, 224). Of an 832x480 picture the outer 21 % on the left and right are not seen.

    """
    small = transforms.resize(x, [SIDE], InterpolationMode.BICUBIC, antialias=False)
    return _normalised(transforms.center_crop(small, [SIDE, SIDE]) / 255.0, _CLIP_MEAN, _CLIP_STD)


def for_dino(x: Tensor) -> Tensor:
    """Short side 224 bilinear, nothing cut off, ImageNet's mean and deviation.

    Args:
        x: float32 (n, 3, h, w) in 0..255.

    Returns:
        float32 (n, 3, H, W); 832x480 becomes (n, 3, 224, 388).

    """
    small = transforms.resize(x, [SIDE], InterpolationMode.BILINEAR, antialias=False)
    return _normalised(small / 255.0, _IMAGENET_MEAN, _IMAGENET_STD)


def for_musiq(x: Tensor) -> Tensor:
    """Longest side brought down to 512 px, bilinear; VBench's mode ``longer``.

    Args:
        x: float32 (n, 3, h, w) in 0..255.

    Returns:
        float32 (n, 3, H, W) in 0..1; 832x480 becomes (n, 3, 295, 512).

    """
    height, width = x.shape[-2:]
    if max(height, width) > MUSIQ_SIDE:
        scale = MUSIQ_SIDE / max(height, width)
        size = [int(scale * height), int(scale * width)]
        x = transforms.resize(x, size, InterpolationMode.BILINEAR, antialias=False)
    return x / 255.0


def padded(x: Tensor, multiple: int) -> tuple[Tensor, tuple[slice, slice]]:
    """Repeat the edges, centred, until both sides are multiples.

    Args:
        x: float32 (n, c, h, w).
        multiple: of pixels.

    Returns:
        The larger picture, and rows and columns of the original in it.

    """
    height, width = x.shape[-2:]
    more_y, more_x = -height % multiple, -width % multiple
    top, left = more_y // 2, more_x // 2
    larger = functional.pad(x, [left, more_x - left, top, more_y - top], mode="replicate")
    return larger, (slice(top, top + height), slice(left, left + width))


def _normalised(x: Tensor, mean: tuple[float, ...], deviation: tuple[float, ...]) -> Tensor:
    centre, spread = (torch.tensor(v, device=x.device)[:, None, None] for v in (mean, deviation))
    return (x - centre) / spread
