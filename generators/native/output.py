"""Take the video that a program wrote: looked for, not guessed by name; counted, not believed."""

from __future__ import annotations

from pathlib import Path

from generators.contract import GeneratorError, Job
from generators.native.declaration import SIZE
from generators.native.length import FPS, TOLERANCE
from generators.native.trim import trim
from generators.probe import FileFacts, frame_limits, probe

SUFFIXES = (".mp4", ".avi", ".mkv", ".mov", ".webm")
CLIP_FILE = "clip.mp4"
_SHOWN = 5


def find_video(folder: Path) -> Path:
    """The only video in a folder and all that is in it.

    Raises:
        GeneratorError: there is none, there are several, or it is a link.
    """
    named = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    found = sorted(path for path in named if path.is_file() or path.is_symlink())  # neither folders nor pipes
    if not found:
        others = sorted(path.name for path in folder.rglob("*") if path.is_file())
        seen = f"it holds {', '.join(others[:_SHOWN])}" if others else "it is empty"
        raise GeneratorError(f"the program wrote no video into its output folder; {seen}")
    if len(found) > 1:
        names = ", ".join(str(path.relative_to(folder)) for path in found[:_SHOWN])
        raise GeneratorError(f"the program wrote {len(found)} videos for one prompt: {names}; expected one")
    if found[0].is_symlink():
        raise GeneratorError(f"{found[0].name} is a link; expected a file in the output folder")
    return found[0]


def take(folder: Path, job: Job, expected: int, workspace: Path) -> tuple[Path, tuple[str, ...]]:
    """Check the video of a job, and shorten it where it is longer than the job allows.

    Args:
        folder: the program's output folder.
        job: what was asked for.
        expected: frames that the program should have written.
        workspace: folder for a shortened copy.

    Returns:
        The clip, and what people must know about it.

    Raises:
        GeneratorError: no video, several, another size, rate or length.
    """
    video = find_video(folder)
    facts = probe(video)
    if faults := _faults(facts, expected):
        raise GeneratorError(f"{video.name} is not what the program was asked for: {'; '.join(faults)}")
    low, high = frame_limits(job)
    notes = []
    if facts.frames != expected:
        notes.append(f"The program wrote {facts.frames} frames where {expected} were expected.")
    if facts.frames < low:
        raise GeneratorError(f"{video.name} has {facts.frames} frames, expected {low} to {high}")
    if facts.frames <= high:
        return video, tuple(notes)
    clip = workspace / CLIP_FILE
    count = trim(video, clip, job.frame_count, low, high)
    notes.append(
        f"The program's clip has {facts.frames} frames; the first {count} are used, copied without encoding."
    )
    return clip, tuple(notes)


def _faults(facts: FileFacts, expected: int) -> list[str]:
    faults = []
    if (facts.width, facts.height) != SIZE:
        faults.append(f"size is {facts.width}x{facts.height}, expected {SIZE[0]}x{SIZE[1]}")
    if abs(facts.fps - FPS) > 0.01:
        faults.append(f"frame rate is {facts.fps:g}, expected {FPS:g}")
    if abs(facts.frames - expected) > TOLERANCE:
        faults.append(f"{facts.frames} frames, expected {expected}")
    return faults
