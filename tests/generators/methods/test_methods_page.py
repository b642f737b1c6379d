"""``docs/methods.md`` says what the code does: its configurations, its figure of slots, its limits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from generators.engine.backbones import SOURCES
from generators.engine.catalogue import METHODS, recipes
from generators.engine.horizon import reach
from generators.engine.policy import Slot
from generators.engine.rolling import RollingPolicy
from generators.engine.trace import Traced
from generators.engine.window import WindowPolicy
from generators.native.catalogue import configurations as programs
from tests.generators.rollouts import joint_passes, policy

PAGE = (Path(__file__).parents[3] / "docs" / "methods.md").read_text(encoding="utf-8")
DRAWN = {
    "steady-forcing:engine-native": (3, 21, 30),
    "self-forcing:long": (3, 30),
    "longlive:engine-native": (3, 30),
    "infinite-forcing:engine-native": (3, 30),
    "reward-forcing:engine-native": (3, 30),
    "rolling-forcing:engine-native": (3, 30),
}
"""Blocks of the figure."""
MARKS = {"anchor": "A", "memory": "E", "recent": ""}


def runs(numbers: Iterable[int], mark: str = "") -> str:
    """``3 4 5 9`` -> ``3..5 9``."""
    groups: list[list[int]] = []
    for number in numbers:
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return " ".join(
        f"{mark}{group[0]}" + (f"..{mark}{group[-1]}" if len(group) > 1 else "") for group in groups
    )


def slots(seen: list[Slot]) -> str:
    parts = [runs([s.frame for s in seen if s.role == role], mark) for role, mark in MARKS.items()]
    return " ".join(part for part in parts if part)


def drawn(done: Traced) -> tuple[str, str]:
    """What a pass sees and works on; and where the keys, the block's own keys and its queries stand."""
    view, frames = done.view, done.forward.frames
    keys = runs(index for _, index in view.keys)
    own, query = (runs(range(start, start + len(frames))) for start in (view.own_key_start, view.query_start))
    at = f"{keys} | {query}" if own == query else f"{keys} | {query}, own keys {own}"
    return f"{slots([done.table[slot] for slot, _ in view.keys])} | {runs(frames)}", at


def figure() -> list[str]:
    lines = []
    for spec, numbers in DRAWN.items():
        rule = policy(spec)
        lines.append(spec)
        for number in numbers:
            first = (
                step
                for step in joint_passes(rule, max(numbers) + 10)
                if step.forward.frames.start == number * rule.block
            )
            what, where = drawn(next(first))
            lines.append(f"  block {number:2}   {what:34}  at {where}")
    return lines


def test_the_figure_is_what_the_policies_do() -> None:
    assert "\n".join(figure()) in PAGE


@pytest.mark.parametrize("method", METHODS)
def test_every_configuration_is_described(method: str) -> None:
    missing = [
        name for name in recipes(method) if f"`{name}`" not in PAGE and f"`{method}:{name}`" not in PAGE
    ]
    assert missing == []


def settings() -> dict[str, list[str]]:
    """Rows of the table of settings: configuration, then its cells."""
    table = PAGE.partition("## Settings\n")[2].partition("\n**Longest clip.**")[0]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "`" in line
    ]
    return {row[0].split("`")[1]: row[1:] for row in cells if len(row) > 1}


def test_every_method_has_a_row_of_settings() -> None:
    assert {f"{method}:engine-native" for method in METHODS} <= settings().keys()


@pytest.mark.parametrize("spec", settings())
def test_the_table_of_settings_is_what_the_recipes_say(spec: str) -> None:
    block, _, window, sinks, positions, averaging, longest = settings()[spec]
    method, _, configuration = spec.partition(":")
    recipe = recipes(method)[configuration]
    rule = recipe.policy
    limit = reach(recipe)
    assert block.split(",")[0] == str(rule.block)
    assert longest == ("none" if limit is None else f"{math.floor(2 * limit / 16) / 2:g} s")
    if isinstance(rule, RollingPolicy):
        assert (window, sinks) == (f"{rule.reach} of {rule.store} stored", "3 anchors, moved along")
        return
    assert isinstance(rule, WindowPolicy)
    assert window.split(",")[0] == str(rule.window)
    assert sum(int(word) for word in sinks.split() if word.isdigit()) == len(rule.sinks)
    assert ("average" in sinks) == ("memory" in rule.sinks)
    assert averaging == (f"{rule.keep:g}" if "memory" in rule.sinks else "–")
    assert positions.startswith("absolute") == (rule.positions == "absolute")


def test_every_backbone_is_named() -> None:
    assert [name for name in SOURCES if f"`{name}`" not in PAGE] == []


def test_every_kind_of_configuration_is_told_apart() -> None:
    kinds = PAGE.partition("## Three kinds of configurations")[2].partition("\n## ")[0]
    table = [line.split("|")[2] for line in kinds.splitlines() if line.startswith("| ")][1:]
    named = re.findall(r"`([\w…-]+)`", " ".join(table))
    assert {"native", "native-…", "engine-native", "common"} <= set(named)
    own = {name for method in METHODS for name in programs(method)}
    assert own and all(name == "native" or name.startswith("native-") for name in own)
    engine = {name for method in METHODS for name in recipes(method)}
    assert not engine & own and set(named) - {"native", "native-…"} <= engine


def test_the_ablation_is_what_the_recipes_say() -> None:
    text = PAGE.partition("### Ablation of Steady-Forcing's memory")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert len(rows) == 5
    for name, anchor, averages, past, purification, _ in rows:
        rule = recipes("steady-forcing")[name.strip("`")].policy
        assert isinstance(rule, WindowPolicy)
        assert (anchor == "frame 0") == ("anchor" in rule.sinks)
        assert averages == (str(rule.sinks.count("memory")) if "memory" in rule.sinks else "–")
        assert int(past) == rule.window - rule.block - len(rule.sinks)
        every = getattr(rule, "every", None)
        assert purification == ("–" if every is None else f"every {every} blocks")


def test_common_is_steady_forcings_rule() -> None:
    """The page says that both make the same video."""
    own = recipes("steady-forcing")["engine-native"]
    for method in METHODS:
        common = recipes(method)["common"]
        assert (common.policy, common.segments, common.ema) == (own.policy, None, own.ema)
