"""Clips that a study could show, and what of the runs it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from steadybench.study.key import token

if TYPE_CHECKING:
    from reports.gather import Setup

FEWEST_S = 2.0
"""Seconds below which a clip shows nothing that could be judged."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clip file at its place in the study."""

    setup: Setup
    prompt: str
    """Id of the prompt."""
    seed: int
    """As the run numbers it; -1 where nobody said."""
    seed_index: int
    """Among the seeds of the runs that hold this system, from 0."""
    name: str
    path: Path
    sha256: str
    runs: tuple[str, ...]
    rate: Fraction | None
    """Frames a second; None where the intervals differ."""
    size: tuple[int, int]
    seconds: float
    values: Mapping[tuple[str, str], float]
    """Measured values by quantity and identity; abstentions are absent."""

    @property
    def place(self) -> tuple[Setup, str, int]:
        """System, prompt and seed index."""
        return self.setup, self.prompt, self.seed_index


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is in the runs and not in the study."""

    reason: str
    """Names no method, file or prompt."""
    setups: tuple[Setup, ...] = ()
    prompt: str = ""
    seed: int | None = None
    """As the run numbers it."""
    name: str = ""
    """What the terminal calls it."""
    detail: str = ""
    """What else the terminal says, such as what the run says of a failure."""

    def blind(self, secret: str) -> str:
        """One sentence in tokens."""
        parts = [f"system {system_token(secret, setup)}" for setup in self.setups]
        parts += [f"prompt {prompt_token(secret, self.prompt)}"] if self.prompt else []
        parts += [f"seed {self.seed}"] if self.seed is not None else []
        return f"{', '.join(parts) or 'all'}: {self.reason}"


def system_token(secret: str, setup: Setup) -> str:
    """What a system is called in the plan."""
    return token(secret, "system", *setup)


def prompt_token(secret: str, prompt: str) -> str:
    """What a prompt is called in the plan."""
    return token(secret, "prompt", prompt)
