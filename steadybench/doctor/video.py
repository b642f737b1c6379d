"""Encoder and decoder, tried on a few frames."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from generators.contract import Frames, FrameStream, Job
from generators.encode import encode
from prompts.types import Prompt
from steadybench.doctor.finding import Asked, Finding

FRAMES, WIDTH, HEIGHT, FPS = 12, 96, 64, 16.0
NEAR = 4.0
"""Grey levels, on average, by which a decoded picture may differ from the one that was encoded."""
_REINSTALL = "pip install --force-reinstall av"


def check(_asked: Asked) -> Iterator[Finding]:
    """Encode a moving pattern, decode it twice, and compare."""
    import av

    frames = pattern()
    job = Job(_prompt(), 0, FRAMES / FPS, FPS, WIDTH, HEIGHT)
    with tempfile.TemporaryDirectory(prefix="steadybench-doctor-") as folder:
        file = Path(folder) / "pattern.mp4"
        encode(FrameStream(FPS, iter([frames])), file, job)
        first, second = decoded(file), decoded(file)
    codec = ".".join(map(str, av.library_versions["libavcodec"]))
    told = f"PyAV {av.__version__} (libavcodec {codec})"
    if faults := differences(frames, first, second):
        yield Finding("fault", "encoder and decoder", f"{told}: {'; '.join(faults)}", _REINSTALL)
    else:
        yield Finding("ok", "encoder and decoder", f"{told}: {FRAMES} frames of H.264 written and read back")


def pattern() -> Frames:
    """A bright bar that moves over a slope of grey, (T, H, W, 3)."""
    slope = np.linspace(40, 160, WIDTH)[None, None, :, None]
    frames = np.broadcast_to(slope, (FRAMES, HEIGHT, WIDTH, 3)).copy()
    for number, frame in enumerate(frames):
        frame[:, 8 * number : 8 * number + 8] = 220
    return frames.astype(np.uint8)


def decoded(file: Path) -> Frames:
    """All frames of a file, (T, H, W, 3)."""
    import av

    with av.open(str(file)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])


def differences(given: Frames, first: Frames, second: Frames) -> list[str]:
    """What is wrong with two decodings of the same file; empty where nothing is."""
    if first.shape != given.shape:
        return [f"{len(first)} frames of {first.shape[2]}x{first.shape[1]} came back, expected {FRAMES}"]
    faults = [] if np.array_equal(first, second) else ["decoding twice gives two results"]
    far = float(np.abs(first.astype(float) - given).mean())
    return faults if far <= NEAR else [*faults, f"pictures differ by {far:.1f} grey levels on average"]


def _prompt() -> Prompt:
    return Prompt("doctor", "A pattern.", "river", "channel_flow", "left", "bar", "noon", ("bar",))
