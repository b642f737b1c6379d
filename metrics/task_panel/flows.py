"""Optical flow for the task panel: RAFT as published, or DIS, which needs no weights."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from metrics import weights
from metrics.errors import WeightsMissingError
from metrics.flow import DisFlow, FlowField
from metrics.panel import Footing, PanelOptions
from metrics.task_panel.motion import PairFlow, Picture
from metrics.types import Json

if TYPE_CHECKING:
    from torch import nn

    from metrics.clip import Frame

RAFT = "raft-things"
"""Weights of the published flow."""
_UPDATES = 20


class DisPairs:
    """DIS on grey pictures. They are drawn from luma, which spares the conversion to RGB and back."""

    min_side = 32

    def __init__(self) -> None:
        self._dis = DisFlow("ultrafast")
        self.settings: dict[str, Json] = {**self._dis.settings, "reads": "luma"}

    def picture(self, frame: Frame, size: tuple[int, int]) -> Picture:
        """See :class:`PairFlow`."""
        return Picture(_shrunk(frame.luma(), size))

    def between(self, a: Picture, b: Picture) -> FlowField:
        """See :class:`PairFlow`."""
        return self._dis.flow(a.grey, b.grey)


class RaftPairs:
    """RAFT on RGB pictures, edges replicated to multiples of 8 and cut off again; 20 updates.

    Args:
        network: ``raft_large`` with weights.
        device: where it lies.

    """

    min_side = 128

    def __init__(self, network: nn.Module, device: str) -> None:
        self._network, self._device = network, device

    def picture(self, frame: Frame, size: tuple[int, int]) -> Picture:
        """See :class:`PairFlow`."""
        rgb = _shrunk(frame.rgb_native(), size)
        return Picture(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), rgb)

    def between(self, a: Picture, b: Picture) -> FlowField:
        """See :class:`PairFlow`."""
        import torch

        from metrics.networks import raft, views

        height, width = a.grey.shape
        shown = [picture.rgb for picture in (a, b) if picture.rgb is not None]
        x = raft.prepared(views.tensor(shown, self._device))
        # TF32 and algorithm search would make the last digits depend on the card and the run.
        exact = {"enabled": True, "benchmark": False, "deterministic": True, "allow_tf32": False}
        with torch.inference_mode(), torch.backends.cudnn.flags(**exact):
            field = self._network(x[:1], x[1:], num_flow_updates=_UPDATES)[-1][0]
        top, left = (field.shape[1] - height) // 2, (field.shape[2] - width) // 2
        inside = field[:, top : top + height, left : left + width]
        return np.ascontiguousarray(inside.permute(1, 2, 0).cpu().numpy(), np.float32)


def _shrunk(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def settings(options: PanelOptions) -> dict[str, Json]:
    """What the flow adds to the panel's identity; ``auto`` is settled here, by what is installed."""
    if _chosen(options) == "dis":
        return DisPairs().settings
    try:
        digest = weights.digest_of(RAFT) if not _absent_packages() else "missing"
    except WeightsMissingError:
        digest = "missing"
    return {"backend": "raft", "weights_sha256": digest, "updates": _UPDATES, "reads": "RGB",
            "padding": "replicate, centred, multiple of 8, cut off"}


def make(footing: Footing, options: PanelOptions) -> PairFlow:
    """The flow of a clip; its network is shared with the clip's other panels.

    Raises:
        WeightsMissingError: RAFT was asked for and its packages or weights are not here.

    """
    if _chosen(options) == "dis":
        return DisPairs()
    if reason := _absent_packages():
        raise WeightsMissingError(RAFT, reason, "install them with: pip install 'steadybench[panels]'")
    from metrics.networks import raft

    key = f"{RAFT} on {options.device}"
    if key not in footing.shared:
        footing.shared[key] = raft.load(weights.path_of(RAFT), options.device)
    return RaftPairs(cast("nn.Module", footing.shared[key]), options.device)


def _chosen(options: PanelOptions) -> str:
    if options.flow != "auto":
        return options.flow
    return "dis" if _absent_packages() or RAFT in weights.locate([RAFT])[1] else "raft"


def _absent_packages() -> str:
    absent = [name for name in ("torch", "torchvision") if find_spec(name) is None]
    return f"{' and '.join(absent)} not installed" if absent else ""
