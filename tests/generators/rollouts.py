"""Every policy of the eight methods, and short words for what a pass sees."""

from __future__ import annotations

from generators.engine.catalogue import METHODS, recipe, recipes
from generators.engine.policy import MemoryPolicy
from generators.engine.trace import Traced, walk


def policy(spec: str, **chosen: str) -> MemoryPolicy:
    """Policy of ``method:configuration``."""
    method, _, configuration = spec.partition(":")
    return recipe(method, configuration, **chosen).policy


def every_policy() -> dict[str, MemoryPolicy]:
    """Each rule that can be run, by a name for the test's label."""
    found = {f"{method}:{name}": each.policy for method in METHODS for name, each in recipes(method).items()}
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
