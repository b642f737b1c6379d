"""Checkpoints of a small network, laid out exactly as each method's published file is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generators.engine.network import CausalWan
from generators.engine.shape import NetworkShape

SHAPE = NetworkShape(dim=24, ffn_dim=48, heads=2, layers=2, channels=4, text_dim=6)
RANK, ALPHA = 4, 8.0

State = Mapping[str, Tensor]


def network(seed: int, shape: NetworkShape = SHAPE) -> CausalWan:
    """A network of random weights, none of them the initial ones."""
    made = CausalWan(shape)
    draw = torch.Generator().manual_seed(seed)
    for value in made.parameters():
        value.data = torch.randn(value.shape, generator=draw) / 5
    return made.eval().requires_grad_(False)


def output(made: CausalWan) -> Tensor:
    """The network's answer to one fixed question, context included."""
    draw = torch.Generator().manual_seed(9)
    shape = made.shape
    latents = torch.randn((1, shape.channels, 3, 4, 6), generator=draw)
    text = made.read_text(torch.randn((1, 5, shape.text_dim), generator=draw))
    times = torch.tensor([[1000.0, 625.0, 0.0]])
    flow: Tensor = made(latents, times, text, (0, 1, 2), (0, 1, 2)).flow
    return flow


def wrapped(state: State) -> dict[str, Tensor]:
    """Names of the wrapper's attribute: ``model.blocks.0 …``."""
    return {f"model.{name}": value for name, value in state.items()}


def sharded(state: State) -> dict[str, Tensor]:
    """Names that averaging leaves under FSDP: modules wrapped by size, outermost first."""
    found = {}
    for name, value in state.items():
        parts = name.split(".")
        if parts[0] == "blocks":
            parts[1] += "._fsdp_wrapped_module._checkpoint_wrapped_module"
        if parts[0] == "text_embedding":
            parts[0] += "._fsdp_wrapped_module"
        found["model._fsdp_wrapped_module." + ".".join(parts)] = value
    return found


def compiled(state: State) -> dict[str, Tensor]:
    """Names of a network that was compiled."""
    return {f"model._orig_mod.{name}": value for name, value in state.items()}


def adapter(seed: int, shape: NetworkShape = SHAPE, rank: int = RANK) -> dict[str, Tensor]:
    """A LoRA as PEFT saves it, on every linear layer of the blocks."""
    with torch.device("meta"):
        made = CausalWan(shape)
    draw = torch.Generator().manual_seed(seed)
    found = {}
    for name, module in made.blocks.named_modules():
        if isinstance(module, nn.Linear):
            out, into = module.weight.shape
            place = f"base_model.model.blocks.{name}"
            found[f"{place}.lora_A.weight"] = torch.randn((rank, into), generator=draw) / 5
            found[f"{place}.lora_B.weight"] = torch.randn((out, rank), generator=draw) / 5
    return found


def published(name: str, plain: State, averaged: State, critic: State) -> dict[str, Any]:
    """The content of a published file.

    Args:
        name: of the checkpoint in the table.
        plain: weights under ``generator``.
        averaged: weights under ``generator_ema``.
        critic: weights of another network, which must not be taken.
    """
    contents: dict[str, dict[str, Any]] = {
        "steady-forcing": {
            "generator": wrapped(plain), "critic": wrapped(critic), "generator_ema": sharded(averaged),
        },
        "causvid": {"generator": wrapped(plain), "critic": wrapped(critic)},
        "self-forcing": {"generator_ema": wrapped(averaged)},
        "rolling-forcing": {
            "generator": wrapped(plain), "critic": wrapped(critic), "generator_ema": sharded(averaged),
        },
        "longlive": {"generator": wrapped(plain)},
        "longlive-base": {"generator": wrapped(plain)},
        "infinite-forcing": {"generator_ema": sharded(averaged)},
        "reward-forcing": wrapped(plain),
        "causal-forcing-longvideo": {"generator": wrapped(plain), "generator_ema": sharded(averaged)},
        "causal-forcing-chunkwise": {"generator": wrapped(plain)},
        "causal-forcing-framewise": {"generator_ema": sharded(averaged)},
        "causal-forcing-framewise-2step": {"generator_ema": sharded(averaged)},
        "causal-forcing-framewise-1step": {"generator_ema": sharded(averaged)},
    }  # fmt: skip
    return contents[name]


def save(path: Path, content: object) -> Path:
    """Write a PyTorch file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content, path)
    return path
