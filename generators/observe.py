"""Run one job of an adapter and write down what really came, and when, from how much memory."""

from __future__ import annotations

import hashlib
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from generators.contract import ClipFile, Delivery, Frames, FrameStream, Generator, Job, LabelMap
from generators.meter import Memory, memory_now
from generators.probe import FileFacts, probe
from generators.watch import hearing_writes, living_in


@dataclass(slots=True)
class Flow:
    """How the blocks of a stream came."""

    began: float
    """Reading of the clock when the clip was asked for, seconds."""
    sizes: list[int] = field(default_factory=list)
    """Frames of every block."""
    times_s: list[float] = field(default_factory=list)
    """Second at which every block came, from the beginning of the job."""
    memory: list[Memory] = field(default_factory=list)
    """Bytes held whenever a block came."""

    def note(self, block: Frames) -> None:
        """Write down a block."""
        self.sizes.append(len(block))
        self.times_s.append(time.monotonic() - self.began)
        self.memory.append(memory_now())


@dataclass(frozen=True, slots=True)
class Observed:
    """What one run of a job gave; holds no frames."""

    kind: str
    """Type of the delivery."""
    labels: LabelMap | None
    facts: FileFacts
    digest: str
    """SHA-256 over the frames, or over the file."""
    faults: tuple[str, ...]
    """Blocks that are no uint8 frames of one size."""
    peak: int
    """Largest code value; 255 where the delivery is a file."""
    strays: tuple[str, ...]
    """Files written outside the workspace."""
    flow: Flow
    """Empty where the delivery is a file."""

    @property
    def is_file(self) -> bool:
        """Whether a finished file was delivered."""
        return self.kind == ClipFile.__name__


def observe(generator: Generator, job: Job, *, stop_after: int | None = None) -> Observed:
    """Run a job in a temporary workspace and consume what it delivers.

    Args:
        generator: the adapter.
        job: what it is to make.
        stop_after: close the stream after so many blocks, as an interrupt does; None reads to the end.

    Raises:
        Exception: whatever the adapter raises.
    """
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        root = Path(name)
        workspace, elsewhere = root / "workspace", root / "elsewhere"
        workspace.mkdir()
        elsewhere.mkdir()
        flow = Flow(time.monotonic())
        with hearing_writes(root) as heard, living_in(elsewhere):
            delivery = generator.generate(job, workspace)
            facts, digest, faults, peak = _consume(delivery, flow, stop_after)
        strays = {path for path in root.rglob("*") if workspace not in (path, *path.parents)} - {elsewhere}
        named = (*sorted(str(path.relative_to(root)) for path in strays), *sorted(heard))
        kind = type(delivery).__name__
        return Observed(kind, delivery.labels, facts, digest, tuple(faults), peak, named, flow)


def _consume(delivery: Delivery, flow: Flow, stop_after: int | None) -> tuple[FileFacts, str, list[str], int]:
    if isinstance(delivery, ClipFile):
        digest = hashlib.sha256(delivery.path.read_bytes()).hexdigest()
        return probe(delivery.path), digest, [], 255
    if not isinstance(delivery, FrameStream):
        raise TypeError(f"generate returned {type(delivery).__name__}; expected FrameStream or ClipFile")
    try:
        return _consume_stream(delivery, flow, stop_after)
    finally:
        getattr(delivery.blocks, "close", lambda: None)()  # as leaving a stream early does


def _consume_stream(
    stream: FrameStream, flow: Flow, stop_after: int | None
) -> tuple[FileFacts, str, list[str], int]:
    hasher, faults, sizes, peak = hashlib.sha256(), [], [], 0
    for block in stream.blocks:
        if fault := _block_fault(block):
            faults.append(fault)
            break
        flow.note(block)
        hasher.update(block.tobytes())
        sizes.append((block.shape[2], block.shape[1]))
        peak = max(peak, int(block.max(initial=0)))
        if len(sizes) == stop_after:
            break
    if len(set(sizes)) > 1:
        faults.append(f"blocks have {len(set(sizes))} sizes: {sorted(set(sizes))}")
    width, height = sizes[0] if sizes else (0, 0)
    return FileFacts(width, height, stream.fps, sum(flow.sizes)), hasher.hexdigest(), faults, peak


def _block_fault(block: object) -> str:
    if isinstance(block, np.ndarray) and block.dtype == np.uint8 and block.ndim == 4 and block.shape[3] == 3:
        return ""
    kind = f"{block.dtype} {block.shape}" if isinstance(block, np.ndarray) else type(block).__name__
    return f"a block is {kind}; expected uint8 (T, H, W, 3)"
