"""Clips to measure, rendered by the project's own scenes."""

from __future__ import annotations

from pathlib import Path

from generators.contract import FrameStream, Job
from generators.encode import encode
from generators.procedural.renderer import Renderer
from prompts.types import Prompt

WIDTH, HEIGHT, FPS = 832, 480, 16.0


def rendered(folder: Path, medium: str, seconds: float, seed: int = 0) -> Path:
    """Path of a rendered clip; made if it is not there yet."""
    path = folder / f"{medium}_{seconds:g}s_{seed}.mp4"
    if path.exists():
        return path
    job = Job(_prompt(medium), seed, seconds, FPS, WIDTH, HEIGHT)
    scene = Renderer(medium, seed, WIDTH, HEIGHT, FPS)
    encode(FrameStream(FPS, scene.blocks(job.frame_count)), path, job)
    return path


def _prompt(medium: str) -> Prompt:
    return Prompt(medium, medium, medium, "channel_flow", "left", "bank", "day", ("bank",))
