"""Low-rank adapters as PEFT saves them, and merging them into the weights that they belong to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from generators.contract import GeneratorError
from generators.wan import tensors

CONTAINER = "generator_lora"
_PART = re.compile(r"(.+)\.lora_(A|B)(?:\.\w+)?\.weight")


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA, complete for a network: every layer gains ``scale * B @ A``."""

    down: Mapping[str, Tensor]
    """A by layer, (rank, inputs)."""
    up: Mapping[str, Tensor]
    """B by layer, (outputs, rank)."""
    rank: int
    alpha: float

    @property
    def scale(self) -> float:
        """Factor of the product."""
        return self.alpha / self.rank

    def merged(self, layer: str, weight: Tensor) -> Tensor:
        """``weight`` of a layer with the adapter added, in float32; a copy."""
        change = self.up[layer].float() @ self.down[layer].float()
        return torch.add(weight.float(), change, alpha=self.scale)


def read_adapter(path: Path, layers: Mapping[str, tuple[int, ...]], rank: int, alpha: float) -> Adapter:
    """Read a LoRA and check that it changes exactly the layers named.

    The file does not say alpha, and the rank shows in its shapes: both are the authors' settings.

    Args:
        path: PyTorch or safetensors file; the adapter lies under ``generator_lora``, or is the whole file.
        layers: (outputs, inputs) of every layer that must be changed, by name.
        rank: what the authors trained with.
        alpha: likewise.

    Raises:
        GeneratorError: no such file, another rank, layers missing, too many or of other sizes; all named.
    """
    file = tensors.open_tensors(path)
    if CONTAINER in file:
        own, found = CONTAINER, file[CONTAINER]
    elif networks := sorted(file.keys() & set(tensors.NETWORKS)):
        raise GeneratorError(
            f"{path} is a whole checkpoint (it has {', '.join(networks)}), not a LoRA; it is the base that "
            "the LoRA is merged into"
        )
    else:
        own, found = "the file itself", file
    named, faults = tensors.plain(found)
    parts: dict[str, dict[str, Tensor]] = {"A": {}, "B": {}}
    strange = []
    for name, value in named.items():
        match = _PART.fullmatch(tensors.bare(name.removeprefix("base_model.")))
        if match is None:
            strange.append(name)
        elif match[1] in parts[match[2]]:
            faults.append(f"layer {match[1]} has more than one adapter")
        else:
            parts[match[2]][match[1]] = value
    if not parts["A"] and not parts["B"]:
        own_names = "patch_embedding.weight" in named
        told = "a network's own tensors are" if own_names else "no lora_A and no lora_B is"
        raise GeneratorError(f"{path} is not a LoRA: {'; '.join([f'{told} in {own}', *faults])}")
    faults += tensors.listed("tensors that belong to no LoRA", strange)
    faults += _compare(parts["A"], parts["B"], layers, rank)
    if faults:
        raise GeneratorError(f"{path} is not the LoRA for this network: {'; '.join(faults)}")
    return Adapter(parts["A"], parts["B"], rank, alpha)


def _compare(
    down: Mapping[str, Tensor], up: Mapping[str, Tensor], layers: Mapping[str, tuple[int, ...]], rank: int
) -> list[str]:
    faults = []
    for letter, part in (("A", down), ("B", up)):
        faults += tensors.listed(f"layers without lora_{letter}", sorted(layers.keys() - part.keys()))
        faults += tensors.listed(
            f"lora_{letter} of layers that the network does not have", sorted(part.keys() - layers.keys())
        )
    shapes = {
        f"{layer}.lora_{letter}": (tuple(part[layer].shape), (rank, into) if letter == "A" else (out, rank))
        for layer, (out, into) in layers.items()
        for letter, part in (("A", down), ("B", up))
        if layer in part
    }
    wrong = [f"{name} {got} instead of {need}" for name, (got, need) in shapes.items() if got != need]
    ranks = {part.shape[0] for part in down.values() if part.ndim == 2}
    if wrong and ranks != {rank}:
        faults.append(f"its rank is {', '.join(map(str, sorted(ranks)))}, the authors' is {rank}")
    return faults + tensors.listed("tensors of another shape", wrong)
