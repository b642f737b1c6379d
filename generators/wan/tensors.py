"""Tensors out of files: read safely, mapped from disk rather than copied, put into a network strictly."""

from __future__ import annotations

import json
import textwrap
import zipfile
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from generators.contract import GeneratorError

_SHOWN = 5
"""Names that a message lists before it only counts."""


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Tensors by name, on the CPU, as they lie in the file; pages are read from disk when they are used.

    Args:
        path: a file of PyTorch, read with ``weights_only``, so no code in it is run; a ``.safetensors`` file;
            or a folder with one such file or with the shards that its index lists.

    Raises:
        GeneratorError: missing, damaged, cut off, or something else than a dictionary of tensors.
    """
    try:
        if path.is_dir():
            return _folder(path)
        return _safetensors(path) if path.suffix == ".safetensors" else _pytorch(path)
    except FileNotFoundError as error:
        raise GeneratorError(f"weights missing: {error.filename or path}") from error
    except (SafetensorError, UnpicklingError, OSError, RuntimeError, ValueError, EOFError) as error:
        fault = textwrap.shorten(str(error) or type(error).__name__, 200, placeholder=" …")
        raise GeneratorError(
            f"{path} cannot be read as weights; it may be half downloaded or another kind of file: {fault}"
        ) from error


def _folder(folder: Path) -> dict[str, Tensor]:
    indexes, files = sorted(folder.glob("*.safetensors.index.json")), sorted(folder.glob("*.safetensors"))
    if len(indexes) == 1:
        weight_map = json.loads(indexes[0].read_text(encoding="utf-8"))["weight_map"]
        files = [folder / name for name in sorted(set(weight_map.values()))]
    elif len(files) != 1:
        names = ", ".join(file.name for file in files) or "none"
        raise ValueError(f"expected one .safetensors file or an index of several in the folder, got {names}")
    return {name: tensor for file in files for name, tensor in _safetensors(file).items()}


def _safetensors(file: Path) -> dict[str, Tensor]:
    return load_file(file)


def _pytorch(file: Path) -> dict[str, Tensor]:
    mapped = zipfile.is_zipfile(file)  # files older than PyTorch 1.6 are no archives and cannot be mapped
    content = torch.load(file, map_location="cpu", weights_only=True, mmap=mapped)
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise ValueError("expected a dictionary of tensors")
    return content


def put(tensors: Mapping[str, Tensor], module: nn.Module, source: str) -> None:
    """Give a module its weights without a copy; the module may be on the meta device.

    Raises:
        GeneratorError: names or shapes differ from the module's in any way.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    faults = [
        _listed("missing", sorted(wanted.keys() - found.keys())),
        _listed("unknown", sorted(found.keys() - wanted.keys())),
        _listed(
            "of another size",
            [
                f"{name} {list(found[name])}, expected {list(wanted[name])}"
                for name in sorted(wanted.keys() & found.keys())
                if wanted[name] != found[name]
            ],
        ),
    ]
    if any(faults):
        raise GeneratorError(f"{source} does not fit: " + "; ".join(fault for fault in faults if fault))
    module.load_state_dict(dict(tensors), strict=True, assign=True)
    module.eval().requires_grad_(requires_grad=False)


def _listed(fault: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{fault}: {', '.join(names[:_SHOWN])}{more}"
