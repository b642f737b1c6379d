"""RAFT optical flow (Teed and Deng, ECCV 2020) over torchvision's ``raft_large``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from metrics.errors import FlowUnavailableError, WeightsMissingError
from metrics.flow import FlowField, Luma, check_pair
from metrics.types import Json
from metrics.weights import offline, store, table
from metrics.weights.fetch import fetch

# C_T_V1 is torchvision's port of the authors' own raft-things weights. Its DEFAULT is another training, whose
# flow differs.
WEIGHTS = "raft-things"
# The correlation pyramid halves the 1/8 feature map three times and needs two cells at its top.
_PADDED_MIN_SIDE = 128


class RaftFlow:
    """RAFT with 20 updates in float32; luma is given to all three channels.

    Args:
        weights: a ``raft_large`` state file; None takes ``raft-things`` of :mod:`metrics.weights`, and
            downloads it into the weights folder if it is not there, unless ``STEADYBENCH_OFFLINE=1``.
        device: ``cpu``, ``cuda``, ``cuda:0`` ...
        updates: recurrent updates; the last one's flow is returned.

    Pictures are padded by edge replication, centred, to multiples of 8 and at least 128 px a side; the flow
    is cut back to the picture.

    Raises:
        FlowUnavailableError: if torch, torchvision, the weights or the device are not here, or the weights
            are not those of ``raft_large``.

    """

    name = "raft"

    def __init__(self, weights: Path | None = None, device: str = "cpu", updates: int = 20) -> None:
        if updates < 1:
            raise ValueError(f"RAFT updates: expected at least 1, got {updates}")
        offline.enforce()
        self._torch, factory = _torch_and_raft()
        path = _given(weights) if weights is not None else _standard_weights()
        self._device = _device(self._torch, device)
        self._network = _load(self._torch, factory, path).to(self._device)
        self._updates = updates
        self.settings: Mapping[str, Json] = {
            "backend": self.name, "architecture": "raft_large", "weights_sha256": store.digest_of_file(path),
            "updates": updates, "padding": "replicate, centred, multiple of 8, at least 128",
        }

    def flow(self, a: Luma, b: Luma) -> FlowField:
        """See :meth:`metrics.flow.FlowBackend.flow`."""
        check_pair(a, b)
        height, width = a.shape
        left, right = _margins(width)
        top, bottom = _margins(height)
        pair = self._tensor(np.stack([a, b]), (left, right, top, bottom))
        # TF32 and algorithm search would make the last digits depend on the card and the run.
        exact = {"enabled": True, "benchmark": False, "deterministic": True, "allow_tf32": False}
        with self._torch.inference_mode(), self._torch.backends.cudnn.flags(**exact):
            last = self._network(pair[:1], pair[1:], num_flow_updates=self._updates)[-1][0]
        inside = last[:, top : top + height, left : left + width]
        return np.ascontiguousarray(inside.permute(1, 2, 0).cpu().numpy(), np.float32)

    def _tensor(self, pictures: Luma, margins: tuple[int, int, int, int]) -> Any:
        """(2, h, w) uint8 to (2, 3, H, W) float32 in [-1, 1]."""
        torch = self._torch
        scaled = torch.from_numpy(pictures).to(self._device, torch.float32)[:, None] / 127.5 - 1.0
        return torch.nn.functional.pad(scaled, margins, mode="replicate").expand(-1, 3, -1, -1)


def _margins(side: int) -> tuple[int, int]:
    extra = max(_PADDED_MIN_SIDE, -(-side // 8) * 8) - side
    return extra // 2, extra - extra // 2


def _torch_and_raft() -> tuple[Any, Any]:
    try:
        # By name, so that neither importing this file nor checking its types needs torch.
        torch = importlib.import_module("torch")
        models = importlib.import_module("torchvision.models.optical_flow")
    except (ImportError, RuntimeError) as fault:
        raise FlowUnavailableError(
            f"RAFT needs torch and torchvision ({fault}); install them with: "
            "pip install 'steadybench[raft]', or measure with --flow dis"
        ) from fault
    return torch, models.raft_large


def _device(torch: Any, name: str) -> Any:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as fault:
        first = str(fault).splitlines()[0]
        raise FlowUnavailableError(f"RAFT cannot use device {name!r}: {first}; use device cpu") from fault
    return device


def _given(weights: Path) -> Path:
    if not weights.is_file():
        row = table.entry(WEIGHTS)
        raise FlowUnavailableError(f"{weights}: no such file; expected {row.file} from {row.sources[0]}")
    return weights


def _standard_weights() -> Path:
    """Find the file or bring it; one that is there and wrong is the user's to judge."""
    found = store.find(table.entry(WEIGHTS))
    if found.condition == "wrong":
        raise FlowUnavailableError(
            f"{found.path}: {found.fault}; run: steadybench weights fetch {WEIGHTS}, to replace it"
        )
    try:
        return fetch(found.entry)
    except WeightsMissingError as fault:
        raise FlowUnavailableError(f"RAFT's weights: {fault}; or measure with --flow dis") from fault


def _load(torch: Any, factory: Any, path: Path) -> Any:
    network = factory(weights=None, progress=False)
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True), strict=True)
    except Exception as fault:  # torch.load raises whatever its unpickler meets
        first = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise FlowUnavailableError(
            f"{path}: expected the state of torchvision's raft_large, such as {table.entry(WEIGHTS).file}; "
            f"got: {first}"
        ) from fault
    return network.eval()
