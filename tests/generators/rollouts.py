"""Every recipe of the eight methods, and short words for what a pass sees."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from generators.engine.policy import MemoryPolicy
from generators.engine.recipe import Recipe
from generators.engine.trace import Traced, walk

METHODS = (
    "causal-forcing",
    "causvid",
    "infinite-forcing",
    "longlive",
    "reward-forcing",
    "rolling-forcing",
    "self-forcing",
    "steady-forcing",
)


def recipes(method: str, **chosen: str) -> Mapping[str, Recipe]:
    """All configurations of a method; its own options have their default unless they are given."""
    module = import_module(f"generators.methods.{method.replace('-', '_')}")
    if not hasattr(module, "CHOICES"):
        return module.RECIPES
    return module.recipes({name: words[0] for name, words in module.CHOICES.items()} | chosen)


def policy(spec: str, **chosen: str) -> MemoryPolicy:
    """Policy of ``method:configuration``."""
    method, _, configuration = spec.partition(":")
    return recipes(method, **chosen)[configuration].policy


def every_policy() -> dict[str, MemoryPolicy]:
    """Each rule that can be run, by a name for the test's label."""
    found = {
        f"{method}:{name}": recipe.policy for method in METHODS for name, recipe in recipes(method).items()
    }
    found["steady-forcing:engine-native+contiguous"] = policy(
        "steady-forcing:engine-native", flush_positions="contiguous"
    )
    found["reward-forcing:block6+ema"] = policy("reward-forcing:block6", sink_update="ema")
    return found


def whole_blocks(policy: MemoryPolicy, frames: int) -> int:
    """The longest rollout of at most ``frames`` frames that the policy allows."""
    most = min(frames, policy.frame_limit or frames)
    return most - most % policy.block


def clean_passes(policy: MemoryPolicy, blocks: int, prefix: int = 0) -> list[Traced]:
    """The clean pass of every block; in block-by-block methods it sees what the block's other passes see."""
    return [step for step in walk(policy, blocks * policy.block, prefix) if step.forward.commits]


def joint_passes(policy: MemoryPolicy, blocks: int) -> list[Traced]:
    """The denoising passes, one a window in rolling methods."""
    return [step for step in walk(policy, blocks * policy.block) if not step.forward.commits]


def frames_seen(step: Traced) -> list[int]:
    """Frame that each slot in view was written with, in order."""
    return [step.table[slot].frame for slot, _ in step.view.keys]


def key_indices(step: Traced) -> list[int]:
    """Temporal index of every key, the pass's own ones last."""
    own = step.view.own_key_start
    return [index for _, index in step.view.keys] + list(range(own, own + len(step.forward.frames)))


def blended(step: Traced, slot: int) -> dict[int, float]:
    """Weight of every frame in a slot's content."""
    return dict(step.table[slot].sources)
