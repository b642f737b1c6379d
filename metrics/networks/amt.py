"""AMT-S (Li et al., CVPR 2023), the frame interpolation behind VBench's ``motion_smoothness``.

An implementation of our own, from the paper and from the names and shapes of the published state. Those
weights, ``amt-s`` of :mod:`metrics.weights`, are CC BY-NC 4.0; nothing of theirs is in this file.

Two frames go through a pyramid of features at 1/2 to 1/16. From coarse to fine, decoders guess the flows from
the wanted moment to both frames; after each of the first three, a correlation volume at 1/8 is read at the
places that the flows point to, and flows and features are corrected. The last decoder gives three flows to
each frame, whose warped pictures are blended.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from metrics.networks import states

CHANNELS = (20, 32, 44, 56)
"""Of the features at 1/2, 1/4, 1/8 and 1/16."""
SIDE, FLOWS, RADIUS, LEVELS = 20, 3, 3, 4
MIN_SIDE = 128
"""Below, the coarsest level of the correlation volume has one cell a side and cannot be read."""


class AmtS(nn.Module):
    """From two frames, float32 (n, 3, h, w) in 0..1, to the frame between, of the same shape and range.

    Frames are padded here: edges repeated, centred, the smaller half before, to multiples of 16 / scale; the
    result is cut back. Pairs of a batch do not touch each other.
    """

    def __init__(self) -> None:
        super().__init__()
        half, quarter, eighth, sixteenth = CHANNELS
        self.feat_encoder = _Matching(84)
        self.encoder = _Pyramid()
        self.decoder4 = _Decoder(2 * sixteenth + 1, 2 * sixteenth, eighth + 4)
        self.decoder3 = _Decoder(3 * eighth + 4, 3 * eighth, quarter + 4)
        self.decoder2 = _Decoder(3 * quarter + 4, 3 * quarter, half + 4)
        self.decoder1 = _Decoder(3 * half + 4, 3 * half, 8 * FLOWS)
        self.update4, self.update3, self.update2 = _Update(eighth), _Update(quarter), _Update(half)
        self.comb_block = nn.Sequential(
            nn.Conv2d(3 * FLOWS, 6 * FLOWS, 3, padding=1), nn.PReLU(6 * FLOWS),
            nn.Conv2d(6 * FLOWS, 3, 3, padding=1),
        )  # fmt: skip

    def forward(self, a: Tensor, b: Tensor, t: float = 0.5, scale: float = 1.0) -> Tensor:
        """Interpolate.

        Args:
            a: frames before.
            b: frames after.
            t: moment wanted, between 0 (a) and 1 (b).
            scale: size at which flows are sought, relative to the frames; VBench uses 1 where memory allows.

        Raises:
            ValueError: frames differ in shape, or a side is below 128 px at ``scale``.

        """
        if a.shape != b.shape:
            raise ValueError(f"AMT-S: expected two frames of one shape, got {a.shape} and {b.shape}")
        margins = _margins(a.shape[-2], a.shape[-1], int(16 / scale))
        a, b = (functional.pad(x, margins, mode="replicate") for x in (a, b))
        height, width = a.shape[-2:]
        if min(height, width) * scale < MIN_SIDE:
            raise ValueError(f"AMT-S: expected sides of {MIN_SIDE} px or more, got {width}x{height}")
        mean = torch.stack([a, b]).mean((0, 2, 3, 4))[:, None, None, None]
        whole = self._interpolated(a - mean, b - mean, mean, t, scale)
        left, right, top, bottom = margins
        return whole[..., top : height - bottom, left : width - right]

    def _interpolated(self, a: Tensor, b: Tensor, mean: Tensor, t: float, scale: float) -> Tensor:
        flows, masks, rest = self._motion(_resized(a, scale), _resized(b, scale), t)
        flows, masks, rest = (_resized(x, 1 / scale) for x in (flows / scale, masks, rest))
        n, _, height, width = a.shape
        to_a, to_b = (part.reshape(-1, 2, height, width) for part in flows.chunk(2, dim=1))
        masks, rest = masks.reshape(-1, 1, height, width), rest.reshape(-1, 3, height, width)
        from_a, from_b = (warped(x.repeat_interleave(FLOWS, 0), f) for x, f in ((a, to_a), (b, to_b)))
        mixed = masks * from_a + (1 - masks) * from_b + mean.repeat_interleave(FLOWS, 0) + rest
        mixed = mixed.reshape(n, FLOWS, 3, height, width)
        return (mixed.mean(1) + cast("Tensor", self.comb_block(mixed.flatten(1, 2)))).clamp(0, 1)

    def _motion(self, a: Tensor, b: Tensor, t: float) -> tuple[Tensor, Tensor, Tensor]:
        """Flows (n, 12, h, w), six to a and six to b; blending masks (n, 3, h, w); additions (n, 9, h, w)."""
        volume = _Volume(self.feat_encoder(a), self.feat_encoder(b), t)
        of_a, of_b = self.encoder(a), self.encoder(b)
        moment = torch.full_like(of_a[3][:, :1], t)
        flow, feature = _split(self.decoder4(torch.cat([of_a[3], of_b[3], moment], 1)))
        flow, feature = _corrected(self.update4, flow, feature, volume, 1)
        coarse = ((self.decoder3, self.update3, 2, 2), (self.decoder2, self.update2, 1, 4))
        for decoder, update, level, times in coarse:
            seen = _seen(feature, of_a[level], of_b[level], flow)
            change, feature = _split(decoder(seen))
            flow, feature = _corrected(update, change + 2 * _resized(flow, 2), feature, volume, times)
        out = self.decoder1(_seen(feature, of_a[0], of_b[0], flow))
        changes, masks, rest = out.split([4 * FLOWS, FLOWS, 3 * FLOWS], dim=1)
        twice = 2 * _resized(flow, 2)
        return changes + torch.cat([part.repeat(1, FLOWS, 1, 1) for part in twice.chunk(2, 1)], 1), (
            masks.sigmoid()
        ), rest  # fmt: skip


def warped(picture: Tensor, flow: Tensor) -> Tensor:
    """Read (n, c, h, w) at every pixel plus its flow (n, 2, h, w), x and y in px; edges repeated."""
    height, width = flow.shape[-2:]
    x = torch.linspace(-1, 1, width, device=flow.device) + flow[:, 0] / ((width - 1) / 2)
    y = torch.linspace(-1, 1, height, device=flow.device)[:, None] + flow[:, 1] / ((height - 1) / 2)
    places = torch.stack([x, y], dim=-1)
    return functional.grid_sample(picture, places, padding_mode="border", align_corners=True)


def _margins(height: int, width: int, multiple: int) -> tuple[int, int, int, int]:
    """Left, right, top, bottom."""
    across, down = -width % multiple, -height % multiple
    return across // 2, across - across // 2, down // 2, down - down // 2


def _resized(x: Tensor, scale: float) -> Tensor:
    if scale == 1:
        return x
    return functional.interpolate(x, scale_factor=scale, mode="bilinear", align_corners=False)


def _split(out: Tensor) -> tuple[Tensor, Tensor]:
    """A decoder's channels: four of flow, x and y to the frame before, then to the one after; features."""
    return out[:, :4], out[:, 4:]


def _seen(feature: Tensor, of_a: Tensor, of_b: Tensor, flow: Tensor) -> Tensor:
    return torch.cat([feature, warped(of_a, flow[:, :2]), warped(of_b, flow[:, 2:]), flow], dim=1)


def _corrected(
    update: _Update, flow: Tensor, feature: Tensor, volume: _Volume, times: int
) -> tuple[Tensor, Tensor]:
    """Correct flow and feature, which are ``times`` as fine as the volume, by what the volume says."""
    small = _resized(flow, 1 / times) / times
    of_flow, of_feature = update(_resized(feature, 1 / times), small, volume.read(small))
    return flow + times * _resized(of_flow, times), feature + _resized(of_feature, times)


class _Volume:
    """All correlations of the features of two frames, both ways round, in four sizes.

    Args:
        of_a: (n, c, h, w).
        of_b: the same.
        t: the moment that flows start from; they are lengthened to run from one frame to the other.
    """

    def __init__(self, of_a: Tensor, of_b: Tensor, t: float) -> None:
        n, channels, self._height, self._width = of_a.shape
        both = of_a.flatten(2).transpose(1, 2) @ of_b.flatten(2) / channels**0.5
        shape = (n * self._height * self._width, 1, self._height, self._width)
        self._from_a = _pyramid(both.reshape(shape))
        self._from_b = _pyramid(both.transpose(1, 2).reshape(shape))
        self._t = t
        device = of_a.device
        ys, xs = torch.arange(self._height, device=device), torch.arange(self._width, device=device)
        grid = torch.meshgrid(ys, xs, indexing="ij")
        self._places = torch.stack([grid[1], grid[0]], dim=-1).float()  # h, w, (x, y)
        steps = torch.arange(-RADIUS, RADIUS + 1, device=device).float()
        # the first axis of a window steps in x, the second in y: the order that the weights were trained with
        self._window = torch.stack(torch.meshgrid(steps, steps, indexing="ij"), dim=-1)

    def read(self, flow: Tensor) -> Tensor:
        """Correlations around where the flows (n, 4, h, w) point to: (n, 2 * 4 * 49, h, w)."""
        to_a, to_b = (part.permute(0, 2, 3, 1) for part in flow.chunk(2, dim=1))
        ends = ((self._from_a, to_b / self._t), (self._from_b, to_a / (1 - self._t)))
        found = [
            _sampled(level, (self._places + end).reshape(-1, 1, 1, 2) / 2**depth + self._window)
            for levels, end in ends for depth, level in enumerate(levels)
        ]  # fmt: skip
        parts = [part.reshape(len(flow), self._height, self._width, -1) for part in found]
        return torch.cat(parts, dim=-1).permute(0, 3, 1, 2)


def _pyramid(volume: Tensor) -> list[Tensor]:
    levels = [volume]
    for _ in range(LEVELS - 1):
        levels.append(functional.avg_pool2d(levels[-1], 2))
    return levels


def _sampled(picture: Tensor, places: Tensor) -> Tensor:
    """Read (n, 1, h, w) at places (n, k, l, 2) in px, x and y; zeros outside."""
    height, width = picture.shape[-2:]
    size = torch.tensor([width - 1, height - 1], device=places.device)
    return functional.grid_sample(picture, 2 * places / size - 1, align_corners=True)


class _Matching(nn.Module):
    """Features at 1/8 for the correlation volume: a small residual network with instance norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 7, stride=2, padding=3)
        self.layer1 = nn.Sequential(_Bottleneck(32, 32, 1), _Bottleneck(32, 32, 1))
        self.layer2 = nn.Sequential(_Bottleneck(32, 64, 2), _Bottleneck(64, 64, 1))
        self.layer3 = nn.Sequential(_Bottleneck(64, 96, 2), _Bottleneck(96, 96, 1))
        self.conv2 = nn.Conv2d(96, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(functional.instance_norm(self.conv1(x)))
        return cast("Tensor", self.conv2(self.layer3(self.layer2(self.layer1(y)))))


class _Bottleneck(nn.Module):
    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        inner = after // 4
        self.conv1 = nn.Conv2d(before, inner, 1)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride=stride, padding=1)
        self.conv3 = nn.Conv2d(inner, after, 1)
        shortcut = nn.Sequential(nn.Conv2d(before, after, 1, stride=stride), nn.InstanceNorm2d(after))
        self.downsample = shortcut if stride > 1 else None

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for part in (self.conv1, self.conv2, self.conv3):
            y = functional.relu(functional.instance_norm(part(y)))
        return functional.relu(y + (x if self.downsample is None else self.downsample(x)))


def _convolution(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride=stride, padding=1), nn.PReLU(after))


class _Pyramid(nn.Module):
    """Features at 1/2, 1/4, 1/8 and 1/16."""

    def __init__(self) -> None:
        super().__init__()
        for level, (before, after) in enumerate(zip((3, *CHANNELS), CHANNELS, strict=False), start=1):
            self.add_module(
                f"pyramid{level}", nn.Sequential(_convolution(before, after, 2), _convolution(after, after))
            )

    def forward(self, x: Tensor) -> list[Tensor]:
        found = []
        for level in self.children():
            x = level(x)
            found.append(x)
        return found


class _Decoder(nn.Module):
    """One step of the pyramid: convolution, residual block, and twice the size."""

    def __init__(self, before: int, inner: int, after: int) -> None:
        super().__init__()
        up = nn.ConvTranspose2d(inner, after, 4, stride=2, padding=1)
        self.convblock = nn.Sequential(_convolution(before, inner), _Residual(inner), up)

    def forward(self, x: Tensor) -> Tensor:
        return cast("Tensor", self.convblock(x))


class _Residual(nn.Module):
    """Five convolutions beside a shortcut; the second and the fourth see the last 20 channels only."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1, self.conv3 = _convolution(width, width), _convolution(width, width)
        self.conv2, self.conv4 = _convolution(SIDE, SIDE), _convolution(SIDE, SIDE)
        self.conv5, self.prelu = nn.Conv2d(width, width, 3, padding=1), nn.PReLU(width)

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for whole, side in ((self.conv1, self.conv2), (self.conv3, self.conv4)):
            y = whole(y)
            y = torch.cat([y[:, :-SIDE], side(y[:, -SIDE:])], dim=1)
        return cast("Tensor", self.prelu(x + self.conv5(y)))


class _Update(nn.Module):
    """Corrections of flow and feature from correlations, flow and feature, all at 1/8."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convc1 = nn.Conv2d(2 * LEVELS * (2 * RADIUS + 1) ** 2, 64, 1)
        self.convf1, self.convf2 = nn.Conv2d(4, 40, 7, padding=3), nn.Conv2d(40, 20, 3, padding=1)
        self.conv = nn.Conv2d(64 + 20, 68, 3, padding=1)
        self.gru = _pair(68 + 4 + width, 76)
        self.feat_head, self.flow_head = _pair(76, width), _pair(76, 4)

    def forward(self, feature: Tensor, flow: Tensor, found: Tensor) -> tuple[Tensor, Tensor]:
        of_found = _leaky(self.convc1(found))
        of_flow = _leaky(self.convf2(_leaky(self.convf1(flow))))
        told = _leaky(self.conv(torch.cat([of_found, of_flow], dim=1)))
        y = self.gru(torch.cat([told, flow, feature], dim=1))
        return self.flow_head(y), self.feat_head(y)


def _pair(before: int, after: int) -> nn.Sequential:
    first, second = nn.Conv2d(before, 76, 3, padding=1), nn.Conv2d(76, after, 3, padding=1)
    return nn.Sequential(OrderedDict([("0", first), ("1", nn.LeakyReLU(0.1)), ("2", second)]))


def _leaky(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, 0.1)


def load(path: Path, device: str = "cpu") -> AmtS:
    """Build the network with the published weights.

    Raises:
        WeightsMissingError: the file does not hold them.

    """
    network = AmtS()
    states.fill(network, states.read(path), path, device)
    return network
