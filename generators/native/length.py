"""How an author's program is told the length of a clip, and how many frames it then writes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from generators.contract import FRAME_TOLERANCE_S

FPS = 16.0
"""Frame rate of every program's video, frames a second."""
PIXELS_PER_LATENT = 4
"""Frames of video that a latent frame stands for; the first of a clip stands for one."""
SLACK = PIXELS_PER_LATENT - 1
"""Whole latents cannot end on every frame: a clip covers a horizon if at most so many frames are missing."""
TOLERANCE = round(FRAME_TOLERANCE_S * FPS)
"""Frames by which a clip may be longer than its job without being cut."""


class Length(Protocol):
    """Rule of one program. Numbers of frames are frames of video, at 16 a second."""

    @property
    def most(self) -> int | None:
        """The longest clip that the program can make, frames; None where there is no limit."""
        ...

    def ask(self, frames: int) -> int:
        """The smallest number to give to the program so that its clip covers so many frames."""
        ...

    def frames(self, asked: int) -> int:
        """Frames of the clip that the program writes when given that number."""
        ...


@dataclass(frozen=True, slots=True)
class Latents:
    """The program takes a number of latent frames, a multiple of its block."""

    block: int
    """Latent frames that are made together."""
    cap: int | None = None
    """Most latent frames, where there is a limit."""
    decoded_together: int | None = None
    """Latent frames a piece, where the decoder starts anew for each piece, which costs it three frames."""

    @property
    def most(self) -> int | None:
        """The longest clip, frames."""
        return None if self.cap is None else self.frames(self.cap // self.block * self.block) + SLACK

    def ask(self, frames: int) -> int:
        """Latent frames, whole blocks; one block more if no frame is missing then and none need be cut."""
        latents = self.block * max(1, math.ceil(frames / PIXELS_PER_LATENT / self.block))
        while self.frames(latents) < frames - SLACK:
            latents += self.block
        more = latents + self.block
        fits = self.frames(latents) < frames and self.frames(more) <= frames + TOLERANCE
        return more if fits and more <= (self.cap or more) else latents

    def frames(self, asked: int) -> int:
        """1 + 4 (L - 1) for each piece that is decoded together."""
        pieces = 1 if self.decoded_together is None else math.ceil(asked / self.decoded_together)
        return PIXELS_PER_LATENT * asked - SLACK * pieces


@dataclass(frozen=True, slots=True)
class Fixed:
    """The program always writes the same number of frames and takes no length."""

    count: int

    @property
    def most(self) -> int:
        """The only length, frames."""
        return self.count

    def ask(self, frames: int) -> int:  # noqa: ARG002
        """Nothing to ask for; the number of frames that come."""
        return self.count

    def frames(self, asked: int) -> int:
        """Always the same."""
        return asked


@dataclass(frozen=True, slots=True)
class Rollouts:
    """The program takes a number of segments, each of so many frames."""

    count: int

    @property
    def most(self) -> None:
        """No limit."""

    def ask(self, frames: int) -> int:
        """Segments."""
        return max(1, math.ceil(frames / self.count))

    def frames(self, asked: int) -> int:
        """All segments together."""
        return self.count * asked
