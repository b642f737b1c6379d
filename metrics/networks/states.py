"""Files of weights as plain states: names and tensors."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import torch
from torch import Tensor, nn

from metrics.errors import WeightsMissingError


def read(path: Path) -> dict[str, Tensor]:
    """Read a state from a pickle of tensors or a TorchScript archive, as float32 on the CPU.

    Raises:
        WeightsMissingError: the file holds something else.

    """
    try:
        found = _read(path)
    except Exception as fault:  # whatever unpicklers meet; the cause is told
        first = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise _refused(path, first) from fault
    return {name: value.float() if value.is_floating_point() else value for name, value in found.items()}


def _read(path: Path) -> dict[str, Tensor]:
    if _is_script(path):
        # OpenAI ships CLIP as a program; only its tensors are taken. The digest was checked before.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # deprecated, yet the only reader of such files
            program: nn.Module = torch.jit.load(str(path), map_location="cpu")  # type: ignore[no-untyped-call]
            return program.state_dict()
    found = torch.load(path, map_location="cpu", weights_only=True)
    return dict(found.get("state_dict", found))


def _is_script(path: Path) -> bool:
    """Tell a TorchScript archive: a zip that holds code beside its tensors."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any("/code/" in name for name in archive.namelist())


def fill(network: nn.Module, state: dict[str, Tensor], path: Path, device: str) -> None:
    """Give a network its weights, freeze it and put it on a device.

    Raises:
        WeightsMissingError: names or shapes are not the network's.

    """
    try:
        network.load_state_dict(state, strict=True)
    except RuntimeError as fault:
        raise _refused(path, " ".join(str(fault).split())[:200]) from fault
    network.to(device).eval().requires_grad_(requires_grad=False)


def _refused(path: Path, told: str) -> WeightsMissingError:
    reason = f"{path} does not hold these weights: {told}"
    return WeightsMissingError(path.name, reason, "fetch or import it again")
