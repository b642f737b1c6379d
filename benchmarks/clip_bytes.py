"""``python -m benchmarks.clip_bytes``: bytes that a second of video takes once it is encoded for scoring.

Real clips are brought to 832x480 at 16 frames a second (cut to that shape, scaled, nearest frame in time)
and encoded as every frame stream is; rendered scenes are made at that size. One line a clip, then the range.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.clips import FPS, HEIGHT, WIDTH, rendered
from generators.contract import Frames, FrameStream, Job
from generators.encode import encode
from generators.procedural.scenes import SCENES
from prompts.types import Prompt

SUFFIXES = {".mp4", ".avi", ".gif", ".mov", ".mkv", ".webm"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, help="folder of real clips")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each rendered scene")
    given = parser.parse_args()
    real = sorted(path for path in given.clips.iterdir() if path.suffix in SUFFIXES) if given.clips else []
    show("real", {path.name: bytes_per_second(list(retimed(path))) for path in real})
    show("rendered", {scene: scene_bytes(scene, given.seconds) for scene in SCENES})


def show(kind: str, found: dict[str, float]) -> None:
    for name, count in found.items():
        print(f"{kind} {name:<32} {count / 1e6:6.2f} MB a second")
    if found:
        print(f"{kind}: {min(found.values()) / 1e6:.2f} to {max(found.values()) / 1e6:.2f} MB a second")


def scene_bytes(scene: str, seconds: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return rendered(Path(folder), scene, seconds).stat().st_size / seconds


def bytes_per_second(frames: list[Frames]) -> float:
    seconds = len(frames) / FPS
    prompt = Prompt("p", "A clip.", "river", "channel_flow", "left", "rocks", "noon", ("rocks",))
    job = Job(prompt, 0, seconds, FPS, WIDTH, HEIGHT)
    with tempfile.TemporaryDirectory() as folder:
        blocks = iter([np.stack(frames)])
        return encode(FrameStream(FPS, blocks), Path(folder) / "clip.mp4", job).bytes / seconds


def retimed(path: Path) -> Iterator[Frames]:
    with av.open(str(path)) as container:
        due = 0.0
        for frame in container.decode(video=0):
            assert frame.time is not None
            while due <= frame.time:
                yield fitted(frame.to_ndarray(format="rgb24"))
                due += 1 / FPS


def fitted(picture: Frames) -> Frames:
    height, width = picture.shape[:2]
    scale = max(WIDTH / width, HEIGHT / height)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(WIDTH, round(width * scale)), max(HEIGHT, round(height * scale))
    wide = cv2.resize(picture, size, interpolation=method)
    top, left = (wide.shape[0] - HEIGHT) // 2, (wide.shape[1] - WIDTH) // 2
    return np.ascontiguousarray(wide[top : top + HEIGHT, left : left + WIDTH])


if __name__ == "__main__":
    main()
