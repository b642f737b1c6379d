"""``python -m benchmarks.published_floors``: what exact FLOPs and bytes say before anything runs on a GPU."""

from __future__ import annotations

from benchmarks.engine import METHODS
from generators.engine import catalogue
from generators.engine.backbones import source
from generators.engine.estimate import estimate
from generators.engine.flops import of_clip, sizes_of
from generators.engine.horizon import latents_of
from generators.wan.flops import FIRST_LATENT, NEXT_LATENT
from steadybench.outlook.gpus import find

SECONDS = 60
SHOWN = ("RTX 4090", "RTX 5090", "L40S", "A100 80GB SXM", "H100 SXM", "H200")
GIB = 2**30


def lines() -> list[str]:
    """A table: seconds that a minute of video takes at the least, by method and card."""
    heads = ["row", "PFLOP", "TB moved", *(f"{name}, s" for name in SHOWN), "memory, GiB"]
    return [
        f"| {' | '.join(heads)} |",
        f"|---|{'--:|' * (len(heads) - 1)}",
        *(_method(*pair) for pair in METHODS.items()),
        _decoder(),
    ]


def _method(method: str, configuration: str) -> str:
    recipe, blueprint = catalogue.recipe(method, configuration), source("wan2.1-1.3b").blueprint("cuda")
    work = of_clip(recipe, round(SECONDS * blueprint.fps), sizes_of(blueprint, recipe))
    moved = work.read + work.written
    floors = [f"{find(name).floor_s(work.flops, moved):.0f}" for name in SHOWN]
    told = estimate(blueprint, recipe).total / GIB
    cells = [f"{method}:{configuration}", f"{work.flops / 1e15:.1f}", f"{moved / 1e12:.1f}", *floors]
    return f"| {' | '.join(cells)} | {told:.1f} |"


def _decoder() -> str:
    flops = FIRST_LATENT + (latents_of(SECONDS * 16) - 1) * NEXT_LATENT
    floors = [f"{find(name).floor_s(flops, 0):.0f}" for name in SHOWN]
    return f"| decoding, for any of them | {flops / 1e15:.1f} | – | {' | '.join(floors)} | in the above |"


if __name__ == "__main__":
    print("\n".join(lines()))
