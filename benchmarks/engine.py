"""The rollout engine on a network of the tiny backbone's size with random weights, on one core.

Speed does not depend on what the weights say, so this needs none.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import torch

from generators.contract import Frames
from generators.engine import catalogue
from generators.engine.backbone import Backbone
from generators.engine.network import CausalWan
from generators.engine.noise import Noise
from generators.engine.recipe import Recipe
from generators.engine.rollout import Clip, rollout, token_grid
from generators.engine.segments import pictures
from generators.tiny.basis import CELL, CHANNELS
from generators.tiny.codec import TinyCodec
from generators.tiny.sizes import SHAPE
from generators.tiny.text import TinyText
from generators.tiny.world import FPS, HEIGHT, WIDTH

METHODS = {
    "causal-forcing": "engine-native",
    "causvid": "engine-native",
    "infinite-forcing": "engine-native",
    "longlive": "engine-native",
    "reward-forcing": "engine-native",
    "rolling-forcing": "engine-native",
    "self-forcing": "long",
    "steady-forcing": "engine-native",
}
"""The configuration of each method that makes long videos."""
PROMPT = "a river runs between stones"
WARM = 36
"""Latent frames after which every window is full and slides."""
LONG = 600
"""Latent frames of a rollout that is left long before its end."""
ROUNDS = 5

_MEMORY = """
import sys
import torch
torch.set_num_threads(1)
from benchmarks.engine import seeded, recipe, film
from benchmarks.peak import peak_mb
made, early = 0, 0.0
for frames in film(seeded(), recipe(sys.argv[1]), 240 * 16):
    made += len(frames)
    if made >= 30 * 16 and not early:
        early = peak_mb()
print(early, peak_mb())
"""


def rollouts(*, quick: bool) -> dict[str, float]:
    """Speed of every method, and its share of the bare network's time; peak memory unless quick."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        of, figures = seeded(), {}
        for method in METHODS:
            figures |= {f"{method}_{name}": value for name, value in _method(of, method, quick).items()}
    finally:
        torch.set_num_threads(threads)
    if not quick:
        for method in ("steady-forcing", "rolling-forcing"):
            figures |= memory(method)
    return figures


def memory(method: str) -> dict[str, float]:
    """Largest resident size of a process that makes 240 s, when it has made 30 s and at its end, MB."""
    done = subprocess.run([sys.executable, "-c", _MEMORY, method], capture_output=True, text=True, check=True)
    early, late = map(float, done.stdout.split())
    return {f"{method}_peak_mb_at_30_s": early, f"{method}_peak_mb_at_240_s": late}


def _method(of: Backbone, method: str, quick: bool) -> dict[str, float]:
    count = int((6 if quick else 15) * FPS)
    start = time.process_time()
    for _ in film(of, recipe(method), count):
        pass
    seconds = time.process_time() - start
    return {"times_real_time": count / FPS / seconds, **share(of, recipe(method))}


def share(of: Backbone, rule: Recipe) -> dict[str, float]:
    """One block of the engine against the same passes of the network alone, with their context ready.

    The two alternate, block after block; the best of each counts.
    """
    block = rule.policy.block
    blocks = min(rule.policy.frame_limit or LONG, LONG) // block
    stream = rollout(of, rule.policy, [_clip(of)], blocks * block, rule.ema)
    passes: list[tuple[Any, ...]] = []
    hook = of.network.register_forward_pre_hook(lambda _, given: passes.append(given))
    for _ in islice(stream, min(WARM // block, blocks - ROUNDS)):
        pass
    engine, bare = [], []
    for _ in range(ROUNDS):
        passes.clear()
        engine.append(_cpu(lambda: next(stream)))
        bare.append(_cpu(lambda: _replay(of, passes)))
    hook.remove()
    rows, columns = token_grid(of)
    tokens = sum(given[0].shape[2] for given in passes) * rows * columns
    return {"tokens_per_s": tokens / min(engine), "share_of_bare_network": min(bare) / min(engine)}


@torch.inference_mode()
def _replay(of: Backbone, passes: Sequence[tuple[Any, ...]]) -> None:
    for given in passes:
        of.network.forward(*given)


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@torch.inference_mode()
def film(of: Backbone, rule: Recipe, count: int) -> Iterator[Frames]:
    """Pictures of a clip, decoded."""
    yield from pictures(of, rule, _clip(of), count)


def recipe(method: str) -> Recipe:
    """How a method makes long videos."""
    return catalogue.recipe(method, METHODS[method])


def seeded() -> Backbone:
    """The tiny backbone with random weights."""
    torch.manual_seed(0)
    network, text = CausalWan(SHAPE), TinyText(PROMPT.split())
    torch.nn.init.normal_(network.head.head.weight, std=0.02)
    return Backbone(
        network=network.eval(),
        codec=TinyCodec().eval(),
        read_prompt=text.read,
        latent=(CHANNELS, HEIGHT // CELL, WIDTH // CELL),
        device=torch.device("cpu"),
        dtype=torch.float32,
    )


def _clip(of: Backbone) -> Clip:
    return Clip(of.read_prompt(PROMPT), Noise.of(PROMPT, 0, of.latent, of.device))
