"""VBench's networks at work on one clip: pictures in; features, scores, speeds and errors out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from metrics.networks import raft, views
from metrics.vbench.scores import Look

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Networks:
    """The networks that are here, in evaluation mode on one device; None for the others."""

    device: str = "cpu"
    background: nn.Module | None = None
    """CLIP ViT-B/32: (n, 3, 224, 224) to (n, 512)."""
    subject: nn.Module | None = None
    """DINO: (n, 3, h, w) to (n, 768)."""
    aesthetic: nn.Module | None = None
    """CLIP ViT-L/14 with LAION's head: (n, 3, 224, 224) to (n,)."""
    imaging: nn.Module | None = None
    """MUSIQ-SPAQ: (n, 3, h, w) in 0..1 to (n,)."""
    flow: nn.Module | None = None
    """torchvision's ``raft_large``."""
    middle: nn.Module | None = None
    """AMT-S: two (n, 3, h, w) in 0..1 to the picture half way between."""


class Eyes:
    """What the networks say of one clip; remembers features of pictures that the next pair needs."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._features: dict[int, Tensor] = {}
        self.flows = networks.flow is not None
        self.middles = networks.middle is not None

    def looks(self, frames: Sequence[Picture]) -> list[Look]:
        """What is seen of each frame; indices count from 0."""
        nets = self._networks
        seen: dict[str, NDArray[np.float32]] = {}
        with _exact():
            x = views.tensor(frames, nets.device) if _any(nets) else torch.empty(0)
            if nets.background is not None or nets.aesthetic is not None:
                view = views.for_clip(x)
                seen |= _said(view, background=nets.background, aesthetic=nets.aesthetic)
            if nets.subject is not None:
                seen |= _said(views.for_dino(x), subject=nets.subject)
            if nets.imaging is not None:
                seen |= _said(views.for_musiq(x), imaging=nets.imaging)
        return [_look(i, seen) for i in range(len(frames))]

    def speeds(self, pairs: Sequence[tuple[int, int]], frames: Mapping[int, Picture]) -> list[float]:
        """Top speed of each pair, px; nothing without a network for flow."""
        network = self._networks.flow
        if network is None:
            return []
        kept: dict[int, Tensor] = {}
        speeds = []
        with _exact():
            for first, last in pairs:
                x = {i: self._prepared(frames[i]) for i in (first, last)}
                for index, picture in x.items():
                    known = kept.get(index, self._features.get(index))
                    kept[index] = raft.features(network, picture) if known is None else known
                field = raft.flow(network, x[first], kept[first], kept[last])
                speeds.append(float(raft.top_speed(field)))
        self._features = {last: kept[last] for _, last in pairs[-2:]}  # two: pieces may overlap
        return speeds

    def _prepared(self, frame: Picture) -> Tensor:
        return raft.prepared(views.tensor([frame], self._networks.device))

    def errors(self, firsts: Sequence[int], frames: Mapping[int, Picture]) -> list[float]:
        """Error of each frame interpolated from its neighbours, 0 to 255; nothing without a network."""
        network = self._networks.middle
        if network is None:
            return []
        found = []
        with _exact():
            for first in firsts:
                ends = views.tensor([frames[first], frames[first + 2]], self._networks.device) / 255.0
                made = network(ends[:1], ends[1:])[0]
                # VBench cuts to 8 bits, it does not round.
                shown = (made * 255.0).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).cpu().numpy()
                found.append(float(np.abs(shown.astype(np.int16) - frames[first + 1]).mean()))
        return found


def _any(nets: Networks) -> bool:
    return any(net is not None for net in (nets.background, nets.subject, nets.aesthetic, nets.imaging))


def _said(view: Tensor, **networks: Callable[[Tensor], Tensor] | None) -> dict[str, NDArray[np.float32]]:
    return {
        name: network(view).float().cpu().numpy() for name, network in networks.items() if network is not None
    }


def _look(index: int, seen: Mapping[str, NDArray[np.float32]]) -> Look:
    def number(name: str) -> float | None:
        return float(seen[name][index]) if name in seen else None

    def feature(name: str) -> NDArray[np.float32] | None:
        return seen[name][index] if name in seen else None

    return Look(index, feature("background"), feature("subject"), number("aesthetic"), number("imaging"))


@contextmanager
def _exact() -> Iterator[None]:
    """No gradients, and on a GPU neither TF32 nor a search for algorithms, which would change last digits."""
    flags = {"enabled": True, "benchmark": False, "deterministic": True, "allow_tf32": False}
    with torch.inference_mode(), torch.backends.cudnn.flags(**flags):
        yield
