"""Run one job of an adapter and write down what really came, and where it wrote."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generators.contract import ClipFile, Delivery, FrameStream, Generator, Job
from generators.probe import FileFacts, probe


@dataclass(frozen=True, slots=True)
class Observed:
    """What one run of a job gave."""

    delivery: Delivery
    facts: FileFacts
    digest: str
    """SHA-256 over the frames, or over the file."""
    faults: tuple[str, ...]
    """Blocks that are no uint8 frames of one size."""
    peak: int
    """Largest code value; 255 where the delivery is a file."""
    strays: tuple[str, ...]
    """Files written outside the workspace."""


def observe(generator: Generator, job: Job) -> Observed:
    """Run a job in a temporary workspace and consume everything that it delivers.

    Raises:
        Exception: whatever the adapter raises.
    """
    with tempfile.TemporaryDirectory(prefix="conformance-") as root:
        workspace, elsewhere = Path(root) / "workspace", Path(root) / "elsewhere"
        workspace.mkdir()
        elsewhere.mkdir()
        with _living_in(elsewhere):
            delivery = generator.generate(job, workspace)
            facts, digest, faults, peak = _consume(delivery)
        strays = sorted(
            str(path.relative_to(root))
            for path in Path(root).rglob("*")
            if workspace not in (path, *path.parents)
        )
        strays.remove("elsewhere")
        return Observed(delivery, facts, digest, tuple(faults), peak, tuple(strays))


@contextlib.contextmanager
def _living_in(folder: Path) -> Iterator[None]:
    """Make a folder the working, home and temporary folder for a while, so that stray files land there."""
    names = ("HOME", "TMPDIR", "XDG_CACHE_HOME")
    saved = {name: os.environ.get(name) for name in names}
    saved_tempdir = tempfile.tempdir
    with contextlib.chdir(folder):
        try:
            os.environ.update(dict.fromkeys(names, str(folder)))
            tempfile.tempdir = str(folder)
            yield
        finally:
            tempfile.tempdir = saved_tempdir
            for name, value in saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _consume(delivery: Delivery) -> tuple[FileFacts, str, list[str], int]:
    if isinstance(delivery, ClipFile):
        digest = hashlib.sha256(delivery.path.read_bytes()).hexdigest()
        return probe(delivery.path), digest, [], 255
    if not isinstance(delivery, FrameStream):
        raise TypeError(f"generate returned {type(delivery).__name__}; expected FrameStream or ClipFile")
    return _consume_stream(delivery)


def _consume_stream(stream: FrameStream) -> tuple[FileFacts, str, list[str], int]:
    hasher, faults, sizes, count, peak = hashlib.sha256(), [], [], 0, 0
    for block in stream.blocks:
        if (
            not isinstance(block, np.ndarray)
            or block.dtype != np.uint8
            or block.ndim != 4
            or block.shape[3] != 3
        ):
            kind = f"{block.dtype} {block.shape}" if isinstance(block, np.ndarray) else type(block).__name__
            faults.append(f"a block is {kind}; expected uint8 (T, H, W, 3)")
            break
        hasher.update(block.tobytes())
        sizes.append((block.shape[2], block.shape[1]))
        count += len(block)
        peak = max(peak, int(block.max(initial=0)))
    if len(set(sizes)) > 1:
        faults.append(f"blocks have {len(set(sizes))} sizes: {sorted(set(sizes))}")
    width, height = sizes[0] if sizes else (0, 0)
    return FileFacts(width, height, stream.fps, count), hasher.hexdigest(), faults, peak
