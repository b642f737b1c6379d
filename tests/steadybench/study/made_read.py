"""What the planner reads of a run, made up: clips with levels, and neither files nor tables."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path

from reports.gather import Setup
from reports.model import QuantityCard
from steadybench.study.planning.candidates import Candidate
from steadybench.study.planning.reading import Read

NAMES = ("alder", "birch", "cedar", "dogwood", "elm", "fir", "gorse", "hazel", "ivy", "juniper")
AXES = ("drift", "stagnation", "hardening")
SECRET = "a7" * 32
Levels = Callable[[int, int, str], float]


def flat(_system: int, _prompt: int, _axis: str) -> float:
    return 0.1


def candidate(
    system: int, prompt: int, seed: int = 0, levels: Levels = flat, seconds: float = 20.0, rate: int = 16,
    size: tuple[int, int] = (832, 480),
) -> Candidate:
    setup = Setup(NAMES[system], "native", "wan")
    name = f"{NAMES[system]} prompt-{prompt:02d} seed {seed}"
    return Candidate(
        setup, f"prompt-{prompt:02d}", seed, seed, name, Path(f"/clips/{name}.mp4"),
        f"{system + 1:020x}{prompt:022x}{seed:022x}", ("run",), Fraction(rate), size, seconds,
        {(f"{axis}.late", f"{axis}-identity"): levels(system, prompt, axis) for axis in AXES},
    )  # fmt: skip


def read_of(*candidates: Candidate) -> Read:
    setups = {one.setup for one in candidates}
    cards = {f"{axis}.late": QuantityCard(f"{axis}.late", "level 0-1", "lower", "Late level.", True, False)
             for axis in AXES}
    return Read(tuple(candidates), (), {setup: setup.method.title() for setup in setups}, cards)


def made_read(systems: int = 8, prompts: int = 24, seeds: int = 1, levels: Levels = flat) -> Read:
    """Every system on every prompt with every seed."""
    return read_of(*(candidate(i, j, k, levels)
                     for i, j, k in product(range(systems), range(prompts), range(seeds))))
