"""A configuration's settings as words, read off its recipe: for tables, and for sentences that name them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace

from generators.cards.picture import SECONDS
from generators.cards.sight import sight
from generators.engine.horizon import reach
from generators.engine.purify import PurifyingWindow
from generators.engine.recipe import Recipe
from generators.engine.rolling import RollingPolicy
from generators.engine.steps import Steps
from generators.engine.window import WindowPolicy

COLUMNS = (
    "configuration",
    "block",
    "steps (shift)",
    "told to the network",
    "window",
    "sinks",
    "positions",
    "averaging",
    "emptied",
    "longest clip",
)
NONE = "–"
POSITIONS = {
    "absolute": "absolute",
    "relative": "by place",
    "pinned": "by place; queries at the window's end",
}
FPS = 16


def row(name: str, recipe: Recipe) -> tuple[str, ...]:
    """Cells of :data:`COLUMNS`."""
    policy = recipe.policy
    steps = policy.steps(1)
    first = policy.steps(0)
    listed = _steps(steps) if first == steps else f"{_steps(steps)}; first block {_listed(first)}"
    head = (f"`{name}`", _block(recipe), listed, ", ".join(f"{t:.4g}" for t in steps.timesteps))
    if isinstance(policy, RollingPolicy):
        window = f"{policy.reach} of {policy.store} stored"
        sinks = f"{policy.block} anchors, moved along"
        return (*head, window, sinks, POSITIONS["absolute"], NONE, NONE, longest(recipe))
    if not isinstance(policy, WindowPolicy):
        raise TypeError(f"expected a policy that cards can tell, got {type(policy).__name__}")
    return (
        *head,
        _window(recipe, policy),
        _sinks(policy),
        POSITIONS[policy.positions] + (" in a segment" if recipe.segments else ""),
        _averaging(recipe, policy),
        _emptied(policy),
        longest(recipe),
    )


def longest(recipe: Recipe) -> str:
    """Length of the longest clip in seconds, down to half a second."""
    limit = reach(recipe)
    return "no limit" if limit is None else f"{math.floor(10 * limit / FPS) / 10:g} s"


def values(recipes: Mapping[str, Recipe]) -> Mapping[str, object]:
    """What sentences may name in braces: settings of the first configuration, ``long.window`` of others."""
    told = {name: _values(recipe) for name, recipe in recipes.items()}
    first = next(iter(told.values()))
    return {**{name: SimpleNamespace(**value) for name, value in told.items()}, **first}


def _values(recipe: Recipe) -> dict[str, object]:
    policy = recipe.policy
    steps = policy.steps(1)
    found: dict[str, object] = {
        "block": policy.block,
        "step_count": _number(len(steps)),
        "shift": f"{steps.shift:g}",
    }
    if isinstance(policy, RollingPolicy):
        found |= {"flight": _number(len(steps)), "window": policy.reach, "lag": _number(len(steps) - 1)}
    if isinstance(policy, WindowPolicy):
        found |= {
            "window": policy.window,
            "sinks": _number(len(policy.sinks)),
            "averages": _number(policy.sinks.count("memory")),
            "recent": _number(policy.window - policy.block - len(policy.sinks)),
            "blend": f"{1 - policy.keep:.3g}",
        }
    if isinstance(policy, PurifyingWindow):
        found |= _purification(recipe, policy)
    if recipe.segments:
        found |= {"segment": recipe.segments.frames, "overlap": _number(recipe.segments.overlap)}
    return found


def _purification(recipe: Recipe, policy: PurifyingWindow) -> dict[str, object]:
    before, after = sight(recipe, policy.every - 1), sight(recipe, policy.every)
    if before is None or after is None:
        raise ValueError(f"expected a rollout past block {policy.every}, got a limit of {policy.frame_limit}")
    frames = policy.every * policy.block
    gaps = [cell.query - cell.index for cell in after.work if cell.query is not None]
    return {
        "every": policy.every,
        "every_frame": frames,
        "every_s": f"{frames * SECONDS:g} s",
        "newest": _number(policy.newest),
        "kept": f"{min(cell.share for cell in before.seen):.0%}",
        "gap": _number(max(gaps)),
    }


def _block(recipe: Recipe) -> str:
    policy = recipe.policy
    if isinstance(policy, RollingPolicy):
        return f"{policy.block}, {_number(len(policy.denoising))} at once"
    return str(policy.block)


def _steps(steps: Steps) -> str:
    return f"{_listed(steps)} ({steps.shift:g})"


def _listed(steps: Steps) -> str:
    return ", ".join(map(str, steps.listed))


def _window(recipe: Recipe, policy: WindowPolicy) -> str:
    if recipe.segments:
        return f"{policy.window}, then a restart with {recipe.segments.overlap} given"
    return f"{policy.window}, nothing leaves" if policy.cap == policy.window else str(policy.window)


def _sinks(policy: WindowPolicy) -> str:
    counted = ((policy.sinks.count("anchor"), "anchor"), (policy.sinks.count("memory"), "average"))
    return ", ".join(f"{count} {name}{'s' * (count > 1)}" for count, name in counted if count) or NONE


def _averaging(recipe: Recipe, policy: WindowPolicy) -> str:
    return f"{policy.keep:g}, {recipe.ema}" if "memory" in policy.sinks else NONE


def _emptied(policy: WindowPolicy) -> str:
    if not isinstance(policy, PurifyingWindow):
        return NONE
    return f"every {policy.every} blocks, newest {policy.newest} stay"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if 0 <= count < len(words) else str(count)
