"""What every generator of videos promises, whatever it is behind the scenes.

A *generator* turns one :class:`Job` into one :class:`Delivery`. Two deliveries exist, and together they fit a
streaming network on a GPU (frames leave while it runs), a program in another environment (it writes a file
into the workspace) and a folder of existing files (the file is handed over untouched).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from prompts.types import Prompt

Frames = NDArray[np.uint8]
"""A block of frames: uint8, shape (T, H, W, 3), sRGB, channel order RGB, values 0-255."""

LabelMap = NDArray[np.uint8]
"""Role of every pixel: uint8, shape (H, W); 0 ignore, 1 support, 2 medium, 3 overlay (rain, snow)."""

IGNORE, SUPPORT, MEDIUM, OVERLAY = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Job:
    """One clip to make: a prompt, a seed, a length and a picture format."""

    prompt: Prompt
    seed: int
    seconds: float
    """Horizon: seconds of video asked for."""
    fps: float
    width: int
    height: int

    @property
    def frame_count(self) -> int:
        """Frames that the clip must have, within one latent block (see :data:`FRAME_TOLERANCE_S`)."""
        return max(1, round(self.seconds * self.fps))


FRAME_TOLERANCE_S = 0.5
"""A delivery may be this much shorter or longer than the horizon: codecs work in latents of 4 frames."""


@dataclass(frozen=True, slots=True)
class GeneratorInfo:
    """Who made the video, exactly enough to make it again. All of it enters the job's key."""

    method: str
    """Row name in tables, for example ``self-forcing``."""
    configuration: str
    """``native``, ``engine-native``, ``common`` or a name that the method's page explains."""
    backbone: str
    """Network that the method runs on, e.g. ``wan2.1-1.3b``; ``none`` for recorded and procedural clips."""
    adapter_version: int
    """Raised whenever the same job may give other frames."""
    weights_digest: str = ""
    """SHA-256 of the weights, empty where there are none."""
    licence: str = ""
    prompts_matter: bool = True
    """False where the clip exists already and the prompt only names it."""
    size: tuple[int, int] | None = None
    """Width and height in pixels of the only picture that it makes; None where it makes any."""
    fps: float | None = None
    """The only frame rate that it makes, frames a second; None where it makes any."""
    revision: str = ""
    """Version of the program that makes the frames, such as a checkout's commit; empty where the adapter
    itself makes them."""


@dataclass(frozen=True, slots=True)
class FrameStream:
    """Frames that arrive block by block while the generator runs."""

    fps: float
    blocks: Iterator[Frames]
    labels: LabelMap | None = None
    """Exact ground truth where the generator knows it."""
    prompt_as_used: str | None = None
    """What the model really read, where it differs from the prompt's text."""
    notes: tuple[str, ...] = ()
    """What people must know about this clip, one sentence each; shown on its page."""


@dataclass(frozen=True, slots=True)
class ClipFile:
    """A finished file, byte for byte as it will be scored; never re-encoded."""

    path: Path
    labels: LabelMap | None = None
    prompt_as_used: str | None = None
    notes: tuple[str, ...] = ()
    """What people must know about this clip, one sentence each; shown on its page."""


Delivery = FrameStream | ClipFile


@runtime_checkable
class Generator(Protocol):
    """One method in one configuration, ready to make clips."""

    @property
    def info(self) -> GeneratorInfo:
        """Identity of the generator; constant over its life."""
        ...

    def generate(self, job: Job, workspace: Path) -> Delivery:
        """Make the clip of one job.

        Args:
            job: what to make.
            workspace: an empty folder of the job's own; the only place the generator may write to.

        Returns:
            The clip, streamed or as a file.

        Raises:
            GeneratorError: the job cannot be made; the message says what was expected, what came, what to do.
        """
        ...


class GeneratorError(Exception):
    """A job could not be made. Shown without a traceback, stored with the job, other jobs go on."""


@dataclass(frozen=True, slots=True)
class Registered:
    """How a method is found by name."""

    name: str
    target: str
    """``module:factory``; the factory takes ``(configuration: str, options: Mapping[str, str])``."""
    source: Literal["built-in", "entry-point", "file"] = "built-in"
    configurations: tuple[str, ...] = field(default=("native",))
    file: Path | None = None
    """The Python file that defines the factory, absolute, where the method comes from a single file."""
    sha256: str = ""
    """Digest of that file, so that two versions of it are never taken for one."""
