"""Clean clips that the suite spoils: rendered scenes of seeds that were kept apart, and clips from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from metrics.types import Json, canonical_json, sha256_text

if TYPE_CHECKING:
    from metrics.validation.clean import Clean

Split = Literal["calibrate", "report"]
"""Scenes to choose thresholds on, and scenes to prove them on."""

MEDIA = ("clouds", "fire", "rain", "river", "smoke", "snow", "surf", "waterfall")
QUICK_MEDIA = ("clouds", "fire", "rain", "river", "smoke", "surf")
SECONDS, QUICK_SECONDS = 20.0, 12.0
_FIRST_SEED = 10_000
"""Seeds below were looked at by eye and in tests; the suite uses none of them."""


def split_seed(split: Split, index: int) -> int:
    """Seed number ``index`` of a half: even ones to calibrate, odd ones to report, so none is in both."""
    return _FIRST_SEED + 2 * index + (split == "report")


@dataclass(frozen=True, slots=True)
class Scene:
    """A rendered scene with exact masks."""

    medium: str
    seed: int
    ladder: bool = False
    """Whether it gets every severity; otherwise the strongest alone."""
    width: int = 416
    height: int = 240
    fps: float = 16.0
    seconds: float = SECONDS

    @property
    def name(self) -> str:
        """Name for people."""
        return f"{self.medium}-{self.seed}"

    @property
    def described(self) -> dict[str, Json]:
        """All that decides the frames."""
        from generators.methods.procedural import ADAPTER_VERSION

        size: list[Json] = [self.width, self.height]
        return {
            "renderer": ADAPTER_VERSION, "medium": self.medium, "seed": self.seed, "size": size,
            "fps": self.fps, "seconds": self.seconds,
        }  # fmt: skip

    def load(self, scratch: Path) -> Clean:
        """Render the scene, or take its frames from ``scratch``, where another worker has left them."""
        import numpy as np

        from generators.procedural.renderer import Renderer
        from metrics.validation.clean import Clean
        from metrics.validation.footage import from_frames

        renderer = Renderer(self.medium, self.seed, self.width, self.height, self.fps)
        file = scratch_file(self, scratch)
        if not file.exists():
            _keep(np.concatenate(list(renderer.blocks(round(self.seconds * self.fps)))), file)
        frames = np.asarray(np.load(file, mmap_mode="r"))
        return Clean(from_frames(frames, self.fps), renderer.labels, self.seed)


@dataclass(frozen=True, slots=True)
class FileClip:
    """A clip from a file; its masks come from its own first seconds."""

    path: Path
    sha256: str
    ladder: bool = False
    """Whether it gets every severity; otherwise the strongest alone."""
    seconds: float = SECONDS
    """At most so much of it."""
    short_side: int = 480

    @property
    def name(self) -> str:
        """Name for people."""
        return self.path.name

    @property
    def described(self) -> dict[str, Json]:
        """All that decides the frames."""
        return {"clip_sha256": self.sha256, "seconds": self.seconds, "short_side": self.short_side}

    def load(self, scratch: Path) -> Clean:  # noqa: ARG002
        """Decode the clip.

        Raises:
            ClipError: it cannot be read.
            ValueError: it is too short for masks.
        """
        from metrics.validation.clean import Clean
        from metrics.validation.footage import estimated_labels, read_footage

        footage = read_footage(self.path, self.short_side, self.seconds)
        return Clean(footage, estimated_labels(footage), int(self.sha256[:8], 16))


Source: TypeAlias = Scene | FileClip


def scenes(split: Split, indices: Sequence[int], quick: bool, ladders: int) -> tuple[Scene, ...]:
    """The rendered scenes of a run.

    Args:
        split: which half of the seeds.
        indices: numbers of seeds within the half.
        quick: six media with the first seed and 12 s each, instead of every medium with every seed and 20 s.
        ladders: how many scenes get every severity: the first seed of as many media, spread over the list.

    """
    media, used = (QUICK_MEDIA, indices[:1]) if quick else (MEDIA, indices)
    step = max(1, len(media) // max(1, ladders))
    laddered = media[::step][:ladders]
    return tuple(
        Scene(
            medium,
            split_seed(split, index),
            ladder=medium in laddered and index == indices[0],
            seconds=QUICK_SECONDS if quick else SECONDS,
        )
        for medium in media
        for index in used
    )


def scratch_file(source: Scene | FileClip, scratch: Path) -> Path:
    """Where the frames of a source may lie while it is being worked on."""
    return scratch / f"{sha256_text(canonical_json(source.described))[:16]}.npy"


def _keep(frames: object, file: Path) -> None:
    import os

    import numpy as np

    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.partial")
    with temporary.open("wb") as stream:
        np.save(stream, np.asarray(frames))
    temporary.replace(file)
