"""The training pool: thousands of rendered scenes, held as latents in one folder of NumPy files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from generators.contract import Frames
from generators.methods.procedural import scene_for
from generators.procedural.hashing import stable_hash
from generators.tiny import basis
from generators.tiny.codec import TinyCodec
from generators.tiny.world import film
from prompts.loader import load_suite
from prompts.types import Prompt

SUITE = "fixed_camera"
LATENTS = 21
"""Latent frames of a scene: five seconds, the longest window of ``engine-native``."""
PIXELS = 4 * (LATENTS - 1) + 1
_CHUNK = 54
"""Scenes in a file of the pool."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Take:
    """One scene to film."""

    prompt: int
    """Place of the prompt in the suite."""
    seed: int


@cache
def prompts() -> tuple[Prompt, ...]:
    """Prompts that the pool is made of."""
    return load_suite(SUITE).prompts


def takes(scenes: int, split: str) -> list[Take]:
    """At least ``scenes`` takes in random order; a split shares no seed with another.

    Every prompt of a medium is filmed equally often, and no medium comes short: their numbers differ by fewer
    than the medium with most prompts has.
    """
    suite = prompts()
    held = Counter(scene_for(prompt) for prompt in suite)
    share = -(-scenes // len(held))
    listed: list[Take] = []
    for number, prompt in enumerate(suite):
        count = -(-share // held[scene_for(prompt)])
        listed += [Take(number, stable_hash("tiny", split, prompt.id, k)) for k in range(count)]
    order = np.random.default_rng(stable_hash("tiny-order", split)).permutation(len(listed))
    return [listed[i] for i in order]


def shoot(take: Take) -> Frames:
    """Film a take, uint8 (81, 96, 160, 3)."""
    return film(prompts()[take.prompt], take.seed, PIXELS)


def shoot_all(listed: Sequence[Take], workers: int) -> list[Frames]:
    """Film takes in parallel."""
    return list(_shared(shoot, listed, workers))


@dataclass(frozen=True, slots=True)
class Pool:
    """Latents of many scenes."""

    moving: torch.Tensor
    """float16 (N, LATENTS, C, H, W): latents of the clip from its first frame."""
    still: torch.Tensor
    """Same shape: latent k of a clip that begins at pixel frame 4 k, so a window may start anywhere."""
    prompt: NDArray[np.int64]
    """(N,): place of each scene's prompt in the suite."""

    def window(self, scene: int, start: int, length: int) -> torch.Tensor:
        """Latents (length, C, H, W), float32, of a clip that begins at latent ``start``."""
        cut = self.moving[scene, start : start + length].float()
        cut[0] = self.still[scene, start].float()
        return cut


def encode_take(codec: TinyCodec, take: Take) -> tuple[torch.Tensor, torch.Tensor]:
    """Moving and still latents of a take, float16, each (LATENTS, C, H, W)."""
    frames = shoot(take)
    moving = codec.encode(frames).transpose(0, 1)
    stills = np.repeat(frames[::4], basis.SPAN, 0)
    with torch.inference_mode():
        still = codec.project(torch.from_numpy(basis.to_blocks(stills)))
    return moving.half(), still.half()


def build(folder: Path, codec: TinyCodec, scenes: int, workers: int) -> Pool:
    """Film and encode the pool; chunks that are there already are kept.

    Args:
        folder: where its files are or will be.
        codec: encodes the scenes.
        scenes: how many.
        workers: processes that film; with 1 it is done in this one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed = takes(scenes, "train")[:scenes]
    chunks = [listed[i : i + _CHUNK] for i in range(0, len(listed), _CHUNK)]
    wanted = [(chunk, folder / f"{number:04d}.pt", codec) for number, chunk in enumerate(chunks)]
    todo = [item for item in wanted if not item[1].exists()]
    for number, _ in enumerate(_shared(_encode_chunk, todo, workers), 1):
        print(f"pool: {number}/{len(todo)} chunks", flush=True)  # noqa: T201
    return load(folder)


def load(folder: Path) -> Pool:
    """The chunks that are there.

    Raises:
        FileNotFoundError: none is.
    """
    parts = [torch.load(path, weights_only=True) for path in sorted(folder.glob("*.pt"))]
    if not parts:
        raise FileNotFoundError(f"no scenes in {folder}")
    return Pool(
        torch.cat([part["moving"] for part in parts]),
        torch.cat([part["still"] for part in parts]),
        torch.cat([part["prompt"] for part in parts]).numpy(),
    )


def _encode_chunk(job: tuple[Sequence[Take], Path, TinyCodec]) -> None:
    chunk, path, codec = job
    pairs = [encode_take(codec, take) for take in chunk]
    moving, still = (torch.stack(side) for side in zip(*pairs, strict=True))
    whole = {"moving": moving, "still": still, "prompt": torch.tensor([take.prompt for take in chunk])}
    part = path.with_suffix(".part")
    torch.save(whole, part)
    part.replace(path)


def _shared(work: Callable[[Item], Result], items: Sequence[Item], workers: int) -> Iterator[Result]:
    """Results in order; the work is shared by processes of one thread each, or done here by one worker."""
    if workers == 1:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)
    ) as pool:
        yield from pool.map(work, items)
