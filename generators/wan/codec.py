"""The video autoencoder of Wan 2.1, through diffusers: whole clips in, one latent at a time out.

The authors' programs hold a whole video on the GPU, about 80 GB for four minutes. The network is causal and
diffusers runs it one latent frame at a time with a cache of features; here that cache belongs to the decoder
of a clip and frames leave as they are made, so a clip of any length takes the memory of one latent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
from diffusers import AutoencoderKLWan
from diffusers.loaders.single_file_utils import convert_wan_vae_to_diffusers
from torch import Tensor, nn

from generators.contract import Frames, GeneratorError
from generators.engine.shape import PIXEL_FRAMES
from generators.wan.strict import put, read_weights

LATENTS_MEAN = (
    -0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
    0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921,
)  # fmt: skip
"""Per channel; a latent as the generator knows it is (mean of the posterior - LATENTS_MEAN) / LATENTS_STD."""
LATENTS_STD = (
    2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
    3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.9160,
)  # fmt: skip

WAN_VAE: Mapping[str, object] = MappingProxyType(
    {
        "base_dim": 96,
        "z_dim": 16,
        "dim_mult": [1, 2, 4, 4],
        "num_res_blocks": 2,
        "attn_scales": [],
        "temperal_downsample": [False, True, True],
        "dropout": 0.0,
        "latents_mean": list(LATENTS_MEAN),
        "latents_std": list(LATENTS_STD),
    }
)
"""The published network, in the words of diffusers; built from here, never from a downloaded file."""
CELL = 8
"""Pixels that a latent cell covers in height and in width."""
_ORIGINAL = "decoder.middle.0.residual.0.gamma"
"""A name that only the original file has."""


def default_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 on a GPU, as all the published programs run the autoencoder; float32 on a CPU."""
    return torch.float32 if device.type == "cpu" else torch.bfloat16


def load_codec(
    path: Path,
    device: torch.device,
    dtype: torch.dtype | None = None,
    config: Mapping[str, object] = WAN_VAE,
) -> WanCodec:
    """Read the autoencoder.

    Args:
        path: the original ``Wan2.1_VAE.pth``, or a ``vae`` folder as diffusers writes it.
        device: where it runs.
        dtype: what it computes in; None for :func:`default_dtype`.
        config: the network; another one is of use in tests only.

    Raises:
        GeneratorError: missing, damaged, or the weights of another network.
    """
    if path.is_dir():
        _check_config(path / "config.json", config)
    tensors = read_weights(path)
    if _ORIGINAL in tensors:
        tensors = _renamed(tensors, path)
    with torch.device("meta"):
        network = AutoencoderKLWan(**config)
    dtype = dtype or default_dtype(device)
    put({name: tensor.to(device, dtype) for name, tensor in tensors.items()}, network, path)
    return WanCodec(network)


def _check_config(file: Path, config: Mapping[str, object]) -> None:
    """A folder's own description must be the network's: other statistics would pass every check of shapes."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GeneratorError(f"expected the description of an autoencoder in {file}: {error}") from error
    wrong = [
        f"{name} is {found[name]!r}, expected {value!r}"
        for name, value in config.items()
        if name in found and found[name] != value
    ]
    if wrong:
        raise GeneratorError(f"{file} describes another autoencoder than Wan 2.1's: {'; '.join(wrong)}")


def _renamed(tensors: dict[str, Tensor], path: Path) -> dict[str, Tensor]:
    renamed: dict[str, Tensor] = convert_wan_vae_to_diffusers(tensors)
    if len(renamed) != len(tensors):
        raise GeneratorError(f"{path}: {len(tensors)} tensors became {len(renamed)} when they were renamed")
    return renamed


class WanCodec:
    """4 x 8 x 8 pixels to 16 channels and back; the first latent of a clip stands for one frame.

    Args:
        network: in evaluation mode, on its device, in the type that it computes in.
    """

    def __init__(self, network: AutoencoderKLWan) -> None:
        self.network = network
        weight = network.post_quant_conv.weight
        self.device: torch.device = weight.device
        self.dtype: torch.dtype = weight.dtype
        self._mean = self._per_channel(network.config.latents_mean)
        self._std = self._per_channel(network.config.latents_std)

    def _per_channel(self, values: list[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self.device).view(1, -1, 1, 1, 1)

    def decoder(self) -> WanDecoder:
        """A decoder for a new clip."""
        return WanDecoder(self)

    def denormalised(self, latents: Tensor) -> Tensor:
        """Latents (C, F, H, W) as the network knows them, (1, C, F, H, W)."""
        scaled = latents[None].to(self.device, torch.float32) * self._std + self._mean
        return scaled.to(self.dtype)

    def encode(self, frames: Frames) -> Tensor:
        """Encode 1 + 4 n frames, uint8 (T, h, w, 3), to normalised latents (C, 1 + n, h / 8, w / 8), float32.

        The mean of the posterior, not a sample of it, as published. Where segments hand over, CausVid's
        program encodes the decoded picture as it is, and here it has been rounded: half a level at most.

        Raises:
            ValueError: another number of frames, or a picture that cells of 8 x 8 pixels do not fill.
        """
        if len(frames) % PIXEL_FRAMES != 1 or frames.shape[1] % CELL or frames.shape[2] % CELL:
            raise ValueError(
                f"expected 1 + {PIXEL_FRAMES} n frames with sides that {CELL} divides, got {frames.shape}"
            )
        with torch.inference_mode():
            return self.encoded(torch.tensor(frames, device=self.device))

    def encoded(self, levels: Tensor) -> Tensor:
        """As :meth:`encode`, of frames that are on the device."""
        scaled = levels.permute(3, 0, 1, 2)[None].float() / 127.5 - 1
        mean = self.network.encode(scaled.to(self.dtype)).latent_dist.mode().float()
        normalised: Tensor = (mean - self._mean) / self._std
        return normalised[0]


class WanDecoder:
    """Decodes one clip in order, one latent frame at a time; what it remembers does not grow."""

    def __init__(self, codec: WanCodec) -> None:
        self._codec = codec
        # One entry a convolution that looks back in time; the network writes what it wants to find there in
        # the next call. Convolutions that keep nothing leave theirs empty.
        convolutions = sum(isinstance(part, nn.Conv3d) for part in codec.network.decoder.modules())
        self._kept: list[object] = [None] * convolutions

    def push(self, latents: Tensor) -> Frames:
        """Decode the next latents, (C, F, H, W), to uint8 (T, 8 H, 8 W, 3).

        One at a time, whatever F is: memory stays constant, and how a clip is cut cannot show.
        """
        with torch.inference_mode():
            frames = [to_levels(self.pixels(latent[:, None])).cpu().numpy() for latent in latents.unbind(1)]
            return np.concatenate(frames)

    def pixels(self, latent: Tensor) -> Tensor:
        """Decode the next latent frame, (C, 1, H, W), to (3, T, 8 H, 8 W), about -1..1, not yet clamped."""
        network = self._codec.network
        hidden = network.post_quant_conv(self._codec.denormalised(latent))
        decoded: Tensor = network.decoder(hidden, feat_cache=self._kept, feat_idx=[0])
        return decoded[0]


def to_levels(pixels: Tensor) -> Tensor:
    """Pixels (3, T, h, w), clamped to -1..1, as frames, uint8 (T, h, w, 3), on the same device.

    Rounded to the nearest level. The published programs cut the fraction off instead, so their files are half
    a level darker on average; a half that would add up where a picture is encoded again.
    """
    levels = (pixels.float().clamp(-1, 1) + 1).mul(127.5).round().to(torch.uint8)
    return levels.permute(1, 2, 3, 0).contiguous()
