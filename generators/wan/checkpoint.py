"""The published checkpoints of all methods, read by one loader that skips nothing.

Container: ``generator_ema`` if averaged weights are wanted and there, else ``generator``, else ``model``,
else the file itself. Names: wrappers that training leaves are removed. Then the names and shapes must be
exactly those of the network; whatever is missing, surplus or of another shape is named. The authors' own
loaders are partly not strict.

A checkpoint of one method cannot be told from that of another by what is in it: all have the same names and
shapes. Only the digest tells, see :mod:`generators.wan.files`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from generators.contract import GeneratorError
from generators.engine.network import CausalWan
from generators.engine.shape import NetworkShape
from generators.wan import tensors
from generators.wan.diagnose import Shape, what_container, what_it_is
from generators.wan.lora import Adapter, read_adapter
from generators.wan.table import Container, Published

ITSELF = "the file itself"
_WAN_OWN = "diffusion_pytorch_model"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The weights of a network, in memory of their own."""

    state: dict[str, Tensor]
    """For ``CausalWan.load_state_dict``."""
    container_found: str
    used_ema: bool
    notes: tuple[str, ...]
    """What people must know of these weights, one sentence each."""
    adapter_rank: int | None = None
    """Of the LoRA that was merged; None where there was none."""
    adapter_alpha: float | None = None


def read_published(
    row: Published,
    path: Path,
    lora: Path | None,
    shape: NetworkShape,
    *,
    ema: bool,
    dtype: torch.dtype | None = None,
    device: torch.device | str = "cpu",
) -> Loaded:
    """Read a published checkpoint as its entry in the table says.

    Args:
        row: the entry.
        path: the checkpoint.
        lora: what is merged into it.
        shape: of the network.
        ema: whether the averaged weights are wanted; ``row.ema`` is the authors' choice.
        dtype: see :func:`read_checkpoint`.
        device: see :func:`read_checkpoint`.

    Raises:
        GeneratorError: see :func:`read_checkpoint`.
    """
    return read_checkpoint(
        path,
        container=row.container,
        ema=ema,
        shape=shape,
        lora=lora,
        lora_rank=row.adapter_rank,
        lora_alpha=row.adapter_alpha,
        ema_fallback=row.ema_fallback,
        dtype=dtype,
        device=device,
    )


def read_checkpoint(
    path: Path,
    *,
    container: Container,
    ema: bool,
    shape: NetworkShape,
    lora: Path | None = None,
    lora_rank: int = 256,
    lora_alpha: float = 256.0,
    ema_fallback: bool = False,
    dtype: torch.dtype | None = None,
    device: torch.device | str = "cpu",
) -> Loaded:
    """Read a checkpoint and check it against the network.

    Memory: the file is mapped, and one tensor after the other is copied, so at most one copy of the weights,
    in ``dtype``, is held besides what the system keeps of the file. The file is not needed afterwards.

    Args:
        path: PyTorch or safetensors file, or the index of a divided safetensors file.
        container: what the published file is: ``generator`` or ``bare``.
        ema: whether the averaged weights are wanted; a bare file has one set, so there it has no effect.
        shape: of the network.
        lora: adapter to merge, in float32.
        lora_rank: of the adapter, which must have it.
        lora_alpha: of the adapter.
        ema_fallback: take the other weights where there are no averaged ones, as some programs do.
        dtype: type of the tensors that are given; None for the file's own.
        device: where they are put.

    Raises:
        GeneratorError: not such a file, or not these weights; everything wrong is named together.
    """
    skeleton = _skeleton(shape)
    pick = _pick(tensors.open_tensors(path), path, container, ema, ema_fallback)
    named, faults = tensors.plain(pick.found)
    wanted = {name: tuple(value.shape) for name, value in skeleton.state_dict().items()}
    _check(path, pick, {name: tuple(value.shape) for name, value in named.items()}, wanted, shape, faults)
    adapter = read_adapter(lora, _layers(skeleton), lora_rank, lora_alpha) if lora else None
    notes = [*pick.notes, *_remarks(path, named, adapter, dtype)]
    state, broken = {}, []
    for name in wanted:
        value = named.pop(name)
        layer = name.removesuffix(".weight")
        merged = adapter.merged(layer, value) if adapter and layer in adapter.down and name != layer else None
        state[name] = _own(value, merged, dtype, device)
        if not state[name].isfinite().all():
            broken.append(name)
    if broken:
        told = "; ".join(tensors.listed("tensors with values that are infinite or not numbers", broken))
        raise GeneratorError(f"{path} cannot be used: {told}")
    rank, alpha = (adapter.rank, adapter.alpha) if adapter else (None, None)
    return Loaded(state, pick.name, pick.name == tensors.EMA, tuple(notes), rank, alpha)


def _remarks(
    path: Path, named: Mapping[str, Tensor], adapter: Adapter | None, dtype: torch.dtype | None
) -> list[str]:
    notes = []
    kinds = Counter(str(value.dtype).removeprefix("torch.") for value in named.values())
    if dtype is None and len(kinds) > 1:
        notes.append(f"The file mixes types: {', '.join(f'{n} x {kind}' for kind, n in kinds.items())}.")
    if adapter:
        notes.append(
            f"A LoRA of rank {adapter.rank}, alpha {adapter.alpha:g} is merged into {len(adapter.down)} "
            "layers, in float32."
        )
    if path.name.startswith(_WAN_OWN):
        notes.append(
            f"{path.name} is the name of Wan2.1's own transformer. It has the same tensors, but it is "
            "neither causal nor distilled: a few steps of it give noise."
        )
    return notes


class _Pick(NamedTuple):
    """What is read of a file."""

    found: object
    name: str
    notes: list[str]
    fault: str = ""
    """Why it cannot be used, although it may be a checkpoint; empty if it can."""


def _skeleton(shape: NetworkShape) -> CausalWan:
    with torch.device("meta"):
        return CausalWan(shape)


def _layers(network: CausalWan) -> dict[str, tuple[int, ...]]:
    """(outputs, inputs) of every linear layer inside the blocks: what a LoRA changes."""
    return {
        f"blocks.{name}": tuple(module.weight.shape)
        for name, module in network.blocks.named_modules()
        if isinstance(module, nn.Linear)
    }


def _pick(file: dict[str, Any], path: Path, container: Container, ema: bool, ema_fallback: bool) -> _Pick:
    """The container to read; see the head of this file."""
    here = [name for name in tensors.NETWORKS if isinstance(file.get(name), Mapping)]
    if not here:
        return _itself(file, path, container, ema)
    if ema and tensors.EMA in here:
        return _Pick(file[tensors.EMA], tensors.EMA, _unexpected(container, tensors.EMA))
    others = [name for name in here if name != tensors.EMA]
    if not others:
        raise GeneratorError(f"{path} holds averaged weights only ({tensors.EMA}), and the others are wanted")
    name = others[0]
    if not ema:
        return _Pick(file[name], name, _unexpected(container, name))
    if container == "generator" and not ema_fallback:
        raise GeneratorError(
            f"{path} holds no averaged weights, which are wanted: it has {', '.join(sorted(file))}, but no "
            f"{tensors.EMA}; it may be a checkpoint from before averaging began"
        )
    note = f"The file holds no averaged weights; as in the authors' program, those under {name} are taken."
    return _Pick(file[name], name, [note, *_unexpected(container, name)])


def _itself(file: dict[str, Any], path: Path, container: Container, ema: bool) -> _Pick:
    if not any(isinstance(value, Tensor) for value in file.values()):
        has = ", ".join(sorted(file)[: tensors.SHOWN]) or "nothing"
        told = what_container(file.keys()) or f"no checkpoint: expected 'generator' in it, got {has}"
        raise GeneratorError(f"{path} is {told}")
    if container == "bare":
        note = "The file holds one set of weights; whether averaged ones are wanted has no effect."
        return _Pick(file, ITSELF, [note] if ema else [])
    if ema:
        fault = (
            "it is a bare state dict, so nobody can tell whether these are the averaged weights, which are "
            f"wanted; in a file of your own, keep them under {tensors.EMA}"
        )
        return _Pick(file, ITSELF, [], fault)
    note = "The published file keeps its weights under generator; this one is a bare state dict, so another."
    return _Pick(file, ITSELF, [note])


def _unexpected(container: Container, name: str) -> list[str]:
    if container == "generator":
        return []
    return [
        f"The published file is a bare state dict; this one has its weights under {name}, so it is another."
    ]


def _check(
    path: Path, pick: _Pick, found: Mapping[str, Shape], wanted: Mapping[str, Shape], shape: NetworkShape,
    faults: list[str],
) -> None:  # fmt: skip
    """Compare names and shapes with the network's.

    Raises:
        GeneratorError: they are not the same, or there are other faults; everything is named together.
    """
    faults = faults + tensors.listed("tensors missing", [name for name in wanted if name not in found])
    faults += tensors.listed("tensors too many", [name for name in found if name not in wanted])
    other = [name for name, size in found.items() if wanted.get(name, size) != size]
    faults += tensors.listed(
        "tensors of another shape", [f"{name} {found[name]} instead of {wanted[name]}" for name in other]
    )
    if not faults and not pick.fault:
        return
    told = what_it_is(found, shape) if faults else ""
    whole = "; ".join([*([told] if told else []), *faults, *([pick.fault] if pick.fault else [])])
    raise GeneratorError(
        f"{path} does not hold the {len(wanted)} tensors of this network ({pick.name} was read): {whole}"
    )


def _own(
    value: Tensor, merged: Tensor | None, dtype: torch.dtype | None, device: torch.device | str
) -> Tensor:
    """A copy in memory of its own, of the type wanted."""
    source = value if merged is None else merged
    return source.to(device=device, dtype=dtype or value.dtype, copy=True).contiguous()
