"""Disk that clips take, as far as anybody has measured it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generators.contract import GeneratorInfo, Job
from generators.engine.catalogue import METHODS
from steadybench.outlook.past import Pace
from steadybench.plan import USUAL_FPS, USUAL_SIZE

LEAST_BYTES, MOST_BYTES = 200_000, 1_400_000
"""Bytes a second of video at 832 x 480 and 16 frames a second, encoded for scoring (``generators.encode``).

Measured with ``python -m benchmarks.clip_bytes``: nine rendered scenes take 0.21 to 0.52 MB; nine real clips
of water, fire and clouds, cut and scaled to that size, take 0.28 to 1.39 MB."""


_PROGRAM = "program"
_NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Bytes:
    """Disk that one clip takes."""

    least: int
    most: int
    clips: int
    """Finished clips that it was measured on; 0 where the encoder's general figure is taken."""

    def __mul__(self, count: int) -> Bytes:
        return Bytes(self.least * count, self.most * count, self.clips)


def clip_bytes(job: Job, info: GeneratorInfo, paces: Sequence[Pace]) -> Bytes | None:
    """Of one clip: what finished clips of its row took, else what our encoder usually takes.

    None where a clip existed before the run, for it is linked, and copied only onto another disk; and where a
    program of its own writes the file and none is finished.
    """
    if not info.prompts_matter:
        return None
    if paces:
        seconds = sum(pace.seconds for pace in paces)
        each = round(sum(pace.bytes for pace in paces) / seconds * job.seconds)
        return Bytes(each, each, sum(pace.clips for pace in paces))
    if _writes_itself(info):
        return None
    usual = USUAL_SIZE[0] * USUAL_SIZE[1] * USUAL_FPS
    scale = job.width * job.height * job.fps / usual * job.seconds
    return Bytes(round(LEAST_BYTES * scale), round(MOST_BYTES * scale), 0)


def free_bytes(folder: Path) -> int:
    """Bytes free on the disk of a folder that need not exist yet.

    Raises:
        OSError: the disk does not tell.
    """
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free


def _writes_itself(info: GeneratorInfo) -> bool:
    """Whether the row's clips come from another program's encoder."""
    return info.method == _PROGRAM or (
        info.method in METHODS and info.configuration.partition("-")[0] == _NATIVE
    )
