"""Runs on disk whose clips are tiny and were not measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from steadybench import wanted
from steadybench.clips import file_sha256
from steadybench.entries import Entry
from tests.odd_clips import picture, write_clip

METHODS = ("self-forcing", "causvid", "longlive")
PROMPTS = ("creek", "geyser")


def clip(path: Path, number: int, seconds: float = 2.0, fps: int = 4, width: int = 64) -> Path:
    """A clip that no other number below 256 gives."""
    frames = [picture(width, 48, index) for index in range(round(seconds * fps))]
    for frame in frames:
        frame[:16, :16] = number
    return write_clip(path, frames, fps=fps)


def entry(method: str, prompt: str, path: Path, seed: int | None = 0, **more: object) -> Entry:
    digest = file_sha256(path) if path.is_file() else ""
    made = Entry(f"{method} {prompt} seed {seed}", str(path), method, "tiny", "native", prompt_id=prompt,
                 prompt=prompt, seed=seed, horizon_s=2.0, clip_sha256=digest)
    return replace(made, **more)  # type: ignore[arg-type]


def whole(folder: Path, methods: Sequence[str] = METHODS, prompts: Sequence[str] = PROMPTS) -> list[Entry]:
    """A clip of every method on every prompt, below ``folder``; those that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [(method, prompt) for method in methods for prompt in prompts]
    paths = {place: folder / "-".join((*place, "clip.mp4")) for place in places}
    for number, path in enumerate(paths.values()):
        if not path.exists():
            clip(path, 10 * number)
    return [entry(*place, path) for place, path in paths.items()]


def run(folder: Path, entries: Sequence[Entry]) -> Path:
    """Write what the planner reads of a run."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted.save(wanted.Wanted("A run", tuple(entries), {"early": {}}, ()), folder)
    return folder
