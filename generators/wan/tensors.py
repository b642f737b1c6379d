"""Files of tensors, opened without running code from them and without reading them whole."""

from __future__ import annotations

import pickle
import re
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from generators.contract import GeneratorError
from generators.wan import looks

EMA, PLAIN, MODEL = "generator_ema", "generator", "model"
NETWORKS = (EMA, PLAIN, MODEL)
"""Entries of a checkpoint that may hold the network, best first if averaged weights are wanted."""
CONTAINERS = (*NETWORKS, "generator_lora", "critic", "critic_lora")
WRAPPERS = ("_fsdp_wrapped_module.", "_checkpoint_wrapped_module.", "_orig_mod.")
"""What training wraps modules in leaves these in the middle of names."""
FLOATS = (torch.float32, torch.bfloat16, torch.float16)
SHOWN = 4
"""Names shown of a list in an error."""


def open_tensors(path: Path) -> dict[str, Any]:
    """What a file holds at its top: tensors by name, or containers of them.

    Tensors are views of the file, which must stay as it is while they are used; only what is looked at is
    read. Nothing but tensors and plain Python values is accepted, and no code of the file is run.

    Args:
        path: PyTorch file, safetensors file, or the index of one in several parts.

    Raises:
        GeneratorError: it is none of these, not whole, damaged, or holds other things.
    """
    kind = looks.kind_of(path)
    try:
        if kind == "safetensors":
            return _unflat(_safetensors(path))
        if kind == "index":
            return _unflat(_parts(path))
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=kind == "torch")
    except pickle.UnpicklingError as error:
        raise GeneratorError(_forbidden(path, error)) from error
    except (OSError, RuntimeError, ValueError, EOFError, SafetensorError) as error:
        told = textwrap.shorten(str(error), 200, placeholder=" …")
        raise GeneratorError(f"{path} is damaged or not whole ({told}); fetch it again") from error
    if not isinstance(found, Mapping):
        raise GeneratorError(
            f"{path} holds {_kind(found)}; expected a state dict, or a dict with one under 'generator'"
        )
    return {str(name): value for name, value in found.items()}


def plain(found: object) -> tuple[dict[str, Tensor], list[str]]:
    """Tensors under their names in the network, wrappers removed, and what cannot be used, in words.

    Wrappers' names go wherever they stand, then every ``model.`` at the beginning: the attribute under which
    the authors' programs hold the network.
    """
    if not isinstance(found, Mapping):
        return {}, [f"it holds {_kind(found)} where a state dict is expected"]
    named: dict[str, Tensor] = {}
    others, twice = [], []
    for key, value in found.items():
        name = bare(str(key))
        if type(value) not in (Tensor, nn.Parameter):
            others.append(f"{key} ({_kind(value)})")
        elif value.layout != torch.strided:
            others.append(f"{key} ({str(value.layout).removeprefix('torch.')})")
        elif name in named:
            twice.append(name)
        elif value.dtype not in FLOATS:
            others.append(f"{key} ({str(value.dtype).removeprefix('torch.')})")
        else:
            named[name] = value.detach()
    faults = listed("entries that are no tensors of float32, bfloat16 or float16", others)
    return named, faults + listed("names that stand there twice once wrappers are removed", twice)


def listed(what: str, names: Iterable[str]) -> list[str]:
    """One fault: how many there are and the first few of them; none if there are none."""
    known = list(names)
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return [f"{len(known)} {what}: {', '.join(known[:SHOWN])}{more}"] if known else []


def bare(name: str) -> str:
    """A name without what wrapped the network."""
    for wrapper in WRAPPERS:
        name = name.replace(wrapper, "")
    while name.startswith("model."):
        name = name.removeprefix("model.")
    return name


def _safetensors(path: Path) -> dict[str, Tensor]:
    with safe_open(path, "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping


def _parts(index: Path) -> dict[str, Tensor]:
    """All tensors of a divided file, from the parts beside its index."""
    weights, parts = looks.parts_of(index)
    found: dict[str, Tensor] = {}
    for part in parts:
        found |= _safetensors(part)
    if set(found) != set(weights):
        absent, extra = sorted(weights.keys() - found.keys()), sorted(found.keys() - weights.keys())
        faults = listed("tensors missing from the parts", absent) + listed("tensors not in the index", extra)
        raise GeneratorError(f"{index} and its parts do not go together: {'; '.join(faults)}")
    return found


def _unflat(tensors: dict[str, Tensor]) -> dict[str, Any]:
    """Containers of a flat file, where every name begins with one; else the tensors as they are."""
    heads = {name.partition(".")[0] for name in tensors}
    if not heads or not heads <= set(CONTAINERS) - {MODEL}:
        return dict(tensors)
    found: dict[str, Any] = {head: {} for head in heads}
    for name, value in tensors.items():
        head, _, rest = name.partition(".")
        found[head][rest] = value
    return found


def _forbidden(path: Path, error: Exception) -> str:
    match = re.search(r"GLOBAL (\S+)", str(error))
    if match is None:
        told = textwrap.shorten(str(error), 200, placeholder=" …")
        return f"{path} cannot be read as a file of tensors ({told}); fetch it again"
    return (
        f"{path} holds other Python objects than tensors ({match[1]}), and reading those could run code, so "
        "it is not opened; in the program that wrote it, save the state dict alone"
    )


def _kind(value: object) -> str:
    """What a value is, in words."""
    return f"a dict of {len(value)} entries" if isinstance(value, Mapping) else f"a {type(value).__name__}"
