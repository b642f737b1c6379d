"""The weights of a library's network: a file or a folder read, and put into the network strictly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor, nn

from generators.contract import GeneratorError
from generators.wan.tensors import listed, open_tensors


def read_weights(path: Path) -> dict[str, Tensor]:
    """Tensors by name, on the CPU, as views of the file.

    Args:
        path: a file that :func:`open_tensors` opens, or a folder as diffusers and transformers write it.

    Raises:
        GeneratorError: missing, damaged, cut off, or something else than a dictionary of tensors.
    """
    file = _in_folder(path) if path.is_dir() else path
    if not file.is_file():
        raise GeneratorError(f"weights missing: {file}")
    found = open_tensors(file)
    others = [name for name, value in found.items() if not isinstance(value, Tensor)]
    if others:
        raise GeneratorError(f"{file} holds {listed('entries that are no tensors', others)[0]}")
    return found


def _in_folder(folder: Path) -> Path:
    """The index of its shards, or its only file of tensors."""
    indexes, files = sorted(folder.glob("*.safetensors.index.json")), sorted(folder.glob("*.safetensors"))
    found = indexes or files
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise GeneratorError(
            f"expected one .safetensors file, or an index of several, in {folder}, got {names}"
        )
    return found[0]


def put(tensors: Mapping[str, Tensor], network: nn.Module, source: Path) -> None:
    """Give a network its weights without a copy, for evaluation; it may be on the meta device.

    Raises:
        GeneratorError: names or shapes differ from the network's in any way.
    """
    wanted = {name: list(tensor.shape) for name, tensor in network.state_dict().items()}
    found = {name: list(tensor.shape) for name, tensor in tensors.items()}
    sizes = [
        f"{name} {found[name]}, expected {wanted[name]}"
        for name in wanted.keys() & found.keys()
        if wanted[name] != found[name]
    ]
    faults = (
        listed("missing", sorted(wanted.keys() - found.keys()))
        + listed("not known", sorted(found.keys() - wanted.keys()))
        + listed("of another size", sorted(sizes))
    )
    if faults:
        kind = type(network).__name__
        raise GeneratorError(
            f"{source} does not hold the weights of this {kind}; tensors: {'; '.join(faults)}"
        )
    network.load_state_dict(dict(tensors), strict=True, assign=True)
    network.eval().requires_grad_(requires_grad=False)
